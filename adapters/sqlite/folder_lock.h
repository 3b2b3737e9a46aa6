#ifndef VIDEOJOBS_ADAPTERS_SQLITE_FOLDER_LOCK_H_
#define VIDEOJOBS_ADAPTERS_SQLITE_FOLDER_LOCK_H_

#include <string>

#include "absl/status/statusor.h"

namespace videojobs::sqlite {

// One process owns a database file: the lock is a file beside it, held until this object or the process ends, however
// it ends. The lock file itself stays: deleting it would let two processes lock two files of one name.
class FolderLock {
 public:
  // Takes the lock of the database at `database_path`, making its folder where it is missing; no lock for ":memory:".
  // FAILED_PRECONDITION: another process has it, named by folder and pid. PERMISSION_DENIED: the folder is not ours to
  // write.
  static absl::StatusOr<FolderLock> Take(const std::string& database_path);

  // For who only looks: no lock.
  static FolderLock None() { return FolderLock(-1); }

  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int file) : file_(file) {}

  int file_;  // -1: none
};

}  // namespace videojobs::sqlite

#endif  // VIDEOJOBS_ADAPTERS_SQLITE_FOLDER_LOCK_H_
