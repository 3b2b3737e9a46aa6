// The bytes of an operation's video: one of the embedded MP4s, then a `free` box with the operation's id, which makes
// every video unique and leaves it playable (ISO/IEC 14496-12, 8.1.2). Where none is embedded for a length, the nearest
// is played faster or slower; 360p is the picture of 720p that is shown smaller.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "simulator/operation_id.h"

namespace videojobs::simulator {

// Generates its bytes on demand and holds no more than an index and the id, however far the file is padded. Immutable.
class Video {
 public:
  // `sample`: which of the operation's videos.
  explicit Video(const Operation& operation, int sample = 0);

  uint64_t size() const { return size_; }

  // Copies up to `capacity` bytes from `offset`; returns how many, 0 at the end.
  size_t Read(uint64_t offset, char* buffer, size_t capacity) const;

  // All bytes at once: for answers that carry the video inline, and for tests.
  std::string Bytes() const;

 private:
  std::string head_;          // The first boxes where they were changed, else empty.
  std::string_view picture_;  // The rest, in the program's read-only data.
  std::string mark_;          // The head of the `free` box and the id.
  uint64_t size_;
};

}  // namespace videojobs::simulator
