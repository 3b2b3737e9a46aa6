#include "gmock/gmock.h"
#include "tests/store/store_contract.h"

namespace videojobs {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

const LaneKey kVeo{"gemini", "veo"};

ChecksWanted Wanted(const std::string& token, bool early = false) {
  return {token, absl::Minutes(1), {"gemini"}, early};
}

TEST(LaneReasonNamed, AnotherWord_IsNone) {
  EXPECT_EQ(LaneReasonNamed("QUOTA"), LaneReason::kQuota);
  EXPECT_EQ(LaneReasonNamed("quota"), LaneReason::kNone);
}

TEST_P(StoreContract, Lane_Closed_IsSeenByAllReplicas) {
  ASSERT_EQ(lanes().Close(kVeo, LaneReason::kBadKey, "API key not valid", {absl::Minutes(5)}), absl::OkStatus());
  const auto closed = store().Replica().lanes->Closed();
  ASSERT_THAT(*closed, SizeIs(1));
  EXPECT_EQ(closed->at(0).key.provider, "gemini");
  EXPECT_EQ(closed->at(0).key.model, "veo");
  EXPECT_EQ(closed->at(0).reason, LaneReason::kBadKey);
  EXPECT_EQ(closed->at(0).detail, "API key not valid");
  EXPECT_LE(closed->at(0).remaining, absl::Minutes(5));
  EXPECT_GT(closed->at(0).remaining, absl::Minutes(4));
}

TEST_P(StoreContract, Lane_TimeOver_IsShownOnlyWhileItWaitsForAFreeCheck) {
  ASSERT_EQ(lanes().Close(kVeo, LaneReason::kQuota, "429", {absl::Minutes(1)}), absl::OkStatus());
  ASSERT_EQ(lanes().Close({"gemini", "veo-fast"}, LaneReason::kBadKey, "403", {absl::Minutes(1)}), absl::OkStatus());
  ASSERT_THAT(*lanes().Closed(), SizeIs(2));
  store().Advance(absl::Minutes(2));
  ASSERT_THAT(*lanes().Closed(), SizeIs(1)) << "the next start probes the other one";
  EXPECT_EQ(lanes().Closed()->at(0).key.model, "veo-fast");
  EXPECT_LE(lanes().Closed()->at(0).remaining, absl::ZeroDuration());
  ASSERT_THAT(*lanes().TakeChecks(Wanted("token")), SizeIs(1));
  ASSERT_EQ(lanes().PassCheck({"gemini", "veo-fast"}, "token"), absl::OkStatus());
  EXPECT_THAT(*lanes().Closed(), IsEmpty());
}

TEST_P(StoreContract, Lane_ClosedForACap_GivesWayToWhatTheProviderSays) {
  ASSERT_EQ(lanes().Close(kVeo, LaneReason::kSpendingCap, "cap", {absl::Hours(10)}), absl::OkStatus());
  ASSERT_EQ(lanes().Close(kVeo, LaneReason::kQuota, "429", {absl::Minutes(1), false}), absl::OkStatus());
  ASSERT_THAT(*lanes().Closed(), SizeIs(1));
  EXPECT_EQ(lanes().Closed()->at(0).reason, LaneReason::kQuota);
  EXPECT_LE(lanes().Closed()->at(0).remaining, absl::Minutes(1));
  EXPECT_GT(lanes().Closed()->at(0).remaining, absl::Seconds(30));
}

TEST_P(StoreContract, Lane_ClosedForAnotherReason_IsNotHiddenByACap) {
  ASSERT_EQ(lanes().Close(kVeo, LaneReason::kBadKey, "403", {absl::Minutes(1)}), absl::OkStatus());
  ASSERT_EQ(lanes().Close(kVeo, LaneReason::kSpendingCap, "cap", {absl::Hours(10)}), absl::OkStatus());
  EXPECT_EQ(lanes().Closed()->at(0).reason, LaneReason::kBadKey);
  store().Advance(absl::Minutes(2));
  ASSERT_EQ(lanes().Close(kVeo, LaneReason::kSpendingCap, "cap", {absl::Hours(10)}), absl::OkStatus());
  EXPECT_EQ(lanes().Closed()->at(0).reason, LaneReason::kBadKey) << "also when its time is over";
}

TEST_P(StoreContract, Lane_CapsTimeOver_IsNotShown) {
  ASSERT_EQ(lanes().Close(kVeo, LaneReason::kSpendingCap, "cap", {absl::Minutes(1)}), absl::OkStatus());
  store().Advance(absl::Minutes(2));
  EXPECT_THAT(*lanes().Closed(), IsEmpty());
}

TEST_P(StoreContract, Lane_ClosedAgainByAGuess_StaysTwiceAsLongUpToAnHour) {
  for (const int minutes : {10, 20, 40, 60, 60}) {
    ASSERT_EQ(lanes().Close(kVeo, LaneReason::kBilling, "402", {absl::Minutes(10), false}), absl::OkStatus());
    const absl::Duration remaining = lanes().Closed()->at(0).remaining;
    EXPECT_LE(remaining, absl::Minutes(minutes));
    EXPECT_GT(remaining, absl::Minutes(minutes) - absl::Seconds(30));
    store().Advance(absl::Minutes(minutes) + absl::Seconds(1));
  }
}

TEST_P(StoreContract, Lane_ClosedAgainAsTold_StaysAsLongAsTold) {
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(lanes().Close(kVeo, LaneReason::kQuota, "429", {absl::Minutes(10), true}), absl::OkStatus());
    EXPECT_LE(lanes().Closed()->at(0).remaining, absl::Minutes(10));
    EXPECT_GT(lanes().Closed()->at(0).remaining, absl::Minutes(9));
    store().Advance(absl::Minutes(11));
  }
}

