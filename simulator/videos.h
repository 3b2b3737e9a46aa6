// The bytes of an operation's video: one of the embedded MP4s, then a `free` box with the operation's id, which makes
// every video unique and leaves it playable (ISO/IEC 14496-12, 8.1.2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "simulator/operation_id.h"

namespace videojobs::simulator {

// Generates its bytes on demand and holds no more than the id, however far the file is padded. Immutable.
class Video {
 public:
  explicit Video(const Operation& operation);

  uint64_t size() const { return size_; }

  // Copies up to `capacity` bytes from `offset`; returns how many, 0 at the end.
  size_t Read(uint64_t offset, char* buffer, size_t capacity) const;

  // All bytes at once: for answers that carry the video inline, and for tests.
  std::string Bytes() const;

 private:
  std::string_view picture_;  // In the program's read-only data.
  std::string mark_;          // The head of the `free` box and the id.
  uint64_t size_;
};

}  // namespace videojobs::simulator
