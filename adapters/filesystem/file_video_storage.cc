#include "adapters/filesystem/file_video_storage.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "adapters/exact_source.h"
#include "adapters/fault_point.h"
#include "adapters/filesystem/file.h"
#include "adapters/filesystem/folder.h"

namespace videojobs {
namespace {

using filesystem::File;
using filesystem::StatusFromErrno;

constexpr std::size_t kPiece = std::size_t{64} << 10;

// Takes a temporary name away, whatever happened to the file.
class NameGuard {
 public:
  explicit NameGuard(std::string path) : path_(std::move(path)) {}
  ~NameGuard() { unlink(path_.c_str()); }
  NameGuard(const NameGuard&) = delete;
  NameGuard& operator=(const NameGuard&) = delete;

 private:
  const std::string path_;
};

absl::Status Copy(ByteSource& source, File& file) {
  std::vector<char> piece(kPiece);
  while (true) {
    const absl::StatusOr<std::size_t> count = source.Read(piece.data(), piece.size());
    if (!count.ok()) return count.status();
    if (*count == 0) return absl::OkStatus();
    if (absl::Status written = file.Write(absl::string_view(piece.data(), *count)); !written.ok()) return written;
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<FileVideoStorage>> FileVideoStorage::Open(const std::string& folder) {
  absl::StatusOr<std::string> path = filesystem::OpenFolder(folder);
  if (!path.ok()) return path.status();
  return absl::WrapUnique(new FileVideoStorage(*std::move(path)));
}

absl::Status FileVideoStorage::Put(const std::string& object_name, ByteSource& source, std::int64_t bytes) {
  if (absl::Status valid = CheckPut(object_name, bytes); !valid.ok()) return valid;
  const absl::StatusOr<std::int64_t> there = Size(object_name);
  const bool broken = there.ok() && *there != bytes;
  if (broken || absl::IsNotFound(there.status())) {
    ExactSource exact(source, bytes);
    if (absl::Status written = WriteAndName(object_name, exact, broken); !written.ok()) return written;
  }
  // Also for an object that was there: whoever linked it may have died before the folder was on the disk.
  if (absl::Status synced = SyncFolder(); !synced.ok()) return synced;
  const absl::StatusOr<std::int64_t> size = Size(object_name);
  return size.ok() ? SameObject(object_name, *size, bytes) : size.status();
}

absl::Status FileVideoStorage::WriteAndName(const std::string& object_name, ByteSource& source, bool replace) {
  absl::StatusOr<File> file = File::CreateUnique(folder_, filesystem::kTemporaryPrefix);
  if (!file.ok()) return file.status();
  const NameGuard guard(file->path());
  // Held until the file has its name. A file system without locks (ENOLCK) only loses the protection against another
  // process that opens the folder meanwhile, and link(2) then says so.
  file->TryLock();
  if (absl::Status copied = Copy(source, *file); !copied.ok()) return copied;
  if (absl::Status synced = file->Sync(); !synced.ok()) return synced;
  AtFaultPoint("file", "link", FaultMoment::kBefore);
  const auto name = replace ? rename : link;
  const int linked = name(file->path().c_str(), PathOf(object_name).c_str()) == 0 ? 0 : errno;
  AtFaultPoint("file", "link", FaultMoment::kAfter);
  // A name taken in the meantime is for the caller to compare.
  if (linked == 0 || linked == EEXIST) return absl::OkStatus();
  if (linked == ENOENT) return absl::UnavailableError(absl::StrCat(file->path(), " was removed while it was written"));
  return StatusFromErrno(linked, replace ? "replace" : "link", PathOf(object_name));
}

absl::StatusOr<std::int64_t> FileVideoStorage::Size(const std::string& object_name) {
  if (absl::Status valid = CheckObjectName(object_name); !valid.ok()) return valid;
  const std::string path = PathOf(object_name);
  struct stat facts;
  if (lstat(path.c_str(), &facts) != 0) return StatusFromErrno(errno, "find", path);
  if (!S_ISREG(facts.st_mode))
    return absl::FailedPreconditionError(absl::StrCat(path, " is no regular file; remove it"));
  return facts.st_size;
}

absl::StatusOr<std::string> FileVideoStorage::PublicUrl(const std::string& object_name) {
  if (absl::Status valid = CheckObjectName(object_name); !valid.ok()) return valid;
  return std::string();
}

absl::StatusOr<VideoAddress> FileVideoStorage::Address(const std::string& object_name) {
  if (const absl::StatusOr<std::int64_t> size = Size(object_name); !size.ok()) return size.status();
  return VideoAddress{.local_path = PathOf(object_name), .redirect_url = ""};
}

absl::Status FileVideoStorage::Remove(const std::string& object_name) {
  if (absl::Status valid = CheckObjectName(object_name); !valid.ok()) return valid;
  const std::string path = PathOf(object_name);
  if (unlink(path.c_str()) == 0 || errno == ENOENT) return absl::OkStatus();
  return StatusFromErrno(errno, "remove", path);
}

std::string FileVideoStorage::PathOf(const std::string& object_name) const {
  return absl::StrCat(folder_, "/", object_name);
}

absl::Status FileVideoStorage::SyncFolder() const {
  absl::StatusOr<File> folder = File::Open(folder_, O_RDONLY | O_DIRECTORY);
  return folder.ok() ? folder->Sync() : folder.status();
}

}  // namespace videojobs
