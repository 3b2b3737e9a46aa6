#include "gmock/gmock.h"
#include "tests/store/store_contract.h"

namespace videojobs {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

const LaneKey kVeo{"gemini", "veo"};

TEST_P(StoreContract, Lane_Closed_IsSeenByAllReplicasUntilItOpens) {
  ASSERT_EQ(lanes().Close(kVeo, LaneReason::kBadKey, "API key not valid", absl::Minutes(5)), absl::OkStatus());
  const auto closed = store().Replica().lanes->Closed();
  ASSERT_THAT(*closed, SizeIs(1));
  EXPECT_EQ(closed->at(0).key.provider, "gemini");
  EXPECT_EQ(closed->at(0).key.model, "veo");
  EXPECT_EQ(closed->at(0).reason, LaneReason::kBadKey);
  EXPECT_EQ(closed->at(0).detail, "API key not valid");
  EXPECT_LE(closed->at(0).remaining, absl::Minutes(5));
  EXPECT_GT(closed->at(0).remaining, absl::Minutes(4));
  ASSERT_EQ(lanes().Open(kVeo), absl::OkStatus());
  EXPECT_EQ(lanes().Open(kVeo), absl::OkStatus());
  EXPECT_THAT(*lanes().Closed(), IsEmpty());
}

TEST_P(StoreContract, Lane_TimeOver_IsOpen) {
  ASSERT_EQ(lanes().Close(kVeo, LaneReason::kQuota, "429", absl::Minutes(1)), absl::OkStatus());
  store().Advance(absl::Minutes(2));
  EXPECT_THAT(*lanes().Closed(), IsEmpty());
}

TEST_P(StoreContract, Lane_ClosedForLongerAlready_StaysSo) {
  ASSERT_EQ(lanes().Close(kVeo, LaneReason::kBilling, "billing", absl::Hours(1)), absl::OkStatus());
  ASSERT_EQ(lanes().Close(kVeo, LaneReason::kQuota, "429", absl::Minutes(1)), absl::OkStatus());
  EXPECT_EQ(lanes().Closed()->at(0).reason, LaneReason::kBilling);
  ASSERT_EQ(lanes().Close(kVeo, LaneReason::kModelUnavailable, "404", absl::Hours(2)), absl::OkStatus());
  EXPECT_EQ(lanes().Closed()->at(0).reason, LaneReason::kModelUnavailable);
}

TEST_P(StoreContract, Lane_OtherModelOrMock_IsAnotherLane) {
  ASSERT_EQ(lanes().Close(kVeo, LaneReason::kQuota, "429", absl::Minutes(1)), absl::OkStatus());
  ASSERT_EQ(lanes().Open({"gemini", "veo-fast"}), absl::OkStatus());
  EXPECT_THAT(*lanes().Closed(), SizeIs(1));
  EXPECT_THAT(*store().MockPorts().lanes->Closed(), IsEmpty());
}

}  // namespace
}  // namespace videojobs
