// Open files, and the one translation of errno.
#ifndef VIDEOJOBS_ADAPTERS_FILESYSTEM_FILE_H_
#define VIDEOJOBS_ADAPTERS_FILESYSTEM_FILE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace videojobs::filesystem {

// What `error`, a value of errno that `action` on `path` met, means. RESOURCE_EXHAUSTED: the disk or a quota is full.
// PERMISSION_DENIED: rights, or a read-only disk. NOT_FOUND: a part of the path is missing. FAILED_PRECONDITION: a part
// of it is no folder. UNAVAILABLE: the process or the machine is short of something for the moment. INTERNAL: any
// other. The message names action, path and what to do.
absl::Status StatusFromErrno(int error, absl::string_view action, absl::string_view path);

// An open file, closed with the object. Used by one thread.
class File {
 public:
  File(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  ~File();
  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}
  File& operator=(File&&) = delete;

  // open(2) with close-on-exec.
  static absl::StatusOr<File> Open(const std::string& path, int flags);
  // A new file in `folder` of mode 0600 whose name begins with `prefix` and is nobody else's.
  static absl::StatusOr<File> CreateUnique(const std::string& folder, absl::string_view prefix);

  const std::string& path() const { return path_; }

  // Appends all of `bytes`.
  absl::Status Write(absl::string_view bytes);
  // Reads up to `capacity` bytes at `offset`; 0 is the end.
  absl::StatusOr<std::size_t> ReadAt(std::int64_t offset, char* buffer, std::size_t capacity) const;
  // Returns when the file, or the entries of the folder, are on the disk.
  absl::Status Sync();
  // Marks the file as in use by a live process, until it is closed. False: another holds that mark.
  bool TryLock();

 private:
  int descriptor_;
  std::string path_;
};

}  // namespace videojobs::filesystem

#endif  // VIDEOJOBS_ADAPTERS_FILESYSTEM_FILE_H_
