#ifndef VIDEOJOBS_ADAPTERS_FILESYSTEM_FILE_SCRATCH_H_
#define VIDEOJOBS_ADAPTERS_FILESYSTEM_FILE_SCRATCH_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "adapters/scratch.h"

namespace videojobs {

// Scratch files in a folder of this machine. Each loses its name as soon as it is made, so the kernel takes it back
// when the process ends, however that happens.
class FileScratch : public Scratch {
 public:
  // `folder` is created where it is missing. PERMISSION_DENIED, RESOURCE_EXHAUSTED, FAILED_PRECONDITION name it and
  // what to do.
  static absl::StatusOr<std::unique_ptr<FileScratch>> Open(const std::string& folder);

  absl::StatusOr<std::unique_ptr<ScratchFile>> Create() override;

 private:
  explicit FileScratch(std::string folder) : folder_(std::move(folder)) {}

  const std::string folder_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_FILESYSTEM_FILE_SCRATCH_H_
