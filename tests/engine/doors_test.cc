// Jobs of several doors to generators: each keeps its own, and is stopped there.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_house.h"

namespace videojobs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Doors, SettingsChangeWhileItRuns_IsAskedAtItsOwnDoor) {
  EngineHouse house;
  house.generator.SetRunningPolls(1);
  const std::string id = house.CreateJob();
  house.Sweep();
  ASSERT_EQ(house.Read(id).state, JobState::kProcessing);

  FakeVideoGenerator now_chosen;
  now_chosen.SetProvider("vertex");
  house.others = {&house.generator};
  house.Use(now_chosen);
  EXPECT_EQ(house.SweepUntilFinished(id).state, JobState::kCompleted);
  EXPECT_THAT(now_chosen.starts(), IsEmpty());
  const std::string next = house.CreateJob("Another answer.");
  EXPECT_EQ(house.SweepUntilFinished(next).provider, "vertex");
  EXPECT_EQ(now_chosen.paid_starts(), 1);
}

TEST(Doors, SettingsChangeBeforeItsStart_IsStartedAtItsOwnDoor) {
  EngineHouse house;
  const std::string id = house.CreateJob();
  FakeVideoGenerator now_chosen;
  now_chosen.SetProvider("vertex");
  house.others = {&house.generator};
  house.Use(now_chosen);
  EXPECT_EQ(house.SweepUntilFinished(id).state, JobState::kCompleted);
  EXPECT_EQ(house.generator.paid_starts(), 1);
  EXPECT_THAT(now_chosen.starts(), IsEmpty());
}

TEST(Doors, CredentialsAreGone_TheJobWaitsForAServerThatHasThem) {
  EngineHouse house;
  house.generator.SetRunningPolls(1);
  const std::string running = house.CreateJob("One.");
  house.Sweep();
  const std::string waiting = house.CreateJob("Two.");
  FakeVideoGenerator other;
  other.SetProvider("vertex");
  house.Use(other);
  for (int i = 0; i < 10; ++i) {
    house.clock.Advance(absl::Minutes(2));
    house.Sweep();
  }
  EXPECT_EQ(house.Read(running).state, JobState::kProcessing);
  EXPECT_THAT(house.Read(running).clips.at(0).detail, HasSubstr("no credentials"));
  EXPECT_EQ(house.Read(waiting).state, JobState::kPending);
  EXPECT_THAT(house.Read(waiting).clips, IsEmpty()) << "its text went nowhere";
  EXPECT_THAT(other.starts(), IsEmpty());

  house.Use(static_cast<VideoGenerator&>(house.generator));
  EXPECT_EQ(house.SweepUntilFinished(running).state, JobState::kCompleted);
  EXPECT_EQ(house.SweepUntilFinished(waiting).state, JobState::kCompleted);
}

TEST(Cancel, OperationRuns_IsStoppedWhereTheProviderCan) {
  EngineHouse house;
  house.generator.AllowCancel();
  house.generator.SetRunningPolls(100);
  const std::string id = house.CreateJob();
  house.Sweep();
  const std::string operation = house.Read(id).clips.at(0).operation_name;
  ASSERT_TRUE(house.cancelling->Cancel(id).ok());
  house.clock.Advance(absl::Minutes(1));
  house.Sweep();
  const Job job = house.Read(id);
  EXPECT_EQ(job.reason, FailureReason::kCancelled);
  EXPECT_THAT(house.generator.cancelled(), ElementsAre(operation));
  EXPECT_EQ(job.clips.at(0).state, ClipState::kFailed);
  EXPECT_EQ(job.cost.reserved_micros + job.cost.charged_micros, 0) << "what was stopped costs nothing";
}

// Each second that it runs on may be charged: the next poll, minutes away, is not waited for.
TEST(Cancel, OperationRuns_IsStoppedAtOnce) {
  EngineHouse house;
  house.generator.AllowCancel();
  house.generator.SetRunningPolls(100);
  const std::string id = house.CreateJob();
  house.Sweep();
  const std::string operation = house.Read(id).clips.at(0).operation_name;
  ASSERT_TRUE(house.cancelling->Cancel(id).ok());
  house.Sweep();
  EXPECT_THAT(house.generator.cancelled(), ElementsAre(operation));
  EXPECT_EQ(house.Read(id).clips.at(0).state, ClipState::kFailed);
  EXPECT_EQ(
      FieldOf(house.log.Find(Component::kGenerator, "the provider was asked to cancel the operation"), "operation"),
      operation);
}

