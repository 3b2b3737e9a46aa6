// Where the stream is cut does not change the verdict, and what is said of a whole file is possible.

#include <algorithm>

#include "server/engine/mp4_check.h"
#include "tests/fuzz/fuzz.h"

namespace videojobs {
namespace {

absl::StatusOr<Mp4Facts> Check(absl::string_view bytes, std::size_t piece) {
  Mp4Check check;
  while (!bytes.empty()) {
    if (absl::Status written = check.Write(bytes.substr(0, piece)); !written.ok()) return written;
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  return check.Finish();
}

void ExpectSame(const absl::StatusOr<Mp4Facts>& a, const absl::StatusOr<Mp4Facts>& b) {
  FUZZ_EXPECT(a.status().code() == b.status().code());
  if (!a.ok()) return;
  FUZZ_EXPECT(a->bytes == b->bytes && a->sha256 == b->sha256 && a->duration == b->duration);
  FUZZ_EXPECT(a->has_video == b->has_video && a->has_audio == b->has_audio);
}

}  // namespace
}  // namespace videojobs

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  const absl::string_view bytes = fuzz::AsText(data, size);
  const auto whole = Check(bytes, size + 1);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, size / 2 + 1}) ExpectSame(Check(bytes, piece), whole);
  if (!whole.ok()) return 0;
  FUZZ_EXPECT(whole->bytes == static_cast<std::int64_t>(size) && whole->sha256.size() == 64);
  FUZZ_EXPECT(whole->duration >= absl::ZeroDuration());
  return 0;
}
