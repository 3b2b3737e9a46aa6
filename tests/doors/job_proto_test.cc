#include "server/doors/job_proto.h"

#include <array>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/doors/behind_the_doors.h"

namespace videojobs {
namespace {

template <typename Values, typename NameOf>
void ExpectSameNames(const Values& values, const std::string& prefix, NameOf name_of, int count) {
  EXPECT_EQ(static_cast<int>(values.size()), count) << prefix;
  for (const auto value : values) {
    const std::string word = absl::AsciiStrToUpper(std::string(Name(value)));
    EXPECT_EQ(name_of(ToProto(value)), prefix + (word.empty() ? "UNSPECIFIED" : word));
  }
}

TEST(ToProto, EnumValues_HaveTheSameNamesOnBothSides) {
  ExpectSameNames(
      kJobStates, "JOB_STATE_", [](auto v) { return v1::JobState_Name(v); }, v1::JobState_ARRAYSIZE);
  ExpectSameNames(
      kClipStates, "CLIP_STATE_", [](auto v) { return v1::ClipState_Name(v); }, v1::ClipState_ARRAYSIZE);
  ExpectSameNames(
      kFailureReasons, "FAILURE_REASON_", [](auto v) { return v1::FailureReason_Name(v); },
      v1::FailureReason_ARRAYSIZE);
  const std::array lanes = {LaneReason::kNone,        LaneReason::kQuota,      LaneReason::kOverloaded,
                            LaneReason::kBadKey,      LaneReason::kBilling,    LaneReason::kModelUnavailable,
                            LaneReason::kSpendingCap, LaneReason::kSwitchedOff};
  ExpectSameNames(
      lanes, "LANE_REASON_", [](auto v) { return v1::LaneReason_Name(v); }, v1::LaneReason_ARRAYSIZE);
}

TEST(ToProto, Times_KeepTheirFractionsBeforeAndAfter1970) {
  Job job = JobInState("a", JobState::kPending, ClipState::kPlanned);
  job.created_at = absl::FromUnixMillis(-1500);
  job.updated_at = absl::FromUnixMillis(1500);
  v1::Job out;
  ToProto(job, JobView{}, out);
  EXPECT_EQ(out.create_time().seconds(), -2);
  EXPECT_EQ(out.create_time().nanos(), 500'000'000);
  EXPECT_EQ(out.update_time().seconds(), 1);
  EXPECT_EQ(out.update_time().nanos(), 500'000'000);
  EXPECT_FALSE(out.has_finish_time());
  EXPECT_FALSE(out.has_next_due_time());
}

TEST(ToProto, CompletedJob_ShowsItsFileAndAPlaceholderDoesNot) {
  Job job = JobInState("a", JobState::kCompleted, ClipState::kStored);
  job.clips[0].stored = StoredVideo{"x.mp4", 42, std::string(64, 'f'), absl::Milliseconds(6500)};
  v1::Job out;
  ToProto(job, JobView{}, out);
  EXPECT_EQ(out.video_file().bytes(), 42);
  EXPECT_EQ(out.video_file().duration().seconds(), 6);
  job.video_is_placeholder = true;
  v1::Job placeholder;
  ToProto(job, JobView{}, placeholder);
  EXPECT_FALSE(placeholder.has_video_file());
}

TEST(ToProto, SwitchedOffLane_HasNoEnd) {
  v1::ClosedLane out;
  ToProto(ClosedLane{{"gemini", "m"}, LaneReason::kSwitchedOff, "", absl::InfiniteFuture(), {}}, out);
  EXPECT_FALSE(out.has_closed_until());
}

TEST(ToProto, ThousandTalkativeJobs_FitAClientsFourMebibytes) {
  v1::BatchGetStatusResponse response;
  for (int i = 0; i < 1000; ++i) {
    Job job = JobInState("00000000-0000-7000-8000-000000000001", JobState::kFailed, ClipState::kFailed);
    job.escalation_id = std::string(200, 'e');
    job.video_url = std::string(300, 'u');
    job.detail = job.clips[0].detail = std::string(100'000, 'd');
    job.clips[0].operation_name = std::string(120, 'o');
    ToProto(job, ViewOf(job, {absl::Minutes(2)}, {}), *response.add_jobs());
  }
  EXPECT_LT(response.ByteSizeLong(), 4u << 20);
}

}  // namespace
}  // namespace videojobs
