#ifndef VIDEOJOBS_ADAPTERS_BYTE_STREAM_H_
#define VIDEOJOBS_ADAPTERS_BYTE_STREAM_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace videojobs {

// Where a stream of bytes goes: a file, a decoder, a checker. Used by one thread at a time.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  // Takes all of `bytes`, in order. An error ends the transfer and reaches whoever began it, unchanged.
  virtual absl::Status Write(absl::string_view bytes) = 0;
};

// Where a stream of bytes comes from. Used by one thread at a time.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Fills up to `capacity` (> 0) bytes of `buffer` and says how many; 0 is the end. An error ends the transfer.
  virtual absl::StatusOr<std::size_t> Read(char* buffer, std::size_t capacity) = 0;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_BYTE_STREAM_H_
