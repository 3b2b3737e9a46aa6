// From an answer to its paid starts: who writes the scenes, and what becomes of a job of several.
#include <string>
#include <utility>
#include <vector>

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

}  // namespace
}  // namespace videojobs
