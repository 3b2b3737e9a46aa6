#include <sqlite3.h>

#include <string>

#include "adapters/sqlite/status.h"
#include "gmock/gmock.h"

namespace videojobs::sqlite {
namespace {

using absl::StatusCode;

struct Case {
  int code;
  StatusCode status;
};

class SqliteStatusTest : public ::testing::TestWithParam<Case> {};

TEST_P(SqliteStatusTest, AnyCode_OfItsClass_NamesTheFile) {
  const absl::Status status = StatusFrom(Error(GetParam().code, "words"), "/data/videojobs.db");
  EXPECT_EQ(status.code(), GetParam().status);
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("/data/videojobs.db"));
}

INSTANTIATE_TEST_SUITE_P(
    Codes, SqliteStatusTest,
    ::testing::Values(
        Case{SQLITE_BUSY, StatusCode::kUnavailable}, Case{SQLITE_BUSY_SNAPSHOT, StatusCode::kAborted},
        Case{SQLITE_LOCKED, StatusCode::kAborted}, Case{SQLITE_SCHEMA, StatusCode::kAborted},
        Case{SQLITE_IOERR_READ, StatusCode::kUnavailable}, Case{SQLITE_FULL, StatusCode::kResourceExhausted},
        Case{SQLITE_NOMEM, StatusCode::kResourceExhausted}, Case{SQLITE_CORRUPT_INDEX, StatusCode::kDataLoss},
        Case{SQLITE_NOTADB, StatusCode::kDataLoss}, Case{SQLITE_READONLY_DIRECTORY, StatusCode::kPermissionDenied},
        Case{SQLITE_CANTOPEN, StatusCode::kPermissionDenied}, Case{SQLITE_PERM, StatusCode::kPermissionDenied},
        Case{SQLITE_CONSTRAINT_TRIGGER, StatusCode::kInternal}, Case{SQLITE_MISUSE, StatusCode::kInternal},
        Case{SQLITE_TOOBIG, StatusCode::kInternal}));

TEST(SqliteCommitStatus, DiskFailed_IsUnknown) {
  EXPECT_EQ(StatusFromCommit(Error(SQLITE_IOERR_FSYNC, "words"), "db").code(), StatusCode::kUnknown);
}

TEST(SqliteCommitStatus, DiskFull_IsSurelyNotCommitted) {
  EXPECT_EQ(StatusFromCommit(Error(SQLITE_FULL, "words"), "db").code(), StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace videojobs::sqlite
