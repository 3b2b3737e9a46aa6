// A name that is accepted is safe as a URL's path as it is.

#include <string>

#include "absl/strings/str_cat.h"
#include "adapters/google/gemini_api.h"
#include "adapters/google/names.h"
#include "adapters/http/url.h"
#include "adapters/veo/names.h"
#include "tests/fuzz/fuzz.h"

namespace {

void ExpectSafeInPath(absl::string_view path) {
  const auto url = videojobs::http::ParseUrl(absl::StrCat("https://example.com/v1beta/", path));
  FUZZ_EXPECT(url.ok());
  FUZZ_EXPECT(url->host == "example.com" && url->query.empty());
  FUZZ_EXPECT(url->path == absl::StrCat("/v1beta/", path));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  const absl::string_view text = fuzz::AsText(data, size);
  if (veo::IsOperationName(text)) {
    FUZZ_EXPECT(text.size() <= google::kMaxOperationName);
    ExpectSafeInPath(text);
  }
  if (google::IsModelId(text)) ExpectSafeInPath(absl::StrCat("models/", text));
  if (const auto id = google::FileIdIn(text)) ExpectSafeInPath(absl::StrCat("files/", *id));
  return 0;
}
