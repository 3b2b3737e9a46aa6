#include "adapters/sqlite/status.h"

#include <sqlite3.h>

#include "absl/strings/str_cat.h"

namespace videojobs::sqlite {
namespace {

struct Meaning {
  int code;
  absl::StatusCode status;
  const char* advice;
};

// By primary code. https://www.sqlite.org/rescode.html
constexpr Meaning kMeanings[] = {
    {SQLITE_BUSY, absl::StatusCode::kUnavailable, "another program holds the database: end it, e.g. a sqlite3 shell"},
    {SQLITE_LOCKED, absl::StatusCode::kAborted, "try again"},
    {SQLITE_SCHEMA, absl::StatusCode::kAborted, "its schema changed meanwhile: try again"},
    {SQLITE_IOERR, absl::StatusCode::kUnavailable, "the disk failed: look at the system's log"},
    {SQLITE_FULL, absl::StatusCode::kResourceExhausted, "the disk is full: make room"},
    {SQLITE_NOMEM, absl::StatusCode::kResourceExhausted, "out of memory"},
    {SQLITE_CORRUPT, absl::StatusCode::kDataLoss, "the file is damaged: restore it from a backup"},
    {SQLITE_NOTADB, absl::StatusCode::kDataLoss, "the file is no SQLite database: move it away or name another"},
    {SQLITE_READONLY, absl::StatusCode::kPermissionDenied, "it cannot be written: give this user write access"},
    {SQLITE_PERM, absl::StatusCode::kPermissionDenied, "it cannot be opened: give this user read and write access"},
    {SQLITE_AUTH, absl::StatusCode::kPermissionDenied, "it cannot be opened: give this user read and write access"},
    {SQLITE_CANTOPEN, absl::StatusCode::kPermissionDenied,
     "it cannot be opened: its folder must exist and this user must have read and write access"},
};

int PrimaryCode(const Error& error) { return error.code() & 0xff; }

}  // namespace

absl::Status StatusFrom(const Error& error, const std::string& path) {
  // Another connection committed since this one's snapshot: unlike other busy codes, waiting does not help.
  if (error.code() == SQLITE_BUSY_SNAPSHOT) return absl::AbortedError(absl::StrCat("SQLite ", path, ": try again"));
  for (const Meaning& meaning : kMeanings) {
    if (meaning.code == PrimaryCode(error)) {
      return absl::Status(meaning.status, absl::StrCat("SQLite ", path, ": ", meaning.advice, " (", error.what(), ")"));
    }
  }
  return absl::InternalError(absl::StrCat("SQLite ", path, ": ", error.what(), " (code ", error.code(), ")"));
}

absl::Status StatusFromCommit(const Error& error, const std::string& path) {
  if (PrimaryCode(error) != SQLITE_IOERR) return StatusFrom(error, path);
  return absl::UnknownError(absl::StrCat("SQLite ", path, ": the disk failed while committing (", error.what(), ")"));
}

}  // namespace videojobs::sqlite
