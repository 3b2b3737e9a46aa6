// The sweep over real steps and a real store: what happens to one job, from intake to its end.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_house.h"

namespace videojobs {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

StartOutcome RefusedByLane(LaneReason reason, absl::Duration closed_for) {
  StartOutcome outcome;
  outcome.kind = OutcomeKind::kRefused;
  outcome.lane_reason = reason;
  outcome.lane_closed_for = closed_for;
  outcome.detail = "come back later";
  outcome.http_status = 429;
  return outcome;
}

StartOutcome RefusedForGood() {
  StartOutcome outcome;
  outcome.kind = OutcomeKind::kRefused;
  outcome.detail = "the prompt is not allowed";
  outcome.http_status = 400;
  return outcome;
}

PollAnswer Answer(PollKind kind, std::string detail = "") {
  PollAnswer answer;
  answer.kind = kind;
  answer.detail = std::move(detail);
  return answer;
}

PollAnswer Failure(FailureReason reason) {
  PollAnswer answer = Answer(PollKind::kFailed, "the provider's words");
  answer.reason = reason;
  return answer;
}

// The process dies inside the paid call for the one job that is due: whoever comes next finds an open intent under a
// lease that has ended, or will.
void DieInsideAStart(EngineHouse& house) {
  auto claimed = house.store->work().Claim(1, "dead", absl::Seconds(20));
  ASSERT_TRUE(claimed.ok() && claimed->size() == 1);
  const Lease lease = claimed->front().lease;
  ASSERT_TRUE(house.store->work().WriteStoryboardIfHeld(lease, {{{"a scene", 6}, "stem"}}).ok());
  const auto intent = house.store->ledger().RecordIntent({.lease = lease,
                                                          .clip = 0,
                                                          .start_id = "s1",
                                                          .provider = "gemini",
                                                          .model = "fake-1.0",
                                                          .location = "",
                                                          .price_micros = 600'000,
                                                          .daily_cap_micros = std::nullopt,
                                                          .total_cap_micros = std::nullopt});
  ASSERT_TRUE(intent.ok());
  ASSERT_EQ(intent->answer, IntentAnswer::kRecorded);
}

TEST(Sweep, NewJob_IsStartedPolledAtOnceAndDelivered) {
  EngineHouse house;
  const std::string id = house.CreateJob();
  const SweepReport report = house.Sweep();
  EXPECT_EQ(report.created, 1);
  EXPECT_EQ(report.polled, 1);
  EXPECT_EQ(report.completed, 1);
  EXPECT_EQ(report.failed, 0);
  EXPECT_EQ(report.remaining_due, 0);

  const Job job = house.Read(id);
  EXPECT_EQ(job.state, JobState::kCompleted);
  EXPECT_THAT(job.video_url, StartsWith("http://127.0.0.1:8080/videos/"));
  EXPECT_THAT(job.video_url, EndsWith(".mp4"));
  EXPECT_FALSE(job.video_is_placeholder);
  EXPECT_EQ(house.generator.paid_starts(), 1);
  EXPECT_EQ(job.cost.charged_micros, 600'000);
  EXPECT_EQ(job.cost.reserved_micros, 0);
  const Clip& clip = job.clips.at(0);
  ASSERT_TRUE(clip.stored.has_value());
  EXPECT_EQ(house.storage.Content(clip.stored->object_name), house.generator.VideoOf(clip.operation_name));
  EXPECT_EQ(clip.stored->duration, absl::Seconds(6));
  EXPECT_EQ(house.scratch.OpenFiles(), 0);
  EXPECT_EQ(clip.polls, 1);
  EXPECT_FALSE(job.due_at.has_value());
}

TEST(Sweep, FinishedJob_IsNotTouchedAgain) {
  EngineHouse house;
  house.CreateJob();
  house.Sweep();
  house.clock.Advance(absl::Hours(100));
  const SweepReport again = house.Sweep();
  EXPECT_EQ(again.created + again.polled + again.completed + again.failed, 0);
  EXPECT_EQ(house.generator.paid_starts(), 1);
}

TEST(Sweep, PublicStorage_CommitsItsPublicUrl) {
  EngineHouse house;
  MemoryVideoStorage public_storage("https://cdn.example/");
  EnginePorts ports{house.store->intake(),
                    house.store->work(),
                    house.store->ledger(),
                    house.store->lanes(),
                    house.store->reader(),
                    house.store->changes(),
                    house.generator,
                    public_storage,
                    house.storyboarder,
                    house.storyboarder,
                    house.scratch,
                    house.clock,
                    house.ids,
                    house.log};
  Sweeping sweeping(ports, EngineSettings{}, house.executor, house.executor);
  const std::string id = house.CreateJob();
  ASSERT_TRUE(sweeping.Sweep(10, absl::Seconds(5)).ok());
  EXPECT_THAT(house.Read(id).video_url, StartsWith("https://cdn.example/"));
}

TEST(Sweep, RunningOperation_IsAskedEveryFifteenToThirtySeconds) {
  EngineHouse house;
  house.generator.SetRunningPolls(1000);
  const std::string id = house.CreateJob();
  house.Sweep();
  const std::string operation = house.Read(id).clips.at(0).operation_name;
  EXPECT_EQ(house.generator.polls(operation), 1);
  house.clock.Advance(absl::Seconds(5));
  EXPECT_EQ(house.Sweep().polled, 0);
  for (int half_minutes = 0; half_minutes < 8; ++half_minutes) {
    house.clock.Advance(absl::Seconds(30));
    EXPECT_EQ(house.Sweep().polled, 1);
  }
  EXPECT_EQ(house.generator.polls(operation), 9);
  EXPECT_EQ(house.Read(id).clips.at(0).polls, 9);
}

TEST(Sweep, OldRunningOperation_IsAskedEverMoreSlowly) {
  EngineHouse house;
  house.generator.SetRunningPolls(1'000'000);
  const std::string id = house.CreateJob();
  house.Sweep();
  house.clock.Advance(absl::Hours(10));
  house.Sweep();
  const auto next = house.Read(id).clips.at(0).next_poll_at;
  ASSERT_TRUE(next.has_value());
  EXPECT_GE(*next - house.clock.Now(), absl::Minutes(25));
  EXPECT_LE(*next - house.clock.Now(), absl::Hours(1.2));
}

TEST(Sweep, PollTrouble_JobStaysAndIsAskedAgain_WhateverTheTrouble) {
  for (const PollKind kind : {PollKind::kTroubled, PollKind::kGone}) {
    EngineHouse house;
    house.generator.NextPoll(Answer(kind, "no answer"));
    const std::string id = house.CreateJob();
    house.Sweep();
    EXPECT_EQ(house.Read(id).state, JobState::kProcessing);
    EXPECT_EQ(house.Read(id).clips.at(0).troubles, 1);
    EXPECT_EQ(house.SweepUntilFinished(id).state, JobState::kCompleted);
    EXPECT_EQ(FieldOf(house.log.Find(Component::kGenerator, "poll in trouble; asked again next time"), "detail"),
              "no answer");
  }
}

TEST(Sweep, RefusedStart_FailsTheJobAndCostsNothing) {
  EngineHouse house;
  house.generator.NextStart(RefusedForGood());
  const std::string id = house.CreateJob();
  EXPECT_EQ(house.Sweep().failed, 1);
  const Job job = house.Read(id);
  EXPECT_EQ(job.state, JobState::kFailed);
  EXPECT_EQ(job.reason, FailureReason::kStartRefused);
  EXPECT_EQ(job.detail, "the prompt is not allowed");
  EXPECT_EQ(job.cost.charged_micros + job.cost.reserved_micros + job.cost.held_micros, 0);
  EXPECT_EQ(FieldOf(house.log.Find(Component::kGenerator, "start refused"), "job"), id);
}

TEST(Sweep, LostAnswer_IsStartUnknownAndNeverStartedAgain) {
  EngineHouse house;
  house.generator.NextStartLosesItsAnswer();
  const std::string id = house.CreateJob();
  house.Sweep();
  for (int day = 0; day < 5; ++day) {
    house.clock.Advance(absl::Hours(24));
    house.Sweep();
  }
  const Job job = house.Read(id);
  EXPECT_EQ(job.state, JobState::kFailed);
  EXPECT_EQ(job.reason, FailureReason::kStartUnknown);
  EXPECT_EQ(job.cost.held_micros, 600'000);
  EXPECT_EQ(house.generator.starts().size(), 1u);
}

TEST(Sweep, ClosedLane_JobWaitsWithoutLosingAnAttempt) {
  EngineHouse house;
  house.generator.NextStart(RefusedByLane(LaneReason::kQuota, absl::Seconds(90)));
  const std::string id = house.CreateJob();
  SweepReport report = house.Sweep();
  EXPECT_EQ(report.deferred, 1);
  ASSERT_EQ(report.closed_lanes.size(), 1u);
  EXPECT_EQ(report.closed_lanes[0].reason, LaneReason::kQuota);
  EXPECT_EQ(house.Read(id).state, JobState::kPending);
  EXPECT_EQ(house.Read(id).clips.at(0).attempts, 0);

  const std::string second = house.CreateJob();
  house.Sweep();
  EXPECT_EQ(house.generator.starts().size(), 1u) << "a closed lane lets no start through";
  house.clock.Advance(absl::Seconds(120));
  report = house.Sweep();
  EXPECT_EQ(report.completed, 2);
  EXPECT_TRUE(report.closed_lanes.empty());
  EXPECT_EQ(house.Read(second).state, JobState::kCompleted);
}

TEST(Sweep, DailyCapReached_HoldsFurtherStartsUntilTheNextUtcDay) {
  EngineHouse house({.daily_cap_micros = 1'000'000});
  const std::string first = house.CreateJob();
  const std::string second = house.CreateJob();
  SweepReport report = house.Sweep();
  EXPECT_EQ(report.completed, 1);
  EXPECT_EQ(report.deferred, 1);
  ASSERT_EQ(report.closed_lanes.size(), 1u);
  EXPECT_EQ(report.closed_lanes[0].reason, LaneReason::kSpendingCap);
  house.clock.Advance(absl::Hours(25));
  EXPECT_EQ(house.Sweep().completed, 1);
  EXPECT_EQ(house.Read(first).state, JobState::kCompleted);
  EXPECT_EQ(house.Read(second).state, JobState::kCompleted);
}

TEST(Sweep, GenerationSwitchedOff_StartsNothingButBringsHomeWhatRuns) {
  EngineHouse house;
  house.generator.SetRunningPolls(1);
  const std::string running = house.CreateJob();
  house.Sweep();
  const std::string waiting = house.CreateJob();
  house.Restart({.generation_enabled = false});
  house.clock.Advance(absl::Seconds(30));
  const SweepReport report = house.Sweep();
  EXPECT_EQ(house.Read(running).state, JobState::kCompleted);
  EXPECT_EQ(house.Read(waiting).state, JobState::kPending);
  EXPECT_EQ(report.deferred, 1);
  ASSERT_EQ(report.closed_lanes.size(), 1u);
  EXPECT_EQ(report.closed_lanes[0].reason, LaneReason::kSwitchedOff);
  EXPECT_EQ(house.generator.paid_starts(), 1);
}

TEST(Sweep, FilteredVideo_FailsUncharged) {
  EngineHouse house;
  house.generator.NextPoll(Failure(FailureReason::kFiltered));
  const std::string id = house.CreateJob();
  house.Sweep();
  const Job job = house.Read(id);
  EXPECT_EQ(job.reason, FailureReason::kFiltered);
  EXPECT_EQ(job.cost.charged_micros + job.cost.reserved_micros, 0);
}

TEST(Sweep, OperationGoneBeforeTwoDays_IsTroubleAfterThem_IsExpired) {
  EngineHouse house;
  house.generator.SetRunningPolls(1);
  const std::string id = house.CreateJob();
  house.Sweep();
  const std::string operation = house.Read(id).clips.at(0).operation_name;
  house.generator.NextPollOf(operation, Answer(PollKind::kGone));
  house.clock.Advance(absl::Hours(47));
  house.Sweep();
  EXPECT_EQ(house.Read(id).state, JobState::kProcessing);
  house.generator.NextPollOf(operation, Answer(PollKind::kGone));
  house.clock.Advance(absl::Hours(3));
  house.Sweep();
  EXPECT_EQ(house.Read(id).reason, FailureReason::kOperationExpired);
}

TEST(Sweep, DeliveryTrouble_IsTriedAgainWithBackoffAndThenCompletes) {
  EngineHouse house;
  house.storage.FailNextPut(absl::NotFoundError("the bucket is missing; create it"));
  house.storage.FailNextPut(absl::UnavailableError("busy"));
  const std::string id = house.CreateJob();
  const SweepReport report = house.Sweep();
  EXPECT_EQ(report.deferred, 1);
  Job job = house.Read(id);
  EXPECT_EQ(job.state, JobState::kProcessing);
  EXPECT_EQ(job.clips.at(0).state, ClipState::kReady);
  EXPECT_THAT(job.clips.at(0).detail, HasSubstr("bucket is missing"));
  job = house.SweepUntilFinished(id);
  EXPECT_EQ(job.state, JobState::kCompleted);
  EXPECT_EQ(house.storage.PutCount(), 3);
  EXPECT_EQ(house.generator.paid_starts(), 1);
}

TEST(Sweep, BrokenDownload_IsNeverPublishedAndTriedAgain) {
  EngineHouse house;
  house.generator.NextFetch(absl::DataLossError("cut"));
  house.generator.NextFetchGives("<html>not a video</html>");
  house.generator.NextFetchGives("");
  const std::string id = house.CreateJob();
  const Job job = house.SweepUntilFinished(id);
  EXPECT_EQ(job.state, JobState::kCompleted);
  EXPECT_EQ(house.storage.ObjectCount(), 1u);
  EXPECT_EQ(house.generator.fetches(job.clips.at(0).operation_name), 4);
}

// Google's copy is gone for good: nothing can be fetched any more.
void LoseResult(EngineHouse& house, const std::string& id) {
  for (int i = 0; i < 400 && !IsFinished(house.Read(id).state); ++i) {
    house.generator.NextFetch(
        absl::NotFoundError("You do not have permission to access the File or it may not exist."));
    house.Sweep();
    house.clock.Advance(absl::Minutes(15));
  }
}

TEST(Sweep, ResultLost_FailsOnlyAfterGooglesCopyHasExpired) {
  EngineHouse house;
  const std::string id = house.CreateJob();
  const absl::Time created = house.clock.Now();
  LoseResult(house, id);
  const Job job = house.Read(id);
  EXPECT_EQ(job.state, JobState::kFailed);
  EXPECT_EQ(job.reason, FailureReason::kDeliveryFailed);
  EXPECT_GE(*job.finished_at - created, absl::Hours(48));
  EXPECT_EQ(house.generator.paid_starts(), 1);
}

TEST(Sweep, ResultLostWithPlaceholder_CompletesWithThePlaceholder) {
  EngineHouse house({.placeholder_url = "https://school.example/sorry.mp4"});
  const std::string id = house.CreateJob();
  LoseResult(house, id);
  const Job job = house.Read(id);
  EXPECT_EQ(job.state, JobState::kCompleted);
  EXPECT_TRUE(job.video_is_placeholder);
  EXPECT_EQ(job.video_url, "https://school.example/sorry.mp4");
}

TEST(Sweep, StartDeadline_EndsWhatNeverStarted) {
  EngineHouse house({.generation_enabled = true});
  const std::string id = house.CreateJob();
  house.Restart({.generation_enabled = false});
  house.Sweep();
  house.clock.Advance(absl::Hours(73));
  house.Sweep();
  EXPECT_EQ(house.Read(id).reason, FailureReason::kDeadline);
  EXPECT_EQ(house.generator.starts().size(), 0u);
}

TEST(Sweep, UnknownStartFoundBehindTheDeadline_IsNotCalledUncharged) {
  EngineHouse house;
  const std::string id = house.CreateJob();
  ASSERT_NO_FATAL_FAILURE(DieInsideAStart(house));
  house.clock.Advance(absl::Hours(80));
  house.Sweep();
  EXPECT_EQ(house.Read(id).reason, FailureReason::kStartUnknown);
  EXPECT_EQ(house.Read(id).cost.held_micros, 600'000);
}

TEST(Sweep, PrivateStorageWithoutADoor_IsNotPublished) {
  EngineHouse house;
  EngineSettings settings;
  Sweeping sweeping(house.Ports(), settings, house.executor, house.executor);
  const std::string id = house.CreateJob();
  ASSERT_TRUE(sweeping.Sweep(10, absl::Seconds(5)).ok());
  EXPECT_EQ(house.Read(id).state, JobState::kProcessing);
  EXPECT_THAT(house.Read(id).clips.at(0).detail, HasSubstr("VIDEOJOBS_PUBLIC_URL"));
}

TEST(Sweep, StorageSaysBrokenText_IsStoredRepaired) {
  EngineHouse house;
  house.storage.FailNextPut(absl::UnavailableError("caf\xe9 \x01 closed"));
  const std::string id = house.CreateJob();
  house.Sweep();
  EXPECT_EQ(house.Read(id).clips.at(0).detail, "caf\xef\xbf\xbd   closed");
}

TEST(Sweep, NoScratchFileForAWeek_GivesNothingUp) {
  EngineHouse house;
  house.scratch.SetFull(true);
  const std::string id = house.CreateJob();
  house.Sweep();
  house.clock.Advance(absl::Hours(24 * 8));
  house.Sweep();
  EXPECT_EQ(house.Read(id).state, JobState::kProcessing);
  house.scratch.SetFull(false);
  EXPECT_EQ(house.SweepUntilFinished(id).state, JobState::kCompleted);
}

TEST(Sweep, JobGivenBack_SaysWhenItIsNextDue) {
  EngineHouse house;
  house.generator.SetRunningPolls(5);
  absl::Duration wait;
  Sweeping sweeping(house.Ports(), EngineSettings{}, house.executor, house.executor,
                    [&wait](absl::Duration due_in) { wait = due_in; });
  house.CreateJob();
  ASSERT_TRUE(sweeping.Sweep(10, absl::Seconds(5)).ok());
  EXPECT_GE(wait, absl::Seconds(15));
  EXPECT_LE(wait, absl::Seconds(17));
}

TEST(Sweep, MaxJobs_BoundsTheWork) {
  EngineHouse house;
  for (int i = 0; i < 5; ++i) house.CreateJob();
  const SweepReport report = house.Sweep(2);
  EXPECT_EQ(report.completed, 2);
  EXPECT_EQ(report.remaining_due, 3);
}

TEST(Sweep, CrashAfterIntent_BecomesUnknownWhenTheLeaseEnds) {
  EngineHouse house;
  const std::string id = house.CreateJob();
  ASSERT_NO_FATAL_FAILURE(DieInsideAStart(house));

  EXPECT_EQ(house.Sweep().failed, 0) << "the lease still holds";
  house.clock.Advance(absl::Seconds(21));
  EXPECT_EQ(house.Sweep().failed, 1);
  EXPECT_EQ(house.Read(id).reason, FailureReason::kStartUnknown);
  EXPECT_EQ(house.generator.starts().size(), 0u);
}

TEST(Sweep, LeaseTakenOverDuringTheCall_KeepsTheEvidenceButMovesNothing) {
  EngineHouse house;
  const std::string id = house.CreateJob();
  house.generator.on_start = [&](const StartRequest&) {
    house.clock.Advance(absl::Seconds(60));  // nobody renewed: the lease has ended, and another replica takes over
    auto taken = house.store->work().Claim(1, "other", absl::Seconds(20));
    ASSERT_TRUE(taken.ok() && taken->size() == 1);
  };
  house.Sweep();
  Job job = house.Read(id);
  EXPECT_EQ(job.state, JobState::kPending) << "moving is the other's right";
  EXPECT_EQ(job.clips.at(0).state, ClipState::kRunning) << "but what was paid for is written down";
  house.generator.on_start = nullptr;
  house.clock.Advance(absl::Seconds(30));
  job = house.SweepUntilFinished(id);
  EXPECT_EQ(job.state, JobState::kCompleted);
  EXPECT_EQ(house.generator.paid_starts(), 1);
}

TEST(Sweep, Logs_NameNoPromptAndNoText) {
  EngineHouse house;
  house.generator.NextStart(RefusedForGood());
  house.CreateJob("A very private sentence about Jane.");
  house.CreateJob("A very private sentence about Jane.");
  house.Sweep();
  EXPECT_THAT(house.log.Text(), ::testing::Not(HasSubstr("private")));
  EXPECT_THAT(house.log.Text(), ::testing::Not(HasSubstr("Jane")));
}

TEST(Sweep, Stopped_ClaimsNothing) {
  EngineHouse house;
  house.CreateJob();
  EXPECT_TRUE(house.sweeping->Stop(absl::Seconds(1)));
  const auto report = house.sweeping->Sweep(10, absl::Seconds(1));
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->created, 0);
  EXPECT_EQ(report->remaining_due, 1);
}

}  // namespace
}  // namespace videojobs
