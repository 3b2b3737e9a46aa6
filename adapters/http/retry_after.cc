#include "adapters/http/retry_after.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"

namespace videojobs::http {
namespace {

// https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7: the form of today, and the two that must still be read.
constexpr const char* kDateForms[] = {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"};

}  // namespace

std::optional<absl::Duration> ParseRetryAfter(absl::string_view value, absl::Time now) {
  const std::string text(absl::StripAsciiWhitespace(value));
  if (text.empty()) return std::nullopt;
  if (text.find_first_not_of("0123456789") == std::string::npos) {
    int64_t seconds = 0;
    if (!absl::SimpleAtoi(text, &seconds)) return absl::InfiniteDuration();
    return absl::Seconds(seconds);
  }
  for (const char* form : kDateForms) {
    absl::Time date;
    if (absl::ParseTime(form, text, &date, nullptr)) return std::max(date - now, absl::ZeroDuration());
  }
  return std::nullopt;
}

}  // namespace videojobs::http
