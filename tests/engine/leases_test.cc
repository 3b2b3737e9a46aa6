// The leases that a replica holds, whatever happens while they are renewed.

#include "server/engine/leases.h"

#include <functional>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "tests/support/engine_house.h"
#include "tests/support/troubled_store.h"

namespace videojobs {
namespace {

constexpr absl::Duration kLease = absl::Seconds(20);
const Lease kMine{"job-1", "mine"};
const Lease kLater{"job-1", "mine, later"};

class LeasesTest : public testing::Test {
 protected:
  LeasesTest() { leases_.Add(kMine, house_.clock.Elapsed()); }

  // The next renewal takes five seconds, says this, and meanwhile this happens.
  void Renew(
      Renewal says, std::function<void()> meanwhile = [] {}) {
    work_.renewal = std::move(says);
    work_.on_renew = [this, meanwhile] {
      house_.clock.Advance(absl::Seconds(5));
      meanwhile();
    };
    leases_.Renew();
  }

  EngineHouse house_;
  TroubledWork work_{house_.store->work()};
  Leases leases_{kLease, work_, house_.clock, house_.log};
};

TEST_F(LeasesTest, Remaining_OfAnother_IsNothing) {
  EXPECT_EQ(leases_.Remaining(kMine), kLease);
  EXPECT_EQ(leases_.Remaining(kLater), absl::ZeroDuration());
  EXPECT_EQ(leases_.Remaining({"job-2", "mine"}), absl::ZeroDuration());
}

TEST_F(LeasesTest, Remove_OfAnother_LeavesWhatIsHeld) {
  leases_.Remove(kLater);
  leases_.Remove({"job-2", "mine"});
  EXPECT_EQ(leases_.Remaining(kMine), kLease);
  leases_.Remove(kMine);
  EXPECT_EQ(leases_.Remaining(kMine), absl::ZeroDuration());
}

TEST_F(LeasesTest, Renew_Extended_LastsFromTheQuestionOn) {
  house_.clock.Advance(absl::Seconds(7));
  Renew({});
  EXPECT_EQ(leases_.Remaining(kMine), kLease - absl::Seconds(5));
}

TEST_F(LeasesTest, Renew_SkippedOrLost_IsNotExtended) {
  Renew({.lost = {}, .skipped = {kMine}});
  EXPECT_EQ(leases_.Remaining(kMine), kLease - absl::Seconds(5)) << "as it was";
  Renew({.lost = {kMine}, .skipped = {}});
  EXPECT_EQ(leases_.Remaining(kMine), absl::ZeroDuration());
}

// What was given back, or claimed again, while the question was under way is no business of its answer's.
TEST_F(LeasesTest, Renew_GivenBackOrClaimedAgainMeanwhile_IsNotTouched) {
  const auto claimed_again = [this] { leases_.Add(kLater, house_.clock.Elapsed()); };
  Renew({}, claimed_again);
  EXPECT_EQ(leases_.Remaining(kLater), kLease);
  EXPECT_EQ(leases_.Remaining(kMine), absl::ZeroDuration());
  Renew({.lost = {kMine}, .skipped = {}});
  EXPECT_EQ(leases_.Remaining(kLater), kLease - absl::Seconds(5)) << "another one is lost";
  const auto given_back = [this] { leases_.Remove(kLater); };
  Renew({}, given_back);
  EXPECT_EQ(leases_.Remaining(kLater), absl::ZeroDuration());
  leases_.Add(kLater, house_.clock.Elapsed());
  Renew({.lost = {kLater}, .skipped = {}}, given_back);
  EXPECT_EQ(leases_.Remaining(kLater), absl::ZeroDuration());
}

}  // namespace
}  // namespace videojobs
