// Starts that were accepted after all, when a later one had their clip: followed for their cost, and for nothing else.

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/engine_house.h"

namespace videojobs {
namespace {

constexpr std::int64_t kPrice = 600'000;

StartOutcome AcceptedAs(const std::string& operation_name) {
  StartOutcome outcome;
  outcome.kind = OutcomeKind::kAccepted;
  outcome.operation_name = operation_name;
  return outcome;
}

PollAnswer Answers(PollKind kind) {
  PollAnswer answer;
  answer.kind = kind;
  return answer;
}

// A completed job whose first start's answer was lost, and then found after a person had let a second one go out.
struct Superseded {
  explicit Superseded(EngineHouse& house) : house(house), job_id(house.CreateJob()) {
    house.generator.NextStartLosesItsAnswer();
    house.Sweep();
    start_id = house.Read(job_id).clips.at(0).start_id;
    EXPECT_TRUE(house.retrying->Retry(job_id, {start_id}).ok());
    EXPECT_EQ(house.SweepUntilFinished(job_id).state, JobState::kCompleted);
    operation = house.generator.MakeOperation();
  }
  void IsFound() { EXPECT_EQ(house.store->ledger().RecordOutcome(start_id, AcceptedAs(operation)), absl::OkStatus()); }
  Cost CostAfter(absl::Duration wait) {
    house.clock.Advance(wait);
    house.Sweep();
    return house.Read(job_id).cost;
  }

  EngineHouse& house;
  const std::string job_id;
  std::string start_id;
  std::string operation;
};

TEST(Settling, FoundToHaveSucceeded_IsChargedAndNotFetched) {
  EngineHouse house;
  Superseded start(house);
  EXPECT_EQ(house.Read(start.job_id).cost.held_micros, kPrice);
  start.IsFound();
  const int fetched = house.storage.PutCount();
  const Cost cost = start.CostAfter(absl::Minutes(2));
  EXPECT_EQ(cost.charged_micros, 2 * kPrice);
  EXPECT_EQ(cost.reserved_micros, 0);
  EXPECT_EQ(cost.held_micros, 0);
  EXPECT_EQ(house.generator.fetches(start.operation), 0);
  EXPECT_EQ(house.storage.PutCount(), fetched);
  EXPECT_EQ(house.generator.polls(start.operation), 1);
  start.CostAfter(absl::Minutes(2));
  EXPECT_EQ(house.generator.polls(start.operation), 1) << "it is settled";
}

TEST(Settling, StillRunning_IsStoppedWhereItCanBe) {
  EngineHouse house;
  house.generator.AllowCancel();
  Superseded start(house);
  house.generator.NextPollOf(start.operation, Answers(PollKind::kRunning));
  start.IsFound();
  EXPECT_EQ(start.CostAfter(absl::Minutes(2)).reserved_micros, kPrice);
  EXPECT_EQ(house.generator.cancelled(), std::vector<std::string>{start.operation});
  const Cost cost = start.CostAfter(absl::Minutes(2));
  EXPECT_EQ(cost.reserved_micros, 0);
  EXPECT_EQ(cost.charged_micros, kPrice) << "a cancelled operation costs nothing";
}

TEST(Settling, InTrouble_StaysReservedAndIsAskedAgain) {
  EngineHouse house;
  Superseded start(house);
  for (const PollKind trouble : {PollKind::kTroubled, PollKind::kGone}) {
    house.generator.NextPollOf(start.operation, Answers(trouble));
  }
  start.IsFound();
  EXPECT_EQ(start.CostAfter(absl::Minutes(2)).reserved_micros, kPrice);
  EXPECT_EQ(start.CostAfter(absl::Minutes(2)).reserved_micros, kPrice);
  EXPECT_EQ(start.CostAfter(absl::Minutes(2)).charged_micros, 2 * kPrice);
}

TEST(Settling, ServerStops_TheRestIsLeftToOthers) {
  EngineHouse house;
  Superseded first(house), second(house);
  first.IsFound();
  second.IsFound();
  house.generator.on_poll = [&house](const std::string&) { house.sweeping->Stop(absl::ZeroDuration()); };
  house.clock.Advance(absl::Minutes(2));
  house.Sweep();
  EXPECT_EQ(house.generator.polls(first.operation) + house.generator.polls(second.operation), 1);
}

TEST(Settling, ManyInTroubleForGood_EachOtherHasItsTurn) {
  constexpr int kMoreThanOneLook = 21;
  EngineHouse house;
  std::vector<std::unique_ptr<Superseded>> starts;
  for (int i = 0; i < kMoreThanOneLook; ++i) starts.push_back(std::make_unique<Superseded>(house));
  for (const auto& start : starts) {
    house.generator.NextPollOf(start->operation, Answers(PollKind::kTroubled));
    house.generator.NextPollOf(start->operation, Answers(PollKind::kTroubled));
    start->IsFound();
    house.clock.Advance(absl::Seconds(1));
  }
  const auto asked = [&] {
    return std::count_if(starts.begin(), starts.end(),
                         [&](const auto& start) { return house.generator.polls(start->operation) > 0; });
  };
  starts.back()->CostAfter(absl::Minutes(2));
  EXPECT_LT(asked(), kMoreThanOneLook);
  starts.back()->CostAfter(absl::Minutes(2));
  EXPECT_EQ(asked(), kMoreThanOneLook);
}

}  // namespace
}  // namespace videojobs
