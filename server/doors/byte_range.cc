#include "server/doors/byte_range.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"

namespace videojobs {
namespace {

// A number beyond the largest counts as the largest: it is behind the end of every file.
std::optional<std::int64_t> Number(absl::string_view digits) {
  if (digits.empty() || digits.find_first_not_of("0123456789") != absl::string_view::npos) return std::nullopt;
  std::int64_t number = 0;
  return absl::SimpleAtoi(digits, &number) ? number : std::numeric_limits<std::int64_t>::max();
}

ByteRange Part(std::int64_t first, std::int64_t last, std::int64_t size) {
  if (first >= size) return {RangeKind::kUnsatisfiable, 0, 0};
  return {RangeKind::kPart, first, std::min(last, size - 1)};
}

}  // namespace

ByteRange ParseRange(absl::string_view header, std::int64_t size) {
  header = absl::StripAsciiWhitespace(header);
  if (!absl::ConsumePrefix(&header, "bytes=")) return {};
  const auto dash = header.find('-');
  if (dash == absl::string_view::npos) return {};
  const auto first = Number(header.substr(0, dash));
  const auto last = Number(header.substr(dash + 1));
  if (dash == 0 && last) {  // the last so many bytes
    return *last == 0 ? Part(size, size, size) : Part(size - std::min(size, *last), size, size);
  }
  const bool open_end = dash + 1 == header.size();
  if (!first || (!last && !open_end) || (last && *last < *first)) return {};
  return Part(*first, open_end ? size : *last, size);
}

}  // namespace videojobs
