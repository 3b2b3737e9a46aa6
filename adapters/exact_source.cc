#include "adapters/exact_source.h"

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace videojobs {

absl::StatusOr<std::size_t> ExactSource::Read(char* buffer, std::size_t capacity) {
  const absl::StatusOr<std::size_t> count = source_.Read(buffer, capacity);
  status_ = count.ok() ? Counted(*count) : count.status();
  if (!status_.ok()) return status_;
  return *count;
}

absl::Status ExactSource::Counted(std::size_t count) {
  read_ += static_cast<std::int64_t>(count);
  if (read_ > bytes_)
    return absl::DataLossError(absl::StrCat("the video is longer than the ", bytes_, " bytes announced"));
  if (count > 0 || read_ == bytes_) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("the video ends after ", read_, " of the ", bytes_, " bytes announced"));
}

}  // namespace videojobs
