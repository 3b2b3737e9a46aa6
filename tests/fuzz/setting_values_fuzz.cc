// The value of a setting, of whatever form: what is understood is within its bounds.

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/setting_values.h"
#include "tests/fuzz/fuzz.h"

namespace {

std::string Text(const videojobs::HostPort& place) {
  const bool is_v6 = absl::StrContains(place.host, ":");
  return absl::StrCat(is_v6 ? "[" : "", place.host, is_v6 ? "]:" : ":", place.port);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  const absl::string_view text = fuzz::AsText(data, size);
  FUZZ_EXPECT(ParseYesNo(text) == ParseYesNo(absl::AsciiStrToUpper(text)));
  const auto dollars = ParseDollars(text);
  FUZZ_EXPECT(!dollars || (*dollars >= 0 && *dollars <= 1'000'000'000'000'000));
  const auto span = ParseSpan(text);
  FUZZ_EXPECT(!span || (*span >= absl::ZeroDuration() && *span < absl::InfiniteDuration()));
  if (const auto place = ParseHostPort(text)) {
    FUZZ_EXPECT(place->port >= 0 && place->port <= 65535);
    const auto again = ParseHostPort(Text(*place));
    FUZZ_EXPECT(again && again->host == place->host && again->port == place->port);
  }
  if (const auto url = ParseWebUrl(text)) {
    FUZZ_EXPECT(!url->host.empty() && url->text.find_first_of("@?#") == std::string::npos);
    FUZZ_EXPECT(absl::StartsWith(url->text, url->https ? "https://" : "http://"));
  }
  return 0;
}
