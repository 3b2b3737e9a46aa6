#ifndef VIDEOJOBS_ADAPTERS_FILESYSTEM_FILE_VIDEO_STORAGE_H_
#define VIDEOJOBS_ADAPTERS_FILESYSTEM_FILE_VIDEO_STORAGE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "adapters/video_storage.h"

namespace videojobs {

// Videos as files of a folder, readable by their owner alone. An object appears under its name whole and on the disk,
// or not at all, also over a loss of power: it is written and synced under a temporary name, then linked to its own,
// which, unlike rename(2), never replaces a file (https://man7.org/linux/man-pages/man2/link.2.html); only one of
// another size, which a broken disk or hand left, is replaced. Several processes may share the folder; it must lie on a
// file system with hard links. PublicUrl() is always empty and Address() a path: our own door serves the files.
class FileVideoStorage : public VideoStorage {
 public:
  // `folder` is created where it is missing, and freed of what crashes have left half-written. PERMISSION_DENIED,
  // RESOURCE_EXHAUSTED, FAILED_PRECONDITION name it and what to do.
  static absl::StatusOr<std::unique_ptr<FileVideoStorage>> Open(const std::string& folder);

  absl::Status Put(const std::string& object_name, ByteSource& source, std::int64_t bytes) override;
  absl::StatusOr<std::int64_t> Size(const std::string& object_name) override;
  absl::StatusOr<std::string> PublicUrl(const std::string& object_name) override;
  absl::StatusOr<VideoAddress> Address(const std::string& object_name) override;
  absl::Status Remove(const std::string& object_name) override;

 private:
  explicit FileVideoStorage(std::string folder) : folder_(std::move(folder)) {}

  std::string PathOf(const std::string& object_name) const;
  absl::Status WriteAndName(const std::string& object_name, ByteSource& source, bool replace);
  absl::Status SyncFolder() const;

  const std::string folder_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_FILESYSTEM_FILE_VIDEO_STORAGE_H_
