#ifndef VIDEOJOBS_ADAPTERS_SQLITE_STATUS_H_
#define VIDEOJOBS_ADAPTERS_SQLITE_STATUS_H_

#include <string>

#include "absl/status/status.h"
#include "adapters/sqlite/statement.h"

namespace videojobs::sqlite {

// The one place where what SQLite says becomes what the ports say. Pure. A code that is not listed is INTERNAL, which
// nobody repeats. `path` is the database file, for messages that say what to do.
//   ABORTED, UNAVAILABLE  nothing was committed, safe to repeat
//   RESOURCE_EXHAUSTED    the disk, or the memory, is full
//   PERMISSION_DENIED     the file or its folder is not ours to write
//   DATA_LOSS             the file is damaged, or is no database
absl::Status StatusFrom(const Error& error, const std::string& path);

// The same for an error met by COMMIT: where the disk failed, UNKNOWN, since the commit may be found there after a
// crash.
absl::Status StatusFromCommit(const Error& error, const std::string& path);

}  // namespace videojobs::sqlite

#endif  // VIDEOJOBS_ADAPTERS_SQLITE_STATUS_H_
