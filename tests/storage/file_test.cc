#include "adapters/filesystem/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "absl/status/status.h"

namespace videojobs::filesystem {
namespace {

struct ErrnoCase {
  int error;
  absl::StatusCode code;
};

TEST(StatusFromErrno, EachError_HasItsCode) {
  const ErrnoCase cases[] = {
      {ENOSPC, absl::StatusCode::kResourceExhausted}, {EDQUOT, absl::StatusCode::kResourceExhausted},
      {EFBIG, absl::StatusCode::kResourceExhausted},  {EACCES, absl::StatusCode::kPermissionDenied},
      {EPERM, absl::StatusCode::kPermissionDenied},   {EROFS, absl::StatusCode::kPermissionDenied},
      {ENOENT, absl::StatusCode::kNotFound},          {ENOTDIR, absl::StatusCode::kFailedPrecondition},
      {EMFILE, absl::StatusCode::kUnavailable},       {EIO, absl::StatusCode::kInternal},
  };
  for (const ErrnoCase& one : cases) EXPECT_EQ(StatusFromErrno(one.error, "write", "/x").code(), one.code) << one.error;
}

TEST(StatusFromErrno, Message_NamesActionPathAndAdvice) {
  EXPECT_EQ(StatusFromErrno(ENOSPC, "write", "/data/videos/.tmp-1").message(),
            "cannot write /data/videos/.tmp-1: No space left on device; free some space there, or store the videos "
            "elsewhere");
}

}  // namespace
}  // namespace videojobs::filesystem
