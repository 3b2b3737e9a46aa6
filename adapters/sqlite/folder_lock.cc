#include "adapters/sqlite/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace videojobs::sqlite {
namespace {

// Jobs hold names and answers: nobody else on the machine needs to read them.
constexpr mode_t kOwnerOnly = 0600;

absl::Status CannotWrite(const std::string& path, int error) {
  return absl::PermissionDeniedError(
      absl::StrCat(path, ": ", std::strerror(error), "; the folder must be one that this user may write"));
}

absl::Status MakeFolderOf(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  return error ? CannotWrite(folder.string(), error.value()) : absl::OkStatus();
}

std::string HolderOf(int file) {
  char pid[32] = {};
  const ssize_t read = pread(file, pid, sizeof pid - 1, 0);
  return read > 0 ? absl::StrCat("process ", pid) : "another process";
}

absl::Status InUse(const std::string& database_path, int lock_file) {
  const auto folder = std::filesystem::absolute(database_path).parent_path().string();
  return absl::FailedPreconditionError(absl::StrCat(folder, " is in use by ", HolderOf(lock_file),
                                                    ": one process owns a data folder. Stop that process, or use "
                                                    "another folder"));
}

absl::StatusOr<int> OpenOwnerOnly(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (file < 0) return CannotWrite(path, errno);
  return file;
}

}  // namespace

absl::StatusOr<FolderLock> FolderLock::Take(const std::string& database_path) {
  if (database_path == ":memory:") return None();
  if (absl::Status made = MakeFolderOf(database_path); !made.ok()) return made;
  const absl::StatusOr<int> file = OpenOwnerOnly(absl::StrCat(database_path, ".lock"));
  if (!file.ok()) return file.status();
  FolderLock lock(*file);
  if (flock(*file, LOCK_EX | LOCK_NB) != 0) return InUse(database_path, *file);
  const std::string pid = absl::StrCat(getpid());
  if (ftruncate(*file, 0) != 0 || pwrite(*file, pid.data(), pid.size(), 0) < 0) {
    return CannotWrite(absl::StrCat(database_path, ".lock"), errno);
  }
  // SQLite would create the database readable by all; its log takes the database's own mode.
  const absl::StatusOr<int> database = OpenOwnerOnly(database_path);
  if (!database.ok()) return database.status();
  close(*database);
  return lock;
}

FolderLock::FolderLock(FolderLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

FolderLock::~FolderLock() {
  if (file_ >= 0) close(file_);
}

}  // namespace videojobs::sqlite
