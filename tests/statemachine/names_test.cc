#include <set>
#include <string_view>

#include "gtest/gtest.h"
#include "statemachine/clip_machine.h"
#include "statemachine/failure_reason.h"
#include "statemachine/job_machine.h"

namespace videojobs {
namespace {

template <typename Values>
void ExpectDistinctNames(const Values& values) {
  std::set<std::string_view> names;
  for (auto value : values) names.insert(Name(value));
  EXPECT_EQ(names.size(), values.size());
}

TEST(NamesOfStatesAndReasons, ReadBack_AreTheSame) {
  for (JobState state : kJobStates) EXPECT_EQ(JobStateNamed(Name(state)), state);
  for (ClipState state : kClipStates) EXPECT_EQ(ClipStateNamed(Name(state)), state);
  for (FailureReason reason : kFailureReasons) EXPECT_EQ(FailureReasonNamed(Name(reason)), reason);
}

TEST(NamesOfEvents, AllOfThem_AreDistinct) {
  ExpectDistinctNames(kJobEvents);
  ExpectDistinctNames(kClipEvents);
}

TEST(NamesUnknown, ReadBack_AreNone) {
  EXPECT_EQ(JobStateNamed("done"), JobState::kNone);
  EXPECT_EQ(JobStateNamed("PENDING"), JobState::kNone);
  EXPECT_EQ(ClipStateNamed("done"), ClipState::kNone);
  EXPECT_EQ(FailureReasonNamed("filtered"), FailureReason::kNone);
}

// Stored in the database and matched by the web app's CHECK.
TEST(NamesOfJobStates, TheFourPublicOnes_AreTheWebAppsWords) {
  EXPECT_EQ(Name(JobState::kPending), "pending");
  EXPECT_EQ(Name(JobState::kProcessing), "processing");
  EXPECT_EQ(Name(JobState::kCompleted), "completed");
  EXPECT_EQ(Name(JobState::kFailed), "failed");
}

TEST(NamesOfOutcomeEvents, SomeSpotChecks_AreAligned) {
  EXPECT_EQ(Name(JobEvent::kOperationFound), "operation_found");
  EXPECT_EQ(Name(JobEvent::kStartDeadlinePassed), "start_deadline_passed");
  EXPECT_EQ(Name(ClipEvent::kRetried), "retried");
  EXPECT_EQ(Name(ClipEvent::kStartForgone), "start_forgone");
  EXPECT_EQ(Name(FailureReason::kEscalationGone), "ESCALATION_GONE");
}

TEST(FailureReasonOfTwoClips, TheEarlierListed_CountsMore) {
  EXPECT_EQ(CountsMore(FailureReason::kNone, FailureReason::kDeadline), FailureReason::kDeadline);
  EXPECT_EQ(CountsMore(FailureReason::kStartUnknown, FailureReason::kNone), FailureReason::kStartUnknown);
  EXPECT_EQ(CountsMore(FailureReason::kStartUnknown, FailureReason::kFiltered), FailureReason::kFiltered);
  EXPECT_EQ(CountsMore(FailureReason::kGenerationFailed, FailureReason::kOperationExpired),
            FailureReason::kGenerationFailed);
}

}  // namespace
}  // namespace videojobs
