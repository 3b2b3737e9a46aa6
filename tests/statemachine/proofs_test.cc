// The proofs that both tables pass when compiling would be worth nothing if they passed on any table. Here each is
// shown a table that is wrong in one place.

#include <cstddef>
#include <vector>

#include "gtest/gtest.h"
#include "statemachine/clip_machine.h"
#include "statemachine/job_machine.h"

namespace videojobs {
namespace {

using statemachine::Answer;
using JobRows = std::vector<JobRow>;
using ClipRows = std::vector<ClipRow>;

JobRows Jobs() { return {kJobTable.begin(), kJobTable.end()}; }
ClipRows Clips() { return {kClipTable.begin(), kClipTable.end()}; }

bool Complete(const JobRows& rows) {
  return statemachine::AnswersEverythingOnce(rows, kJobStates, kJobEvents, job_fact::kCount);
}
bool Complete(const ClipRows& rows) {
  return statemachine::AnswersEverythingOnce(rows, kClipStates, kClipEvents, clip_fact::kCount);
}

template <typename Rows>
void ExpectEveryRowIsNeededOnce(const Rows& good) {
  for (std::size_t i = 0; i < good.size(); ++i) {
    Rows dropped = good;
    dropped.erase(dropped.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FALSE(Complete(dropped)) << "without row " << i;
    Rows doubled = good;
    doubled.push_back(good[i]);
    EXPECT_FALSE(Complete(doubled)) << "with row " << i << " twice";
  }
}

// Lets a state be left, or entered, no more.
template <typename Rows, typename Matches>
Rows WithoutMoves(Rows rows, Matches matches) {
  for (auto& row : rows) {
    if (!matches(row) || row.answer != Answer::kMoves) continue;
    row.answer = Answer::kRejected;
    row.to = row.from;
  }
  return rows;
}

TEST(AnswersEverythingOnce, TheTables_Pass) {
  EXPECT_TRUE(Complete(Jobs()));
  EXPECT_TRUE(Complete(Clips()));
}

TEST(AnswersEverythingOnce, AnyRowDroppedOrDoubled_Fails) {
  ExpectEveryRowIsNeededOnce(Jobs());
  ExpectEveryRowIsNeededOnce(Clips());
}

TEST(AnswersEverythingOnce, AnyGuardWidenedOrNarrowed_Fails) {
  const JobRows good = Jobs();
  for (std::size_t i = 0; i < good.size(); ++i) {
    JobRows changed = good;
    const bool guarded = good[i].guard.holds != 0 || good[i].guard.fails != 0;
    changed[i].guard = guarded ? statemachine::kAlways : statemachine::When(job_fact::kMayPublish);
    EXPECT_FALSE(Complete(changed)) << "row " << i;
  }
}

TEST(RowsAreWellFormed, MoveToItself_Fails) {
  JobRows rows = Jobs();
  rows[0].to = rows[0].from;
  EXPECT_FALSE(statemachine::RowsAreWellFormed(rows));
}

TEST(RowsAreWellFormed, StayElsewhere_Fails) {
  ClipRows rows = Clips();
  rows[3].to = ClipState::kFailed;
  EXPECT_FALSE(statemachine::RowsAreWellFormed(rows));
}

TEST(RowsAreWellFormed, RowWithoutReason_Fails) {
  ClipRows rows = Clips();
  rows[0].why = "";
  EXPECT_FALSE(statemachine::RowsAreWellFormed(rows));
}

TEST(EveryStateIsReachable, AnyStateWithoutAWayIn_Fails) {
  for (std::size_t i = 1; i < kJobStates.size(); ++i) {
    const auto rows = WithoutMoves(Jobs(), [&](const JobRow& row) { return row.to == kJobStates[i]; });
    EXPECT_FALSE(statemachine::EveryStateIsReachable(rows, kJobStates)) << Name(kJobStates[i]);
  }
  for (std::size_t i = 1; i < kClipStates.size(); ++i) {
    const auto rows = WithoutMoves(Clips(), [&](const ClipRow& row) { return row.to == kClipStates[i]; });
    EXPECT_FALSE(statemachine::EveryStateIsReachable(rows, kClipStates)) << Name(kClipStates[i]);
  }
}

TEST(EveryStateCanEnd, AnyUnfinishedStateWithoutAWayOut_Fails) {
  for (JobState state : {JobState::kNone, JobState::kPending, JobState::kProcessing}) {
    const auto rows = WithoutMoves(Jobs(), [&](const JobRow& row) { return row.from == state; });
    EXPECT_FALSE(statemachine::EveryStateCanEnd(rows, kJobStates, IsFinished)) << Name(state);
  }
  for (ClipState state : kClipStates) {
    if (HasEnded(state)) continue;
    const auto rows = WithoutMoves(Clips(), [&](const ClipRow& row) { return row.from == state; });
    EXPECT_FALSE(statemachine::EveryStateCanEnd(rows, kClipStates, HasEnded)) << Name(state);
  }
}

TEST(Guard, TwoTogether_AdmitWhatBothAdmit) {
  constexpr statemachine::Facts kWarm = 1, kWet = 2, kDark = 4;
  const statemachine::Guard guard = statemachine::When(kWarm) & statemachine::Unless(kWet);
  for (statemachine::Facts facts = 0; facts < 8; ++facts) {
    EXPECT_EQ(guard.Admits(facts), (facts & kWarm) != 0 && (facts & kWet) == 0) << facts;
    EXPECT_EQ(guard.Admits(facts), guard.Admits(facts | kDark)) << facts;
  }
}

TEST(Decide, IsUsableWhenCompiling_ForBothMachines) {
  static_assert(Decide(JobState::kPending, JobEvent::kStartAccepted, 0).to == JobState::kProcessing);
  static_assert(Decide(ClipState::kStarting, ClipEvent::kStartLost, 0).to == ClipState::kUnknown);
}

}  // namespace
}  // namespace videojobs
