// From an answer to its paid starts: who writes the scenes, and what becomes of a job of several.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_house.h"

namespace videojobs {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

// Gives what it is told.
class ScriptedStoryboarder : public Storyboarder {
 public:
  explicit ScriptedStoryboarder(absl::StatusOr<std::vector<Scene>> scenes) : scenes_(std::move(scenes)) {}
  absl::StatusOr<std::vector<Scene>> Write(const std::string&, const Context&, const VideoOptions&) override {
    return scenes_;
  }

 private:
  const absl::StatusOr<std::vector<Scene>> scenes_;
};

// A job of these scenes, past the door, which takes one at most.
std::string CreateJobOf(EngineHouse& house, std::vector<Scene> scenes) {
  NewJob n;
  n.job.id = house.ids.NewId();
  n.job.state = JobState::kPending;
  n.job.response_text = "the answer";
  n.job.options.model = "fake";
  n.job.options.resolution = "720p";
  n.job.provider = house.generator.provider();
  n.job.asked_scenes = std::move(scenes);
  EXPECT_TRUE(house.store->intake().Create({house.ids.NewId(), "fingerprint", {n}}).ok());
  return n.job.id;
}

TEST(Storyboard, StoryboarderFails_ThePlainOneTakesOver) {
  ScriptedStoryboarder failing(absl::UnavailableError("no text model"));
  ScriptedStoryboarder silent(std::vector<Scene>{});
  for (Storyboarder* storyboarder : {&failing, &silent}) {
    EngineHouse house;
    house.Use(*storyboarder);
    const Job job = house.SweepUntilFinished(house.CreateJob());
    EXPECT_EQ(job.state, JobState::kCompleted);
    EXPECT_THAT(house.log.Text(), HasSubstr("the plain one is taken"));
  }
}

// Fails until it is told not to, and counts.
class CountingStoryboarder : public Storyboarder {
 public:
  absl::StatusOr<std::vector<Scene>> Write(const std::string&, const Context&, const VideoOptions&) override {
    ++asked;
    if (fails) return absl::DeadlineExceededError("the text model hangs");
    return std::vector<Scene>{{"a scene", 6}};
  }
  int asked = 0;
  bool fails = true;
};

// A text model that hangs costs three jobs its patience, not every one.
TEST(Storyboard, StoryboarderGoesOnFailing_IsLeftInPeaceForAWhile) {
  CountingStoryboarder storyboarder;
  EngineHouse house;
  house.Use(storyboarder);
  for (int i = 0; i < 10; ++i) house.CreateJob();
  house.Sweep();
  EXPECT_EQ(storyboarder.asked, 3);
  EXPECT_EQ(house.generator.paid_starts(), 10);
  house.clock.Advance(absl::Minutes(6));
  for (int i = 0; i < 3; ++i) house.CreateJob();
  house.Sweep();
  EXPECT_EQ(storyboarder.asked, 4) << "one more failure is enough";
  storyboarder.fails = false;
  house.clock.Advance(absl::Minutes(6));
  for (int i = 0; i < 5; ++i) house.CreateJob();
  house.Sweep();
  EXPECT_EQ(storyboarder.asked, 9);
}

// What cannot start now sends its text nowhere.
TEST(Storyboard, NothingCanStart_NobodyIsAsked) {
  CountingStoryboarder storyboarder;
  storyboarder.fails = false;
  EngineHouse house;
  const std::string id = house.CreateJob();
  house.Use(storyboarder);
  house.Restart({.generation_enabled = false});
  house.Sweep();
  EXPECT_EQ(storyboarder.asked, 0) << "switched off";
  FakeVideoGenerator other;
  other.SetProvider("vertex");
  house.Restart({.generation_enabled = true});
  house.Use(other);
  house.clock.Advance(absl::Minutes(2));
  house.Sweep();
  EXPECT_EQ(storyboarder.asked, 0) << "no door to its provider";
  house.Use(static_cast<VideoGenerator&>(house.generator));
  const LaneKey lane{"gemini", "fake-1.0"};
  ASSERT_TRUE(house.store->lanes().Close(lane, LaneReason::kQuota, "429", {absl::Minutes(3)}).ok());
  house.clock.Advance(absl::Minutes(2));
  house.Sweep();
  EXPECT_EQ(storyboarder.asked, 0) << "its lane is closed";
  house.clock.Advance(absl::Minutes(2));
  EXPECT_EQ(house.SweepUntilFinished(id).state, JobState::kCompleted);
  EXPECT_EQ(storyboarder.asked, 1);
}

// A cap may have been raised, and only a start finds that out.
TEST(Storyboard, LaneClosedByACap_IsWrittenAndStartsOnceTheCapIsRaised) {
  EngineHouse house({.daily_cap_micros = 100'000});
  const std::string id = house.CreateJob();
  house.Sweep();
  const std::string second = house.CreateJob("Another answer.");
  house.Sweep();
  ASSERT_EQ(house.generator.paid_starts(), 0);
  house.Restart({.daily_cap_micros = 10'000'000});
  house.clock.Advance(absl::Minutes(6));
  house.Sweep();
  EXPECT_EQ(house.Read(second).state, JobState::kCompleted);
  EXPECT_EQ(house.Read(id).state, JobState::kCompleted);
}

// A provider in trouble gets one start at a time: each may be charged.
TEST(Starting, AnswersAreLost_OneStartAtATimeGoesOut) {
  EngineHouse house;
  for (int i = 0; i < 100; ++i) house.generator.NextStartLosesItsAnswer();
  for (int i = 0; i < 100; ++i) house.CreateJob(absl::StrCat("Answer ", i));
  house.Sweep();
  EXPECT_EQ(house.generator.starts().size(), 1u);
  for (int minute = 0; minute < 60; ++minute) {
    house.clock.Advance(absl::Minutes(1));
    house.Sweep();
  }
  EXPECT_LE(house.generator.starts().size(), 12u);
  EXPECT_GE(house.generator.starts().size(), 4u);
}

TEST(Starting, OneAnswerIsLost_TheNextJobWaitsForSecondsOnly) {
  EngineHouse house;
  house.generator.NextStartLosesItsAnswer();
  house.CreateJob("One.");
  const std::string second = house.CreateJob("Two.");
  house.Sweep();
  EXPECT_EQ(house.Read(second).state, JobState::kPending);
  house.clock.Advance(absl::Seconds(20));
  house.Sweep();
  EXPECT_EQ(house.Read(second).state, JobState::kCompleted);
  EXPECT_THAT(house.store->lanes().Closed().value(), testing::IsEmpty());
}

TEST(Storyboard, NobodyCanWriteOne_NothingIsStartedAndTheJobWaits) {
  ScriptedStoryboarder failing(absl::UnavailableError("no text model"));
  EngineHouse house;
  house.Use(failing);
  house.UsePlain(failing);
  const std::string id = house.CreateJob();
  house.Sweep();
  EXPECT_EQ(house.Read(id).state, JobState::kPending);
  EXPECT_EQ(house.generator.paid_starts(), 0);
  house.UsePlain(house.storyboarder);
  house.clock.Advance(absl::Minutes(1));
  EXPECT_EQ(house.SweepUntilFinished(id).state, JobState::kCompleted);
}

TEST(Storyboard, ScenesThatACallerGave_AreTakenAsTheyAre) {
  EngineHouse house;
  ScriptedStoryboarder never(absl::InternalError("nobody asks"));
  house.Use(never);
  const std::string id = CreateJobOf(house, {{"A leaf falls.", 6}, {"A tree grows.", 4}});
  house.Sweep();
  const Job job = house.Read(id);
  ASSERT_THAT(job.clips, SizeIs(2));
  ASSERT_EQ(house.generator.paid_starts(), 2);
  EXPECT_EQ(house.generator.starts()[0].request.scene.prompt, "A leaf falls.");
  EXPECT_EQ(house.generator.starts()[1].request.scene.duration_seconds, 4);
}

// What is paid for is brought home; what never started ends with the deadline, and costs nothing.
TEST(StartDeadline, PassedBehindARunningClip_EndsOnlyWhatNeverStarted) {
  EngineHouse house({.start_deadline = absl::Hours(1)});
  house.generator.SetRunningPolls(10'000);
  StartOutcome accepted, used_up;
  accepted.kind = OutcomeKind::kAccepted;
  used_up.kind = OutcomeKind::kRefused;
  used_up.lane_reason = LaneReason::kQuota;
  used_up.lane_closed_for = absl::Hours(24);
  house.generator.NextStart(accepted);
  house.generator.NextStart(used_up);
  const std::string id = CreateJobOf(house, {{"A leaf falls.", 6}, {"A tree grows.", 6}});
  house.Sweep();
  ASSERT_EQ(house.Read(id).state, JobState::kProcessing);
  house.clock.Advance(absl::Hours(2));
  house.generator.FinishAll();
  const Job job = house.SweepUntilFinished(id);
  EXPECT_EQ(job.clips.at(1).reason, FailureReason::kDeadline);
  EXPECT_EQ(job.cost.charged_micros, 600'000) << "for the one that ran";
  EXPECT_EQ(job.clips.at(0).state, ClipState::kStored);
  EXPECT_EQ(house.generator.paid_starts(), 1);
}

// A door that takes its time before it sends anything asks whether it still may.
TEST(Starting, LeaseEndsBeforeTheCallGoesOut_ItMayNotGoOut) {
  EngineHouse house;
  bool before = false, after = true;
  house.generator.on_start = [&](const StartRequest& request) {
    before = request.may_go_out();
    house.clock.Advance(absl::Seconds(16));
    after = request.may_go_out();
  };
  house.CreateJob();
  house.Sweep();
  EXPECT_TRUE(before);
  EXPECT_FALSE(after);
}

TEST(Starting, LanesOfOtherDoorsAndModelsAreClosed_NothingWaitsForThem) {
  EngineHouse house;
  for (const LaneKey& key : {LaneKey{"vertex", "fake-1.0"}, LaneKey{"gemini", "veo-9"}}) {
    ASSERT_TRUE(house.store->lanes().Close(key, LaneReason::kOverloaded, "busy", {absl::Hours(1)}).ok());
  }
  const std::string id = house.CreateJob();
  house.Sweep();
  EXPECT_EQ(house.Read(id).state, JobState::kCompleted);
}

}  // namespace
}  // namespace videojobs
