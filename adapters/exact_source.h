#ifndef VIDEOJOBS_ADAPTERS_EXACT_SOURCE_H_
#define VIDEOJOBS_ADAPTERS_EXACT_SOURCE_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "adapters/byte_stream.h"

namespace videojobs {

// `source`, held to its word: reading fails with DATA_LOSS where it ends before `bytes` bytes or goes on after them.
class ExactSource : public ByteSource {
 public:
  // `source` is borrowed.
  ExactSource(ByteSource& source, std::int64_t bytes) : source_(source), bytes_(bytes) {}

  absl::StatusOr<std::size_t> Read(char* buffer, std::size_t capacity) override;

  // The error that Read() gave, as it was: whoever reads through others may get it back with their marks.
  const absl::Status& status() const { return status_; }

 private:
  absl::Status Counted(std::size_t count);

  ByteSource& source_;
  const std::int64_t bytes_;
  std::int64_t read_ = 0;
  absl::Status status_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_EXACT_SOURCE_H_
