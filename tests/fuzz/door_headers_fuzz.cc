// The headers that the HTTP door reads by itself: Range, and Host against rebinding.

#include <cstdint>
#include <limits>
#include <string>

#include "absl/strings/ascii.h"
#include "server/doors/byte_range.h"
#include "server/doors/host_names.h"
#include "tests/fuzz/fuzz.h"

namespace videojobs {
namespace {

void ExpectWithin(const ByteRange& range, std::int64_t size) {
  if (range.kind == RangeKind::kPart) FUZZ_EXPECT(range.first >= 0 && range.first <= range.last && range.last < size);
}

// A header that is allowed names one of ours; what follows is at most its port.
void ExpectOurs(absl::string_view header) {
  const std::string lower = absl::AsciiStrToLower(header);
  bool ours = false;
  for (const std::string name : {"localhost", "127.0.0.1", "[::1]", "::1", "videos.example.com"}) {
    ours |= lower.rfind(name, 0) == 0 && (lower.size() == name.size() || lower[name.size()] == ':');
  }
  FUZZ_EXPECT(ours);
}

}  // namespace
}  // namespace videojobs

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  const absl::string_view text = fuzz::AsText(data, size);
  for (const std::int64_t length : {std::int64_t{1}, std::int64_t{1000}, std::numeric_limits<std::int64_t>::max()}) {
    ExpectWithin(ParseRange(text, length), length);
  }
  static const HostNames kNames("127.0.0.1", "https://videos.example.com", {});
  if (kNames.Allow(text, "127.0.0.1")) ExpectOurs(text);
  return 0;
}
