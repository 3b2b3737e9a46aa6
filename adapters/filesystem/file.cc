#include "adapters/filesystem/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <system_error>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

namespace videojobs::filesystem {
namespace {

struct Meaning {
  absl::StatusCode code;
  absl::string_view advice;
};

Meaning MeaningOf(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return {absl::StatusCode::kResourceExhausted, "; free some space there, or store the videos elsewhere"};
    case EACCES:
    case EPERM:
    case EROFS:
      return {absl::StatusCode::kPermissionDenied, "; the user this server runs as must be able to write there"};
    case ENOENT:
      return {absl::StatusCode::kNotFound, ""};
    case EEXIST:
    case ENOTDIR:
      return {absl::StatusCode::kFailedPrecondition, "; a folder is needed there"};
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EAGAIN:
    case EBUSY:
    case ESTALE:
    case ETIMEDOUT:
      return {absl::StatusCode::kUnavailable, ""};
    default:
      return {absl::StatusCode::kInternal, ""};
  }
}

}  // namespace

absl::Status StatusFromErrno(int error, absl::string_view action, absl::string_view path) {
  const Meaning meaning = MeaningOf(error);
  return absl::Status(meaning.code, absl::StrCat("cannot ", action, " ", path, ": ",
                                                 std::generic_category().message(error), meaning.advice));
}

File::~File() {
  if (descriptor_ >= 0) close(descriptor_);
}

absl::StatusOr<File> File::Open(const std::string& path, int flags) {
  const int descriptor = open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) return StatusFromErrno(errno, "open", path);
  return File(descriptor, path);
}

absl::StatusOr<File> File::CreateUnique(const std::string& folder, absl::string_view prefix) {
  std::string path = absl::StrCat(folder, "/", prefix, "XXXXXX");
  const int descriptor = mkostemp(path.data(), O_CLOEXEC);
  if (descriptor < 0) return StatusFromErrno(errno, "create a file in", folder);
  return File(descriptor, path);
}

absl::Status File::Write(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return StatusFromErrno(errno, "write", path_);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::size_t> File::ReadAt(std::int64_t offset, char* buffer, std::size_t capacity) const {
  while (true) {
    const ssize_t count = pread(descriptor_, buffer, capacity, offset);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) return StatusFromErrno(errno, "read", path_);
  }
}

absl::Status File::Sync() {
  if (fsync(descriptor_) != 0) return StatusFromErrno(errno, "sync", path_);
  return absl::OkStatus();
}

bool File::TryLock() { return flock(descriptor_, LOCK_EX | LOCK_NB) == 0; }

}  // namespace videojobs::filesystem
