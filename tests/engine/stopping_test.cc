// A server that is asked to stop in the middle of its work: nothing new is begun, nothing is spoiled, and what was sent
// is kept.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_house.h"

namespace videojobs {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// The text model, cut off as the server stops.
class CutOffStoryboarder : public Storyboarder {
 public:
  explicit CutOffStoryboarder(std::function<void()> stop) : stop_(std::move(stop)) {}
  absl::StatusOr<std::vector<Scene>> Write(const std::string&, const Context&, const VideoOptions&) override {
    stop_();
    return absl::CancelledError("the client was shut down");
  }

 private:
  const std::function<void()> stop_;
};

void Stop(EngineHouse& house) { house.sweeping->Stop(absl::ZeroDuration()); }

TEST(Stopping, WhileTheStoryboardIsWritten_NothingIsStoredAndNothingIsStarted) {
  EngineHouse house;
  CutOffStoryboarder storyboarder([&house] { Stop(house); });
  house.Use(storyboarder);
  const std::string id = house.CreateJob();
  house.Sweep();
  const Job job = house.Read(id);
  EXPECT_THAT(job.clips, IsEmpty()) << "the plain storyboard would be kept for good";
  EXPECT_THAT(house.generator.starts(), IsEmpty());
  EXPECT_LE(job.due_at.value(), house.clock.Now()) << "handed back: due at once for another";
  EXPECT_THAT(house.log.Text(), Not(HasSubstr("the plain one is taken")));

  house.Use(house.storyboarder);
  EXPECT_EQ(house.SweepUntilFinished(id).state, JobState::kCompleted);
}

TEST(Stopping, DuringAStart_BeginsNoOther) {
  EngineHouse house;
  const std::string id = house.CreateScenes({{"one", 6}, {"two", 6}});
  house.generator.on_start = [&house](const StartRequest&) { Stop(house); };
  house.Sweep();
  const Job job = house.Read(id);
  ASSERT_EQ(house.generator.starts().size(), 1u);
  EXPECT_FALSE(job.clips.at(0).operation_name.empty()) << "what was sent is recorded";
  EXPECT_EQ(job.clips.at(1).state, ClipState::kPlanned);
  EXPECT_EQ(job.clips.at(1).start_id, "") << "not even an intent";
}

// A door that fetches a token first, which the stop cuts off: nothing was sent, and nothing is learned of the lane.
TEST(Stopping, WhileADoorPreparesAStart_LeavesTheLaneOpen) {
  EngineHouse house;
  StartOutcome cut_off;
  cut_off.kind = OutcomeKind::kRefused;
  cut_off.lane_reason = LaneReason::kOverloaded;
  cut_off.lane_closed_for = absl::Minutes(1);
  house.generator.NextStart(cut_off);
  bool may_go_out_before = false, may_go_out_after = true;
  house.generator.on_start = [&](const StartRequest& request) {
    may_go_out_before = request.may_go_out();
    Stop(house);
    may_go_out_after = request.may_go_out();
  };
  const std::string id = house.CreateJob();
  house.Sweep();
  EXPECT_TRUE(may_go_out_before);
  EXPECT_FALSE(may_go_out_after);
  EXPECT_THAT(house.store->lanes().Closed().value(), IsEmpty());
  EXPECT_EQ(house.Read(id).clips.at(0).state, ClipState::kPlanned);
  EXPECT_EQ(house.Read(id).clips.at(0).attempts, 0);
}

TEST(Stopping, DuringAPoll_ItsTroubleCountsForNothing) {
  EngineHouse house;
  house.generator.SetRunningPolls(1);
  const std::string id = house.CreateJob();
  house.Sweep();
  PollAnswer cut_off;
  cut_off.detail = "the client was shut down";
  house.generator.NextPoll(cut_off);
  house.generator.on_poll = [&house](const std::string&) { Stop(house); };
  house.clock.Advance(absl::Minutes(1));
  house.Sweep();
  EXPECT_EQ(house.Read(id).clips.at(0).troubles, 0);
  EXPECT_LE(house.Read(id).due_at.value(), house.clock.Now());
}

TEST(Stopping, DuringAPoll_ItsAnswerIsKept) {
  EngineHouse house;
  house.generator.on_poll = [&house](const std::string&) { Stop(house); };
  const std::string made = house.CreateJob();
  house.Sweep();
  EXPECT_EQ(house.Read(made).clips.at(0).state, ClipState::kReady);
  EXPECT_LE(house.Read(made).due_at.value(), house.clock.Now()) << "another one fetches it";

  house.Restart();
  PollAnswer failed;
  failed.kind = PollKind::kFailed;
  failed.reason = FailureReason::kFiltered;
  house.generator.NextPoll(failed);
  const std::string filtered = house.CreateJob("Another answer.");
  house.Sweep();
  EXPECT_EQ(house.Read(filtered).reason, FailureReason::kFiltered);
  EXPECT_FALSE(house.Read(filtered).due_at.has_value()) << "nothing is left to be done";
}

TEST(Stopping, DuringADownload_IsHandedBackWithoutTrouble) {
  EngineHouse house;
  house.generator.on_fetch = [&house](const std::string&) { Stop(house); };
  const std::string id = house.CreateJob();
  house.Sweep();
  const Job job = house.Read(id);
  EXPECT_EQ(job.clips.at(0).state, ClipState::kReady);
  EXPECT_EQ(job.clips.at(0).troubles, 0);
  EXPECT_LE(job.due_at.value(), house.clock.Now());
  EXPECT_EQ(house.storage.PutCount(), 0);
}

// Whatever error a cut connection is taken for.
TEST(Stopping, DuringADownloadThatFails_IsHandedBackWithoutTrouble) {
  EngineHouse house;
  house.generator.on_fetch = [&house](const std::string&) { Stop(house); };
  house.generator.NextFetch(absl::UnavailableError("the connection was closed"));
  const std::string id = house.CreateJob();
  house.Sweep();
  EXPECT_EQ(house.Read(id).clips.at(0).state, ClipState::kReady);
  EXPECT_EQ(house.Read(id).clips.at(0).troubles, 0);
}

TEST(Stopping, DuringAnUpload_IsHandedBackWithoutTrouble) {
  EngineHouse house;
  house.storage.on_put = [&house] { Stop(house); };
  const std::string id = house.CreateJob();
  house.Sweep();
  EXPECT_EQ(house.Read(id).clips.at(0).state, ClipState::kReady);
  EXPECT_EQ(house.Read(id).clips.at(0).troubles, 0);
  EXPECT_EQ(house.storage.ObjectCount(), 0u);
}

// What a cut connection is taken for closes no lane, and the next lane is not asked about.
TEST(Stopping, DuringAFreeCheck_SaysNothingOfTheLane) {
  EngineHouse house;
  for (const char* model : {"fake-1.0", "fake-2.0"}) {
    ASSERT_TRUE(
        house.store->lanes().Close({"gemini", model}, LaneReason::kBadKey, "as it was", {absl::Seconds(10)}).ok());
  }
  house.clock.Advance(absl::Minutes(1));
  house.generator.SetModelCheck(absl::NotFoundError("no such model"));
  house.generator.on_check = [&house](const std::string&) { Stop(house); };
  house.Sweep();
  EXPECT_EQ(house.generator.model_checks(), 1);
  const auto lanes = house.store->lanes().Closed();
  ASSERT_EQ(lanes->size(), 2u);
  for (const ClosedLane& lane : *lanes) EXPECT_EQ(lane.detail, "as it was");
}

TEST(Stopping, WhileAForgottenOperationsVideoIsLookedFor_NothingIsGivenUp) {
  EngineHouse house;
  house.generator.KeepEvidence();
  house.generator.SetRunningPolls(1);
  const std::string id = house.CreateJob();
  house.Sweep();
  house.clock.Advance(absl::Hours(50));
  house.generator.SetEvidenceTrouble(absl::NotFoundError("cut off"));
  house.generator.on_find_start = [&house](const std::string&) { Stop(house); };
  house.generator.NextPoll(PollAnswered(PollKind::kGone, FailureReason::kNone, "no such operation"));
  house.Sweep();
  EXPECT_EQ(house.Read(id).clips.at(0).state, ClipState::kRunning);
  EXPECT_LE(house.Read(id).due_at.value(), house.clock.Now());
}

TEST(Stopping, WhileEvidenceIsLookedFor_TheRestIsLeftToOthers) {
  EngineHouse house;
  house.generator.KeepEvidence();
  house.generator.SetEvidenceTrouble(absl::NotFoundError("not done yet"));
  for (const char* text : {"One.", "Two."}) {
    house.generator.NextStartLosesItsAnswer();
    house.CreateJob(text);
    house.Sweep();
    house.clock.Advance(absl::Minutes(2));
  }
  ASSERT_EQ(house.store->ledger().StartsInDoubt("gemini", absl::Hours(1), 10)->size(), 2u);
  house.Restart();
  house.generator.SetEvidenceTrouble(absl::CancelledError("the client was shut down"));
  int looked = 0;
  house.generator.on_find_start = [&](const std::string&) {
    ++looked;
    Stop(house);
  };
  house.Sweep();
  EXPECT_EQ(looked, 1);
  EXPECT_THAT(house.log.Text(), Not(HasSubstr("could not be looked for")));
}

}  // namespace
}  // namespace videojobs
