// Lanes that are closed for the key's, the billing's or the model's sake: asked about for free before a start probes
// them.

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_house.h"

namespace videojobs {
namespace {

using ::testing::IsEmpty;

const LaneKey kLane{"gemini", "fake-1.0"};

StartOutcome RefusedBecauseOf(LaneReason lane) {
  StartOutcome outcome;
  outcome.kind = OutcomeKind::kRefused;
  outcome.lane_reason = lane;
  outcome.lane_closed_for = absl::Minutes(10);
  outcome.http_status = 403;
  return outcome;
}

TEST(Checking, LaneOfAKey_IsProbedOnlyAfterTheFreeCheckPassed) {
  EngineHouse house;
  house.generator.NextStart(RefusedBecauseOf(LaneReason::kBadKey));
  const std::string id = house.CreateJob();
  house.Sweep();
  house.generator.SetModelCheck(absl::PermissionDeniedError("API key not valid"));
  for (int i = 0; i < 8; ++i) {
    house.clock.Advance(absl::Minutes(5));
    house.Sweep();
  }
  EXPECT_EQ(house.generator.starts().size(), 1u) << "the check did not pass";
  EXPECT_GT(house.generator.model_checks(), 0);
  EXPECT_EQ(house.Read(id).clips.at(0).attempts, 0);

  house.generator.SetModelCheck(absl::OkStatus());
  for (int i = 0; i < 20 && !IsFinished(house.Read(id).state); ++i) {
    house.clock.Advance(absl::Minutes(5));
    house.Sweep();
  }
  EXPECT_EQ(house.Read(id).state, JobState::kCompleted);
  EXPECT_EQ(house.generator.starts().size(), 2u);
  EXPECT_THAT(house.store->lanes().Closed().value(), IsEmpty());
}

TEST(Checking, WhileSwitchedOff_AsksNothing) {
  EngineHouse house;
  house.generator.NextStart(RefusedBecauseOf(LaneReason::kModelUnavailable));
  house.CreateJob();
  house.Sweep();
  house.Restart({.generation_enabled = false});
  house.clock.Advance(absl::Minutes(30));
  house.Sweep();
  EXPECT_EQ(house.generator.model_checks(), 0);
}

// A free check that is answered tells billing from key. Silence tells nothing: the lane stays what it was.
TEST(Checking, FreeCheckFails_ClosesTheLaneForItsOwnReason) {
  const struct {
    LaneReason before;
    absl::Status answer;
    LaneReason after;
    std::string detail;
  } cases[] = {
      {LaneReason::kBadKey, absl::PermissionDeniedError("no"), LaneReason::kBadKey, "no"},
      {LaneReason::kBadKey, absl::NotFoundError("no"), LaneReason::kModelUnavailable, "no"},
      {LaneReason::kModelUnavailable, absl::FailedPreconditionError("no"), LaneReason::kBilling, "no"},
      {LaneReason::kBadKey, absl::UnavailableError("silence"), LaneReason::kBadKey, "as it was"},
      {LaneReason::kModelUnavailable, absl::UnavailableError("silence"), LaneReason::kModelUnavailable, "as it was"}};
  for (const auto& row : cases) {
    EngineHouse house;
    ASSERT_TRUE(house.store->lanes().Close(kLane, row.before, "as it was", {absl::Seconds(10)}).ok());
    house.generator.SetModelCheck(row.answer);
    house.clock.Advance(absl::Minutes(1));
    house.Sweep();
    EXPECT_EQ(house.generator.model_checks(), 1);
    const auto closed = house.store->lanes().Closed().value();
    ASSERT_EQ(closed.size(), 1u) << row.answer;
    EXPECT_EQ(Name(closed[0].reason), Name(row.after)) << row.answer;
    EXPECT_EQ(closed[0].detail, row.detail) << row.answer;
    EXPECT_GT(closed[0].remaining, absl::ZeroDuration());
  }
}

// It is neither asked here nor kept from the server that can.
TEST(Checking, LaneOfAnotherDoor_IsLeftToAServerThatHasIt) {
  EngineHouse house;
  ASSERT_TRUE(house.store->lanes().Close({"vertex", "veo"}, LaneReason::kBadKey, "no", {absl::Seconds(1)}).ok());
  house.clock.Advance(absl::Minutes(1));
  house.Sweep();
  EXPECT_EQ(house.generator.model_checks(), 0);
  FakeVideoGenerator vertex;
  vertex.SetProvider("vertex");
  house.others = {&vertex};
  house.Restart();
  house.Sweep();
  EXPECT_EQ(vertex.model_checks(), 1);
  EXPECT_EQ(house.generator.model_checks(), 0);
  EXPECT_EQ(house.store->lanes().Closed().value().size(), 0u) << "the next start may probe it";
}

// A person mended the key and started the server again: the ten minutes are not waited for.
TEST(Checking, ServerStartedAgain_AsksAboutLanesWhoseTimeIsNotOver) {
  EngineHouse house;
  ASSERT_TRUE(house.store->lanes().Close(kLane, LaneReason::kBadKey, "no", {absl::Minutes(10)}).ok());
  house.Sweep();
  EXPECT_EQ(house.generator.model_checks(), 1) << "the first look of a process";
  ASSERT_TRUE(house.store->lanes().Close(kLane, LaneReason::kBadKey, "no", {absl::Minutes(10)}).ok());
  house.Sweep();
  EXPECT_EQ(house.generator.model_checks(), 1) << "later looks wait";
  house.Restart();
  const std::string id = house.CreateJob();
  EXPECT_EQ(house.SweepUntilFinished(id, absl::Seconds(5), 3).state, JobState::kCompleted);
  EXPECT_EQ(house.generator.model_checks(), 2);
}

}  // namespace
}  // namespace videojobs
