#ifndef VIDEOJOBS_ADAPTERS_SCRATCH_H_
#define VIDEOJOBS_ADAPTERS_SCRATCH_H_

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "adapters/byte_stream.h"

namespace videojobs {

// A temporary file, gone with the object or with the process, however that ends. Used by one thread.
class ScratchFile : public ByteSink {
 public:
  // Bytes written so far.
  virtual std::int64_t Size() const = 0;
  // Reads from the beginning what was written. Must not outlive the file; any number one after another.
  virtual absl::StatusOr<std::unique_ptr<ByteSource>> OpenForReading() = 0;
};

// Room for videos between download and upload: they are checked here, and never held in memory. Thread-safe.
class Scratch {
 public:
  virtual ~Scratch() = default;
  // RESOURCE_EXHAUSTED: the disk is full. PERMISSION_DENIED: the folder is not ours to write.
  virtual absl::StatusOr<std::unique_ptr<ScratchFile>> Create() = 0;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_SCRATCH_H_
