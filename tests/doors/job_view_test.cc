#include "server/doors/job_view.h"

#include <string>
#include <utility>
#include <vector>

#include "adapters/job.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/doors/behind_the_doors.h"

namespace videojobs {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'060);
constexpr absl::Duration kUsual = absl::Minutes(2);

JobView View(const Job& job, std::vector<ClosedLane> closed = {}, bool enabled = true) {
  return ViewOf(job, {kUsual, "Ask for omni."}, {std::move(closed), enabled, kNow});
}

Job Running(absl::Duration since) {
  Job job = JobInState("a", JobState::kProcessing, ClipState::kRunning);
  job.clips[0].accepted_at = kNow - since;
  return job;
}

ClosedLane Closed(LaneReason reason) {
  return {{"gemini", "fake-1.0"}, reason, "try later", absl::FromUnixSeconds(1'800'000'600), absl::Minutes(9)};
}

TEST(JobView, PendingWithOpenLane_WaitsForItsTurn) {
  const JobView view = View(JobInState("a", JobState::kPending, ClipState::kPlanned));
  EXPECT_EQ(view.explanation, "It waits for its turn to be started.");
  EXPECT_THAT(view.advice, IsEmpty());
  EXPECT_EQ(view.progress_percent, 0);
  EXPECT_FALSE(view.waiting_for_lane);
}

TEST(JobView, PendingForLong_IsOverdue) {
  Job job = JobInState("a", JobState::kPending, ClipState::kPlanned);
  job.due_at = kNow - absl::Minutes(1);
  EXPECT_THAT(View(job).advice, IsEmpty());
  job.due_at = kNow - absl::Minutes(10);
  EXPECT_THAT(View(job).advice, HasSubstr("nobody sweeps"));
  EXPECT_THAT(View(job, {Closed(LaneReason::kQuota)}).advice, IsEmpty()) << "it is the lane that it waits for";
}

TEST(JobView, PendingWithClosedLane_SaysWhyAndUntilWhen) {
  const JobView view =
      View(JobInState("a", JobState::kPending, ClipState::kPlanned), {Closed(LaneReason::kSpendingCap)});
  EXPECT_THAT(view.explanation, HasSubstr("a spending limit is reached"));
  EXPECT_THAT(view.explanation, HasSubstr("2027-01-15 08:10:00 UTC"));
  EXPECT_THAT(view.explanation, AllOf(HasSubstr("In detail: try later"), Not(HasSubstr("provider"))));
  EXPECT_THAT(view.advice, HasSubstr("VIDEO_DAILY_SPEND_LIMIT_USD"));
  ASSERT_TRUE(view.waiting_for_lane);
  EXPECT_EQ(view.waiting_for_lane->reason, LaneReason::kSpendingCap);
}

TEST(JobView, PendingWithLaneOfTheProviders_QuotesTheProvider) {
  const JobView view = View(JobInState("a", JobState::kPending, ClipState::kPlanned), {Closed(LaneReason::kQuota)});
  EXPECT_THAT(view.explanation, HasSubstr("The provider said: try later"));
}

// Only a lane that waits for its free check still shows then.
TEST(JobView, PendingWithLaneWhoseTimeIsOver_IsAskedForFreeOfCharge) {
  for (const LaneReason reason : {LaneReason::kBadKey, LaneReason::kModelUnavailable}) {
    ClosedLane lane = Closed(reason);
    lane.closed_until = kNow - absl::Minutes(1);
    lane.remaining = -absl::Minutes(1);
    const JobView view = View(JobInState("a", JobState::kPending, ClipState::kPlanned), {lane});
    EXPECT_THAT(view.explanation, AllOf(HasSubstr("free of charge; then one start"), Not(HasSubstr("Tried again at"))));
  }
}

TEST(JobView, LaneOfAnotherModel_IsNotInTheWay) {
  ClosedLane other = Closed(LaneReason::kQuota);
  other.key.model = "another";
  EXPECT_FALSE(View(JobInState("a", JobState::kPending, ClipState::kPlanned), {other}).waiting_for_lane);
}

TEST(JobView, EveryClosedLane_HasWords) {
  for (const auto reason : {LaneReason::kQuota, LaneReason::kOverloaded, LaneReason::kBadKey, LaneReason::kBilling,
                            LaneReason::kModelUnavailable, LaneReason::kSpendingCap, LaneReason::kSwitchedOff}) {
    const JobView view = View(JobInState("a", JobState::kPending, ClipState::kPlanned), {Closed(reason)});
    EXPECT_THAT(view.explanation, Not(HasSubstr("waits: .")));
  }
}

TEST(JobView, GenerationSwitchedOff_IsTheLaneInTheWay) {
  const JobView view = View(JobInState("a", JobState::kPending, ClipState::kPlanned), {}, false);
  ASSERT_TRUE(view.waiting_for_lane);
  EXPECT_EQ(view.waiting_for_lane->reason, LaneReason::kSwitchedOff);
  EXPECT_THAT(view.advice, HasSubstr("VIDEO_GENERATION_ENABLED=true"));
  EXPECT_THAT(view.explanation, AllOf(Not(HasSubstr("ried again")), Not(HasSubstr("tries"))));
}

TEST(JobView, PendingWithStartUnderWay_WaitsForNoLane) {
  const JobView view = View(JobInState("a", JobState::kPending, ClipState::kStarting), {Closed(LaneReason::kQuota)});
  EXPECT_EQ(view.explanation, "Its paid start is under way.");
  EXPECT_FALSE(view.waiting_for_lane);
}

TEST(JobView, Running_SaysHowLongAndWhatIsUsual) {
  EXPECT_EQ(View(Running(absl::Seconds(30))).explanation,
            "The generator has worked on it for 30s; usually it takes 2m.");
}

TEST(JobView, RunningWithTrouble_ShowsTheLastWords) {
  Job job = Running(absl::Seconds(30));
  job.clips[0].troubles = 3;
  job.clips[0].detail = "HTTP 500";
  EXPECT_THAT(View(job).explanation, HasSubstr("Asking it failed 3 times, and is tried again. Last: HTTP 500"));
}

TEST(JobView, Progress_GrowsWithTimeAndNeverReachesTheEnd) {
  EXPECT_EQ(View(Running(absl::ZeroDuration())).progress_percent, 0);
  EXPECT_EQ(View(Running(absl::Minutes(1))).progress_percent, 45);
  EXPECT_EQ(View(Running(absl::Minutes(2))).progress_percent, 90);
  const int late = View(Running(absl::Hours(40))).progress_percent;
  EXPECT_GT(late, 90);
  EXPECT_LT(late, 97);
  EXPECT_EQ(View(JobInState("a", JobState::kProcessing, ClipState::kReady)).progress_percent, 97);
  EXPECT_EQ(View(JobInState("a", JobState::kProcessing, ClipState::kStored)).progress_percent, 99);
  EXPECT_EQ(View(JobInState("a", JobState::kCompleted, ClipState::kStored)).progress_percent, 100);
}

TEST(JobView, AcceptedInTheFutureOfAnotherClock_HasNoProgress) {
  EXPECT_EQ(View(Running(-absl::Minutes(5))).progress_percent, 0);
}

TEST(JobView, DeliveryInTrouble_SaysWhatTheStorageSaid) {
  Job job = JobInState("a", JobState::kProcessing, ClipState::kReady);
  job.clips[0].troubles = 1;
  job.clips[0].detail = "bucket missing: create it";
  const JobView view = View(job);
  EXPECT_EQ(view.explanation,
            "The video is made, but bringing it home failed; it is tried again as long as the generator's copy exists. "
            "Last: bucket missing: create it");
  EXPECT_THAT(view.advice, HasSubstr("two days"));
}

// Tried twenty times, it would still be counted once.
TEST(JobView, DeliveryInTrouble_TellsNoNumber) {
  Job job = JobInState("a", JobState::kProcessing, ClipState::kReady);
  for (const int troubles : {1, 7}) {
    job.clips[0].troubles = troubles;
    EXPECT_THAT(View(job).explanation, AllOf(HasSubstr("failed; it is tried again"), Not(HasSubstr(" time"))));
  }
}

TEST(JobView, StoredWithoutTrouble_IsBeingFinished) {
  const JobView view = View(JobInState("a", JobState::kProcessing, ClipState::kStored));
  EXPECT_EQ(view.explanation, "Its scenes have ended; the video is being finished.");
  EXPECT_THAT(view.advice, IsEmpty());
}

TEST(JobView, StoredWithoutAUrl_SaysWhyAndWhatToSet) {
  Job job = JobInState("a", JobState::kProcessing, ClipState::kStored);
  job.clips[0].detail = "the storage is private";
  for (const int troubles : {0, 1}) {
    job.clips[0].troubles = troubles;
    const JobView view = View(job);
    EXPECT_THAT(view.explanation, AllOf(HasSubstr("lacks only a URL"), HasSubstr("Last: the storage is private")));
    EXPECT_THAT(view.advice, HasSubstr("VIDEOJOBS_PUBLIC_URL"));
    EXPECT_EQ(view.progress_percent, 99);
  }
}

TEST(JobView, Placeholder_IsCalledOne) {
  Job job = JobInState("a", JobState::kCompleted, ClipState::kFailed);
  job.video_is_placeholder = true;
  EXPECT_THAT(View(job).explanation, HasSubstr("placeholder"));
}

TEST(JobView, EveryFailure_HasWordsAndItsDetail) {
  for (const FailureReason reason : kFailureReasons) {
    Job job = JobInState("a", JobState::kFailed, ClipState::kFailed);
    job.reason = reason;
    job.detail = "the details";
    EXPECT_THAT(View(job).explanation, HasSubstr("In detail: the details")) << Name(reason);
    EXPECT_GT(View(job).explanation.find('.'), 5u) << Name(reason);
  }
}

TEST(JobView, UnknownStart_WarnsOfASecondCharge) {
  Job job = JobInState("a", JobState::kFailed, ClipState::kUnknown);
  job.reason = FailureReason::kStartUnknown;
  EXPECT_THAT(View(job).advice, HasSubstr("charged a second time"));
}

// The answer came late: refused after all.
TEST(JobView, UnknownStartThatWasRefusedAfterAll_SaysThatNothingIsCharged) {
  Job job = JobInState("a", JobState::kFailed, ClipState::kRefused);
  job.reason = FailureReason::kStartUnknown;
  EXPECT_THAT(View(job).explanation, HasSubstr("nothing is charged"));
  EXPECT_THAT(View(job).advice, HasSubstr("no second charge"));
  for (const ClipState accepted : {ClipState::kRunning, ClipState::kReady}) {
    job.clips.at(0).state = accepted;
    EXPECT_THAT(View(job).advice, HasSubstr("charged a second time")) << Name(accepted);
  }
  job.clips.at(0).state = ClipState::kPlanned;
  job.cost.held_micros = 600'000;
  EXPECT_THAT(View(job).advice, HasSubstr("charged a second time")) << "another start's answer is missing";
}

TEST(JobView, EndedOtherwiseWhileAnEarlierStartIsInDoubt_WarnsOfItToo) {
  for (const FailureReason reason : {FailureReason::kCancelled, FailureReason::kDeadline}) {
    Job job = JobInState("a", JobState::kFailed, ClipState::kPlanned);
    job.reason = reason;
    EXPECT_THAT(View(job).explanation, Not(HasSubstr("may have been charged"))) << Name(reason);
    job.cost.held_micros = 600'000;
    EXPECT_THAT(View(job).explanation, HasSubstr("may have been charged")) << Name(reason);
    EXPECT_THAT(View(job).advice, HasSubstr("accept_possible_second_charge")) << Name(reason);
  }
}

// One clip, started again after its first video was lost, say.
TEST(JobView, EndedWithoutAChargeWhileAnotherStartWasCharged_SaysBoth) {
  for (const FailureReason reason : kFailureReasons) {
    Job job = JobInState("a", JobState::kFailed, ClipState::kFailed);
    job.reason = reason;
    EXPECT_THAT(View(job).explanation, Not(HasSubstr("Another start"))) << Name(reason);
    const bool says_free = View(job).explanation.find("not charged") != std::string::npos;
    job.cost.charged_micros = 600'000;
    EXPECT_EQ(View(job).explanation.find("Another start of it was charged.") != std::string::npos, says_free)
        << Name(reason);
  }
  Job refused_after_all = JobInState("a", JobState::kFailed, ClipState::kRefused);
  refused_after_all.reason = FailureReason::kStartUnknown;
  refused_after_all.cost.charged_micros = 600'000;
  EXPECT_THAT(View(refused_after_all).explanation, HasSubstr("nothing is charged. Another start of it was charged."));
}

TEST(JobView, ModelGone_NamesWhatCanBeAskedForInstead) {
  const Job job = JobInState("a", JobState::kPending, ClipState::kPlanned);
  const JobView view = View(job, {Closed(LaneReason::kModelUnavailable)});
  EXPECT_THAT(view.explanation, HasSubstr("does not have the model"));
  EXPECT_THAT(view.advice, HasSubstr("Ask for omni."));
}

TEST(JobView, NoDoorToItsProvider_SaysThatCredentialsAreMissing) {
  Job job = JobInState("a", JobState::kPending, ClipState::kPlanned);
  job.provider = "vertex";
  const JobView view = ViewOf(job, {.usual = kUsual, .missing = true}, {{}, true, kNow});
  EXPECT_THAT(view.explanation, HasSubstr("no credentials for its provider, vertex"));
  EXPECT_THAT(view.advice, HasSubstr("cancel the job"));
}

TEST(JobView, LongDetail_IsCut) {
  Job job = JobInState("a", JobState::kFailed, ClipState::kFailed);
  job.detail = std::string(5000, 'x');
  EXPECT_LT(View(job).explanation.size(), 500u);
}

TEST(ViewsOf, PendingJob_ReadsTheLanes) {
  BehindTheDoors behind;
  behind.lanes.closed.push_back(Closed(LaneReason::kQuota));
  const auto views = ViewsOf({JobInState("a", JobState::kPending, ClipState::kPlanned)}, behind.ports());
  ASSERT_TRUE(views.ok());
  EXPECT_TRUE(views->front().waiting_for_lane);
}

}  // namespace
}  // namespace videojobs
