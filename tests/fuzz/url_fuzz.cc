// A URL that is accepted means the same when it is read again, and cannot smuggle anything into a request.

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "adapters/http/url.h"
#include "tests/fuzz/fuzz.h"

namespace videojobs::http {
namespace {

void ExpectSound(const Url& url) {
  FUZZ_EXPECT(url.scheme == "http" || url.scheme == "https");
  FUZZ_EXPECT(!url.host.empty() && url.port > 0 && absl::StartsWith(url.path, "/"));
  const std::string text = ToString(url);
  for (unsigned char c : text) FUZZ_EXPECT(c > 0x20 && c != 0x7f);
  const auto again = ParseUrl(text);
  FUZZ_EXPECT(again.ok());
  FUZZ_EXPECT(SameOrigin(*again, url) && again->path == url.path && again->query == url.query);
  FUZZ_EXPECT(!absl::StrContains(Describe(url), "?"));
}

}  // namespace
}  // namespace videojobs::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  const absl::string_view text = fuzz::AsText(data, size);
  if (const auto url = http::ParseUrl(text); url.ok()) http::ExpectSound(*url);
  const auto base = http::ParseUrl("https://example.com/a/b?c=d");
  if (const auto url = http::ResolveUrl(*base, text); url.ok()) http::ExpectSound(*url);
  const auto secret = http::ParseUrl(absl::StrCat("http://user:kept-secret@", text));
  FUZZ_EXPECT(secret.ok() || !absl::StrContains(secret.status().message(), "kept-secret"));
  const std::string segment = http::EncodePathSegment(text);
  FUZZ_EXPECT(segment.find_first_of("/?#: \r\n") == std::string::npos && segment.size() >= text.size());
  return 0;
}