TEST(Cancel, AskedDuringAPoll_IsStoppedInTheNextRoundWithoutWaiting) {
  EngineHouse house;
  house.generator.AllowCancel();
  house.generator.SetRunningPolls(100);
  const std::string id = house.CreateJob();
  bool asked = false;
  house.generator.on_poll = [&](const std::string&) {
    if (!std::exchange(asked, true)) {
      EXPECT_TRUE(house.cancelling->Cancel(id).ok());
    }
  };
  house.Sweep();
  house.Sweep();
  EXPECT_EQ(house.generator.cancelled().size(), 1u);
}

// Both were cancelled and are claimed together; while the first is looked at, a person wants the second one after all.
TEST(Cancel, WantedAgainJustBefore_IsLeftRunning) {
  EngineHouse house;
  house.generator.AllowCancel();
  house.generator.SetRunningPolls(2);
  const std::string first = house.CreateJob("One."), second = house.CreateJob("Two.");
  house.Sweep();
  const std::string kept = house.Read(second).clips.at(0).operation_name;
  ASSERT_TRUE(house.cancelling->Cancel(first).ok());
  ASSERT_TRUE(house.cancelling->Cancel(second).ok());
  bool asked = false;
  house.generator.on_poll = [&](const std::string&) {
    if (!std::exchange(asked, true)) {
      EXPECT_TRUE(house.retrying->Retry(second, {}).ok());
    }
  };
  house.Sweep();
  EXPECT_THAT(house.generator.cancelled(), testing::Not(testing::Contains(kept)));
  EXPECT_EQ(house.SweepUntilFinished(second).state, JobState::kCompleted);
  EXPECT_EQ(house.generator.paid_starts(), 2);
}

TEST(Cancel, ProviderCannot_IsAskedOnce) {
  EngineHouse house;
  house.generator.SetRunningPolls(100);
  const std::string id = house.CreateJob();
  house.Sweep();
  ASSERT_TRUE(house.cancelling->Cancel(id).ok());
  for (int i = 0; i < 5; ++i) {
    house.Sweep();
    house.clock.Advance(absl::Minutes(1));
  }
  EXPECT_GT(house.generator.polls(house.Read(id).clips.at(0).operation_name), 3);
  EXPECT_EQ(house.generator.cancels_asked(), 1);
  EXPECT_THAT(house.log.Text(), HasSubstr("could not be cancelled"));
}

TEST(Cancel, ProviderCannot_IsFollowedForItsCost) {
  EngineHouse house;
  house.generator.SetRunningPolls(1);
  const std::string id = house.CreateJob();
  house.Sweep();
  ASSERT_TRUE(house.cancelling->Cancel(id).ok());
  for (int i = 0; i < 5; ++i) {
    house.clock.Advance(absl::Minutes(1));
    house.Sweep();
  }
  EXPECT_EQ(house.Read(id).reason, FailureReason::kCancelled);
  EXPECT_EQ(house.Read(id).cost.charged_micros, 600'000);
  EXPECT_EQ(house.Read(id).video_url, "");
}

TEST(Explain, NoDoorToItsProvider_SaysThatCredentialsAreMissing) {
  EngineHouse house;
  const Generators only_here(house.generator);
  EXPECT_FALSE(only_here.Has("vertex"));
  EXPECT_EQ(&only_here.Of("gemini"), &house.generator);
  EXPECT_FALSE(only_here.Naming("interactions/v1_x").has_value());
  const auto listed = only_here.Of("vertex").ListOperations("veo", 1);
  EXPECT_THAT(std::string(listed.status().message()), HasSubstr("no credentials"));
  EXPECT_EQ(only_here.Of("vertex").Start({}).kind, OutcomeKind::kRefused);
  EXPECT_FALSE(only_here.Of("vertex").Cancel("x").ok());
}

}  // namespace
}  // namespace videojobs
