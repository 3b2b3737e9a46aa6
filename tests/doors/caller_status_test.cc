#include "server/doors/caller_status.h"

#include "adapters/refusal.h"
#include "gtest/gtest.h"
#include "tests/support/collected_log.h"

namespace videojobs {
namespace {

constexpr char kSecret[] = "connection to 10.0.0.7 failed: SELECT * FROM video_jobs";

TEST(ForCaller, Refusal_IsToldAsItIsAndNotLogged) {
  CollectedLog log;
  const auto refusal = Refuse(absl::StatusCode::kNotFound, "no such job", {"JOB_NOT_FOUND", {}, {}});
  EXPECT_EQ(ForCaller(refusal, "GetStatus", log), refusal);
  EXPECT_TRUE(log.lines().empty());
}

TEST(ForCaller, DatabaseOutOfReach_IsUnavailableWithoutItsWords) {
  CollectedLog log;
  for (const auto& error : {absl::UnavailableError(kSecret), absl::AbortedError(kSecret)}) {
    const auto told = ForCaller(error, "GetStatus", log);
    EXPECT_EQ(told.code(), absl::StatusCode::kUnavailable);
    EXPECT_EQ(RefusalOf(told).reason, "DATABASE_UNAVAILABLE");
    EXPECT_EQ(told.message().find("10.0.0.7"), absl::string_view::npos);
  }
}

TEST(ForCaller, LostCommit_IsUnknownAndSaysToRepeat) {
  CollectedLog log;
  const auto told = ForCaller(absl::UnknownError(kSecret), "CreateJobs", log);
  EXPECT_EQ(told.code(), absl::StatusCode::kUnknown);
  EXPECT_EQ(RefusalOf(told).reason, "OUTCOME_UNKNOWN");
  EXPECT_NE(told.message().find("same request_id"), absl::string_view::npos);
}

TEST(ForCaller, AnyOtherError_IsInternalAndInTheLogOnly) {
  CollectedLog log;
  for (const auto code : {absl::StatusCode::kInternal, absl::StatusCode::kPermissionDenied, absl::StatusCode::kNotFound,
                          absl::StatusCode::kFailedPrecondition}) {
    const auto told = ForCaller(absl::Status(code, kSecret), "GetStatus", log);
    EXPECT_EQ(told.code(), absl::StatusCode::kInternal);
    EXPECT_EQ(RefusalOf(told).reason, "INTERNAL_ERROR");
    EXPECT_EQ(told.message().find("SELECT"), absl::string_view::npos);
  }
  ASSERT_EQ(log.lines().size(), 4u);
  EXPECT_EQ(FieldOf(log.lines().front(), "call"), "GetStatus");
  EXPECT_EQ(FieldOf(log.lines().front(), "error"), kSecret);
}

}  // namespace
}  // namespace videojobs