TEST_P(StoreContract, Lane_ClosedByManyAtOnce_CountsOnce) {
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(lanes().Close(kVeo, LaneReason::kQuota, "429", {absl::Minutes(10), false}), absl::OkStatus());
    EXPECT_LE(lanes().Closed()->at(0).remaining, absl::Minutes(10));
  }
}

TEST_P(StoreContract, LaneCheck_TimeOver_IsOneCallersAtATime) {
  ASSERT_EQ(lanes().Close(kVeo, LaneReason::kBadKey, "403", {absl::Minutes(1)}), absl::OkStatus());
  EXPECT_THAT(*lanes().TakeChecks(Wanted("too soon")), IsEmpty());
  store().Advance(absl::Minutes(2));
  EXPECT_THAT(*lanes().TakeChecks(Wanted("first")), SizeIs(1));
  EXPECT_THAT(*store().Replica().lanes->TakeChecks(Wanted("second")), IsEmpty());
  store().Advance(absl::Minutes(2));  // the first one died
  EXPECT_THAT(*store().Replica().lanes->TakeChecks(Wanted("second")), SizeIs(1));
}

TEST_P(StoreContract, LaneCheck_OfAProviderWithoutADoor_IsLeftToOthers) {
  ASSERT_EQ(lanes().Close({"vertex", "veo"}, LaneReason::kBadKey, "403", {absl::Minutes(1)}), absl::OkStatus());
  store().Advance(absl::Minutes(2));
  EXPECT_THAT(*lanes().TakeChecks(Wanted("without")), IsEmpty());
  const auto taken = store().Replica().lanes->TakeChecks({"with", absl::Minutes(1), {"gemini", "vertex"}, false});
  ASSERT_THAT(*taken, SizeIs(1));
  EXPECT_EQ(taken->at(0).key.provider, "vertex");
  EXPECT_EQ(taken->at(0).reason, LaneReason::kBadKey);
  EXPECT_EQ(taken->at(0).detail, "403");
}

TEST_P(StoreContract, LaneCheck_Early_OpensTheWayForAProbeAtOnce) {
  ASSERT_EQ(lanes().Close(kVeo, LaneReason::kModelUnavailable, "404", {absl::Minutes(10)}), absl::OkStatus());
  ASSERT_THAT(*lanes().TakeChecks(Wanted("started again", true)), SizeIs(1));
  EXPECT_THAT(*store().Replica().lanes->TakeChecks(Wanted("as well", true)), IsEmpty());
  EXPECT_THAT(*lanes().Closed(), SizeIs(1));
  ASSERT_EQ(lanes().PassCheck(kVeo, "started again"), absl::OkStatus());
  EXPECT_THAT(*lanes().Closed(), IsEmpty());
}

TEST_P(StoreContract, LaneCheck_ForQuota_IsNotAsked) {
  ASSERT_EQ(lanes().Close(kVeo, LaneReason::kQuota, "429", {absl::Minutes(1)}), absl::OkStatus());
  store().Advance(absl::Minutes(2));
  EXPECT_THAT(*lanes().TakeChecks(Wanted("token")), IsEmpty());
}

TEST_P(StoreContract, Lane_ClosedForLongerAlready_StaysSo) {
  ASSERT_EQ(lanes().Close(kVeo, LaneReason::kBilling, "billing", {absl::Hours(1)}), absl::OkStatus());
  ASSERT_EQ(lanes().Close(kVeo, LaneReason::kQuota, "429", {absl::Minutes(1)}), absl::OkStatus());
  EXPECT_EQ(lanes().Closed()->at(0).reason, LaneReason::kBilling);
  ASSERT_EQ(lanes().Close(kVeo, LaneReason::kModelUnavailable, "404", {absl::Hours(2)}), absl::OkStatus());
  EXPECT_EQ(lanes().Closed()->at(0).reason, LaneReason::kModelUnavailable);
}

TEST_P(StoreContract, Lane_OtherModelOrMock_IsAnotherLane) {
  ASSERT_EQ(lanes().Close(kVeo, LaneReason::kQuota, "429", {absl::Minutes(1)}), absl::OkStatus());
  ASSERT_EQ(lanes().Close({"gemini", "veo-fast"}, LaneReason::kBilling, "billing", {absl::Hours(1)}), absl::OkStatus());
  ASSERT_THAT(*lanes().Closed(), SizeIs(2));
  EXPECT_EQ(lanes().Closed()->at(0).reason, LaneReason::kQuota);
  EXPECT_THAT(*store().MockPorts().lanes->Closed(), IsEmpty());
}

}  // namespace
}  // namespace videojobs
