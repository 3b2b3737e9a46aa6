// A wait that a server asks for is never negative, and white space around it changes nothing.

#include "absl/strings/str_cat.h"
#include "adapters/http/retry_after.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using videojobs::http::ParseRetryAfter;
  const absl::string_view text = videojobs::fuzz::AsText(data, size);
  const absl::Time now = absl::FromUnixSeconds(1'790'000'000);
  const auto wait = ParseRetryAfter(text, now);
  FUZZ_EXPECT(!wait || *wait >= absl::ZeroDuration());
  FUZZ_EXPECT(ParseRetryAfter(absl::StrCat(" ", text, "\t"), now) == wait);
  const auto later = ParseRetryAfter(text, now + absl::Hours(1));
  FUZZ_EXPECT(wait.has_value() == later.has_value() && (!wait || *later <= *wait));
  return 0;
}
