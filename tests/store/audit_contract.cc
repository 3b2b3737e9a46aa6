#include <string>

#include "gmock/gmock.h"
#include "tests/store/store_contract.h"

namespace videojobs {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// "accepted $2": a start in a few words.
std::string Words(const CostLine& line) {
  const char* states[] = {"reserved", "charged", "held", "free"};
  return std::string(states[static_cast<int>(line.state)]) + " " + std::to_string(line.starts) + "x " +
         std::to_string(line.micros / kDollar);
}

TEST_P(StoreContract, History_OfAJob_TellsEveryEventAndStart) {
  const ClaimedJob claimed = Planned();
  const std::string first = Intended(claimed);
  ASSERT_EQ(ledger().RecordOutcome(first, Refused(LaneReason::kQuota)), absl::OkStatus());
  const std::string second = Intended(claimed);
  ASSERT_EQ(ledger().RecordOutcome(second, Accepted("operations/1")), absl::OkStatus());
  const auto history = audit().History(claimed.job.id);
  ASSERT_TRUE(history.ok()) << history.status();
  EXPECT_EQ(history->job.response_text, claimed.job.response_text);
  EXPECT_THAT(history->response_sha256, SizeIs(64));
  ASSERT_THAT(history->events, SizeIs(6));
  EXPECT_EQ(history->events[0].event, "created");
  EXPECT_FALSE(history->events[0].clip.has_value());
  EXPECT_EQ(history->events[2].event, "start_intended");
  EXPECT_EQ(history->events[2].start_id, first);
  EXPECT_EQ(history->events[2].from, "planned");
  EXPECT_EQ(history->events[2].to, "starting");
  EXPECT_EQ(history->events[5].start_id, second);
  EXPECT_EQ(history->events[5].sequence, 6);
  ASSERT_THAT(history->starts, SizeIs(2));
  EXPECT_EQ(history->starts[0].outcome, "refused");
  EXPECT_EQ(history->starts[0].http_status, 400);
  EXPECT_EQ(history->starts[0].detail, "the provider said no");
  EXPECT_EQ(history->starts[1].start_id, second);
  EXPECT_EQ(history->starts[1].attempt, 2);
  EXPECT_EQ(history->starts[1].price_micros, 2 * kDollar);
  EXPECT_EQ(history->starts[1].operation_name, "operations/1");
  EXPECT_TRUE(history->starts[1].outcome_at.has_value());
  EXPECT_FALSE(history->starts[1].settled_micros.has_value());
}

TEST_P(StoreContract, History_NoSuchJob_IsNotFound) {
  EXPECT_EQ(audit().History("nobody").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(store().MockPorts().audit->History(Create(Asked()).id).status().code(), absl::StatusCode::kNotFound);
}

TEST_P(StoreContract, NobodysOperations_AreThoseThatNoJobHas) {
  Running("operations/ours");
  EXPECT_THAT(*audit().NobodysOperations({"operations/lost", "operations/ours", "operations/other"}),
              ElementsAre("operations/lost", "operations/other"));
  EXPECT_THAT(*audit().NobodysOperations({}), IsEmpty());
}

TEST_P(StoreContract, Costs_OfADay_AddUpByState) {
  const ClaimedJob claimed = Planned(5);
  const StartOutcome outcomes[] = {Refused(), Unknown(), Accepted("operations/2"), Accepted("operations/3")};
  for (int i = 0; i < 4; ++i) {
    ASSERT_EQ(ledger().RecordOutcome(Intended(claimed, i), outcomes[i]), absl::OkStatus());
  }
  Intended(claimed, 4);
  ClipMove ready = MoveOf(2, ClipState::kRunning, ClipEvent::kOperationSucceeded, ClipState::kReady);
  ready.settled = Settlement::kCharged;
  ClipMove filtered =
      MoveOf(3, ClipState::kRunning, ClipEvent::kOperationFailed, ClipState::kFailed, FailureReason::kFiltered);
  filtered.settled = Settlement::kNothing;
  ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{ready, filtered}, {}}), absl::OkStatus());
  const absl::CivilDay today = *audit().Today();
  const auto costs = audit().Costs(today, today);
  ASSERT_TRUE(costs.ok()) << costs.status();
  std::vector<std::string> words;
  for (const CostLine& line : *costs) {
    EXPECT_EQ(line.day, today);
    EXPECT_EQ(line.model, "veo-3.1-generate-preview");
    words.push_back(Words(line));
  }
  EXPECT_THAT(words, ElementsAre("reserved 1x 2", "charged 1x 2", "held 1x 2", "free 2x 0"));
  EXPECT_EQ(audit().SpentSoFar()->today_micros, 6 * kDollar);
  EXPECT_EQ(audit().SpentSoFar()->total_micros, 6 * kDollar);
  EXPECT_THAT(*audit().Costs(today - 2, today - 1), IsEmpty());
  EXPECT_THAT(*store().MockPorts().audit->Costs(today, today), IsEmpty());
}

TEST_P(StoreContract, Costs_OfAnotherDay_CountInTotalAlone) {
  const ClaimedJob claimed = Planned();
  ASSERT_EQ(ledger().RecordOutcome(Intended(claimed), Accepted()), absl::OkStatus());
  const absl::CivilDay day = *audit().Today();
  store().Advance(absl::Hours(48));
  EXPECT_EQ(audit().SpentSoFar()->today_micros, 0);
  EXPECT_EQ(audit().SpentSoFar()->total_micros, 2 * kDollar);
  EXPECT_THAT(*audit().Costs(day - 3, *audit().Today()), SizeIs(1));
}

}  // namespace
}  // namespace videojobs
