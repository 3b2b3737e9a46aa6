#include "adapters/filesystem/folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "adapters/filesystem/file.h"

namespace videojobs::filesystem {
namespace {

namespace fs = std::filesystem;

absl::Status MakeFolder(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return absl::OkStatus();
  if (path.has_parent_path() && path.parent_path() != path) {
    if (absl::Status parent = MakeFolder(path.parent_path()); !parent.ok()) return parent;
  }
  // Another process may be opening the same folder.
  if (mkdir(path.c_str(), 0700) == 0 || (errno == EEXIST && fs::is_directory(path, error))) return absl::OkStatus();
  return StatusFromErrno(errno, "create the folder", path.native());
}

void RemoveIfAbandoned(const std::string& path) {
  absl::StatusOr<File> file = File::Open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (file.ok() && file->TryLock()) unlink(path.c_str());
}

absl::Status RemoveLeftovers(const std::string& folder) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (absl::StartsWith(entry->path().filename().native(), kTemporaryPrefix)) RemoveIfAbandoned(entry->path());
  }
  return error ? StatusFromErrno(error.value(), "list", folder) : absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> OpenFolder(const std::string& path) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error).lexically_normal();
  if (error) return StatusFromErrno(error.value(), "find", path);
  // "a/" has an empty last part.
  const fs::path folder = absolute.has_filename() ? absolute : absolute.parent_path();
  if (absl::Status made = MakeFolder(folder); !made.ok()) return made;
  if (access(folder.c_str(), R_OK | W_OK | X_OK) != 0) return StatusFromErrno(errno, "use", folder.native());
  if (absl::Status swept = RemoveLeftovers(folder.native()); !swept.ok()) return swept;
  return folder.native();
}

}  // namespace videojobs::filesystem
