// Bytes on their way from one place to another, a piece at a time: a video from the provider to a storage, never
// held whole. Both are called by one thread at a time and may block.
#ifndef VIDEOJOBS_ADAPTERS_BYTE_STREAM_H_
#define VIDEOJOBS_ADAPTERS_BYTE_STREAM_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace videojobs {

class ByteSink {
 public:
  virtual ~ByteSink() = default;

  // Takes all of `bytes`, which are borrowed for the call. An error ends the transfer and is what its caller gets.
  virtual absl::Status Write(absl::string_view bytes) = 0;
};

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Puts up to `capacity` (at least 1) bytes into `buffer` and says how many; 0 is the end. An error ends the transfer
  // and is what its caller gets.
  virtual absl::StatusOr<size_t> Read(char* buffer, size_t capacity) = 0;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_BYTE_STREAM_H_
