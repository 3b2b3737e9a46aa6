// What a person's word and the limits do to jobs on their way.

#include <optional>
#include <string>

#include "adapters/refusal.h"
#include "gtest/gtest.h"
#include "tests/support/engine_house.h"

namespace videojobs {
namespace {

StartOutcome Refused() {
  StartOutcome outcome;
  outcome.kind = OutcomeKind::kRefused;
  outcome.http_status = 403;
  return outcome;
}

TEST(Cancelling, WhileItsVideoIsBroughtHome_PublishesNothing) {
  EngineHouse house;
  const std::string id = house.CreateJob();
  house.generator.on_fetch = [&](const std::string&) { EXPECT_TRUE(house.cancelling->Cancel(id).ok()); };
  house.Sweep();
  const Job job = house.Read(id);
  EXPECT_EQ(job.state, JobState::kFailed);
  EXPECT_EQ(job.reason, FailureReason::kCancelled);
  EXPECT_EQ(job.video_url, "");
  EXPECT_EQ(job.clips.at(0).state, ClipState::kReady) << "it is paid for, and kept for a retry";
  EXPECT_EQ(job.cost.charged_micros, 600'000);
}

TEST(Cancelling, WhileItRuns_IsFollowedForItsCostOnly) {
  EngineHouse house;
  house.generator.SetRunningPolls(1);
  const std::string id = house.CreateJob();
  house.Sweep();
  ASSERT_TRUE(house.cancelling->Cancel(id).ok());
  for (int i = 0; i < 4; ++i) {
    house.clock.Advance(absl::Seconds(40));
    house.Sweep();
  }
  const Job job = house.Read(id);
  EXPECT_EQ(job.reason, FailureReason::kCancelled);
  EXPECT_EQ(job.cost.charged_micros, 600'000);
  EXPECT_EQ(house.storage.PutCount(), 0);
  EXPECT_FALSE(job.due_at.has_value());
}

TEST(Cancelling, WhileItsStartIsUnderWay_WaitsForTheOutcome) {
  EngineHouse house;
  const std::string id = house.CreateJob();
  house.generator.on_start = [&](const StartRequest&) {
    const auto asked = house.cancelling->Cancel(id);
    ASSERT_TRUE(asked.ok()) << asked.status();
    EXPECT_EQ(asked->state, JobState::kPending);
  };
  house.Sweep();
  house.generator.on_start = nullptr;
  house.Sweep();
  const Job job = house.Read(id);
  EXPECT_EQ(job.reason, FailureReason::kCancelled);
  EXPECT_EQ(house.generator.paid_starts(), 1);
  EXPECT_EQ(job.video_url, "");
}

TEST(Retrying, RefusedStart_GoesOnToItsVideo) {
  EngineHouse house;
  house.generator.NextStart(Refused());
  const std::string id = house.CreateJob();
  house.Sweep();
  ASSERT_EQ(house.Read(id).reason, FailureReason::kStartRefused);
  ASSERT_TRUE(house.retrying->Retry(id, {}).ok());
  house.Sweep();
  EXPECT_EQ(house.Read(id).state, JobState::kCompleted);
  EXPECT_EQ(house.Read(id).cost.charged_micros, 600'000);
}

TEST(Retrying, CancelledWithItsVideoMade_BringsItHomeWithoutASecondPayment) {
  EngineHouse house;
  const std::string id = house.CreateJob();
  house.generator.on_fetch = [&](const std::string&) { house.cancelling->Cancel(id).IgnoreError(); };
  house.Sweep();
  house.generator.on_fetch = nullptr;
  ASSERT_TRUE(house.retrying->Retry(id, {}).ok());
  house.Sweep();
  EXPECT_EQ(house.Read(id).state, JobState::kCompleted);
  EXPECT_EQ(house.generator.paid_starts(), 1);
}

TEST(Retrying, WhileSwitchedOff_OnlyWhatNeedsNoStartGoesOn) {
  EngineHouse house;
  house.generator.NextStart(Refused());
  const std::string refused = house.CreateJob();
  house.Sweep();
  house.Restart({.generation_enabled = false});
  const absl::Status off = house.retrying->Retry(refused, {}).status();
  EXPECT_EQ(RefusalOf(off).reason, "GENERATION_DISABLED");
}

TEST(Limits, StartsPerMinute_TheNextWaitsWithoutLosingAnAttempt) {
  EngineHouse house({.most_per_minute = 1});
  const std::string first = house.CreateJob("One."), second = house.CreateJob("Two.");
  const SweepReport report = house.Sweep();
  EXPECT_EQ(report.created, 1);
  EXPECT_EQ(report.deferred, 1);
  house.clock.Advance(absl::Seconds(75));
  house.Sweep();
  EXPECT_EQ(house.Read(first).state, JobState::kCompleted);
  EXPECT_EQ(house.Read(second).state, JobState::kCompleted);
  EXPECT_EQ(house.Read(second).clips.at(0).attempts, 1);
}

TEST(Limits, OperationsAtOnce_TheNextWaitsForOneToEnd) {
  EngineHouse house({.most_under_way = 1});
  house.generator.SetRunningPolls(1);
  house.CreateJob("One.");
  house.CreateJob("Two.");
  house.Sweep();
  EXPECT_EQ(house.generator.paid_starts(), 1);
  for (int i = 0; i < 10; ++i) {
    house.clock.Advance(absl::Seconds(20));
    house.Sweep();
  }
  EXPECT_EQ(house.generator.paid_starts(), 2);
}

}  // namespace
}  // namespace videojobs
