// A start in doubt stays in doubt whatever is refused after it, as if that had never been tried; and what was accepted
// is followed, whichever of a clip's starts it is.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "server/engine/cancelling.h"
#include "tests/store/store_contract.h"

namespace videojobs {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const JobMove kFirstAccepted = MoveOf(JobState::kPending, JobEvent::kStartAccepted, JobState::kProcessing);
const JobMove kEndsFailed =
    MoveOf(JobState::kProcessing, JobEvent::kClipsEnded, JobState::kFailed, FailureReason::kGenerationFailed);
const ClipMove kComesToNothing = [] {
  ClipMove move =
      MoveOf(0, ClipState::kRunning, ClipEvent::kOperationFailed, ClipState::kFailed, FailureReason::kGenerationFailed);
  move.settled = Settlement::kNothing;
  return move;
}();
const StartOutcome kRefusedForAll = Refused(LaneReason::kQuota, absl::Seconds(1));

TEST_P(StoreContract, Doubt_FirstAcceptedAfterAll_WhileTheNextWaitsForTheLane_RunsAndNothingStarts) {
  const auto [id, first, second] = StartedAgain();
  ASSERT_EQ(ledger().RecordOutcome(second, kRefusedForAll), absl::OkStatus());
  EXPECT_EQ(Read(id).clips.at(0).state, ClipState::kPlanned);
  ASSERT_EQ(ledger().RecordOutcome(first, Accepted("operations/first")), absl::OkStatus());
  EXPECT_EQ(Read(id).clips.at(0).state, ClipState::kRunning);
  EXPECT_EQ(Read(id).clips.at(0).operation_name, "operations/first");
  store().Advance(absl::Hours(1));
  EXPECT_EQ(ledger().RecordIntent(IntentFor(ClaimOne("third")))->answer, IntentAnswer::kNotPossible);
  EXPECT_THAT(*ledger().StartsUnfollowed("gemini", absl::Hours(2), 10), IsEmpty());
}

TEST_P(StoreContract, Doubt_SecondRefusedForAll_TheSameWordAllowsAThird) {
  const auto [id, first, second] = StartedAgain();
  ASSERT_EQ(ledger().RecordOutcome(second, kRefusedForAll), absl::OkStatus());
  store().Advance(absl::Hours(1));
  const std::string third = Intended(ClaimOne("third"));
  ASSERT_EQ(ledger().RecordOutcome(third, Accepted("operations/third")), absl::OkStatus());
  EXPECT_EQ(Read(id).clips.at(0).start_id, third);
  ASSERT_EQ(ledger().RecordOutcome(first, Accepted("operations/first")), absl::OkStatus());
  EXPECT_EQ(Read(id).clips.at(0).operation_name, "operations/third") << "it was started by a person's word";
}

TEST_P(StoreContract, Doubt_SecondRefusedForAll_JobEndsBeforeAThird_TheWordWasNotUsed) {
  const auto [id, first, second] = StartedAgain();
  ASSERT_EQ(ledger().RecordOutcome(second, kRefusedForAll), absl::OkStatus());
  ASSERT_TRUE(Cancelling(changes(), [] {}).Cancel(id).ok());
  EXPECT_THAT(Retry(changes(), id).status().message(), HasSubstr(first));
  EXPECT_TRUE(Retry(changes(), id, {first}).ok());
}

TEST_P(StoreContract, Doubt_SecondRefusedForItself_TheFirstIsWhatIsInDoubt) {
  const auto [id, first, second] = StartedAgain();
  ASSERT_EQ(ledger().RecordOutcome(second, Refused()), absl::OkStatus());
  EXPECT_EQ(Read(id).clips.at(0).state, ClipState::kUnknown);
  EXPECT_EQ(Read(id).clips.at(0).reason, FailureReason::kStartUnknown);
  EXPECT_THAT(Read(id).clips.at(0).detail, HasSubstr("may have been charged"));
  ASSERT_EQ(ledger().RecordOutcome(first, Accepted("operations/first")), absl::OkStatus());
  EXPECT_EQ(Read(id).clips.at(0).state, ClipState::kRunning);
}

TEST_P(StoreContract, Doubt_FirstAcceptedWhileTheSecondIsUnderWay_IsFollowedWhenThatComesToNothing) {
  for (const StartOutcome& outcome : {Unknown(), Refused(), kRefusedForAll}) {
    const auto [id, first, second] = StartedAgain();
    ASSERT_EQ(ledger().RecordOutcome(first, Accepted("operations/first")), absl::OkStatus());
    EXPECT_EQ(Read(id).clips.at(0).state, ClipState::kStarting) << "the second may still be accepted";
    ASSERT_EQ(ledger().RecordOutcome(second, outcome), absl::OkStatus());
    const Clip clip = Read(id).clips.at(0);
    EXPECT_EQ(clip.state, ClipState::kRunning);
    EXPECT_EQ(clip.start_id, first);
    EXPECT_EQ(clip.operation_name, "operations/first");
    EXPECT_EQ(clip.reason, FailureReason::kNone);
    store().Advance(absl::Hours(1));
    const ClaimedJob claimed = ClaimOne("next" + id);
    ASSERT_EQ(work().MoveIfHeld(claimed.lease,
                                {{}, MoveOf(JobState::kPending, JobEvent::kStartAccepted, JobState::kProcessing)}),
              absl::OkStatus());
    ClipMove ready = MoveOf(0, ClipState::kRunning, ClipEvent::kOperationSucceeded, ClipState::kReady);
    ready.settled = Settlement::kCharged;
    ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{ready}, {}}), absl::OkStatus());
    EXPECT_EQ(Read(id).cost.charged_micros, 2 * kDollar);
    ASSERT_EQ(work().Release({{claimed.lease, std::nullopt, {}}}), absl::OkStatus());
  }
}

TEST_P(StoreContract, Doubt_FirstAcceptedWhileTheSecondIsLost_RunsAndTheSecondStaysInDoubt) {
  const auto [id, first, second] = StartedAgain();
  ASSERT_EQ(ledger().RecordOutcome(second, Unknown()), absl::OkStatus());
  ASSERT_EQ(ledger().RecordOutcome(first, Accepted("operations/first")), absl::OkStatus());
  EXPECT_EQ(Read(id).clips.at(0).state, ClipState::kRunning);
  EXPECT_EQ(Read(id).clips.at(0).start_id, first);
  ASSERT_TRUE(Cancelling(changes(), [] {}).Cancel(id).ok());
  EXPECT_TRUE(Retry(changes(), id).ok()) << "its clip is kept: nothing is started";
  ASSERT_EQ(ledger().RecordOutcome(second, Accepted("operations/second")), absl::OkStatus());
  EXPECT_EQ(Read(id).clips.at(0).operation_name, "operations/first") << "one is followed";
  EXPECT_EQ(ledger().StartsUnfollowed("gemini", absl::Hours(1), 10)->at(0).start_id, second);
}

TEST_P(StoreContract, Doubt_SecondLostThenRefusedAfterAll_TheFirstIsWhatIsInDoubt) {
  const auto [id, first, second] = StartedAgain();
  ASSERT_EQ(ledger().RecordOutcome(second, Unknown()), absl::OkStatus());
  ASSERT_EQ(ledger().RecordOutcome(second, Refused()), absl::OkStatus());
  EXPECT_EQ(Read(id).clips.at(0).state, ClipState::kUnknown);
  ASSERT_EQ(ledger().RecordOutcome(first, Refused()), absl::OkStatus());
  EXPECT_EQ(Read(id).clips.at(0).state, ClipState::kRefused) << "nothing is in doubt any more";
}

TEST_P(StoreContract, Doubt_SecondAcceptedAndThirdRefused_TheFirstWasAnswered) {
  const auto [id, first, second] = StartedAgain();
  ASSERT_EQ(ledger().RecordOutcome(second, kRefusedForAll), absl::OkStatus());
  store().Advance(absl::Hours(1));
  const ClaimedJob running = ClaimOne("third");
  const std::string third = Intended(running);
  ASSERT_EQ(ledger().RecordOutcome(third, Accepted("operations/third")), absl::OkStatus());
  const ClipMove failed =
      MoveOf(0, ClipState::kRunning, ClipEvent::kOperationFailed, ClipState::kFailed, FailureReason::kGenerationFailed);
  ASSERT_EQ(work().MoveIfHeld(running.lease,
                              {{failed}, MoveOf(JobState::kPending, JobEvent::kStartAccepted, JobState::kProcessing)}),
            absl::OkStatus());
  ASSERT_EQ(work().MoveIfHeld(running.lease, {{},
                                              MoveOf(JobState::kProcessing, JobEvent::kClipsEnded, JobState::kFailed,
                                                     FailureReason::kGenerationFailed)}),
            absl::OkStatus());
  ASSERT_TRUE(Retry(changes(), id).ok()) << "the word was used by the third";
  const ClaimedJob again = ClaimOne("fourth");
  ASSERT_EQ(ledger().RecordOutcome(Intended(again), Refused()), absl::OkStatus());
  EXPECT_EQ(Read(id).clips.at(0).state, ClipState::kRefused);
  Fail(work(), again, FailureReason::kStartRefused);
  EXPECT_TRUE(Retry(changes(), id).ok());
}

TEST_P(StoreContract, Doubt_FirstAcceptedWhenTheSecondHasFailed_IsFollowed) {
  const auto [id, first, second] = StartedAgain();
  ASSERT_EQ(ledger().RecordOutcome(second, Accepted("operations/second")), absl::OkStatus());
  store().Advance(absl::Hours(1));
  const ClaimedJob claimed = ClaimOne("fails");
  ClipMove failed =
      MoveOf(0, ClipState::kRunning, ClipEvent::kOperationFailed, ClipState::kFailed, FailureReason::kGenerationFailed);
  failed.settled = Settlement::kNothing;
  ASSERT_EQ(work().MoveIfHeld(claimed.lease,
                              {{failed}, MoveOf(JobState::kPending, JobEvent::kStartAccepted, JobState::kProcessing)}),
            absl::OkStatus());
  const JobMove ended =
      MoveOf(JobState::kProcessing, JobEvent::kClipsEnded, JobState::kFailed, FailureReason::kGenerationFailed);
  ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{}, ended}), absl::OkStatus());
  ASSERT_EQ(work().Release({{claimed.lease, std::nullopt, {{.clip = 0, .asked = true, .answered = true}}}}),
            absl::OkStatus());
  ASSERT_EQ(ledger().RecordOutcome(first, Accepted("operations/first")), absl::OkStatus());
  const Clip clip = Read(id).clips.at(0);
  EXPECT_EQ(clip.state, ClipState::kRunning);
  EXPECT_EQ(clip.start_id, first);
  EXPECT_EQ(clip.operation_name, "operations/first");
  EXPECT_EQ(clip.polls, 0);
  EXPECT_FALSE(clip.last_answer_at.has_value());
  EXPECT_FALSE(clip.done_at.has_value());
  EXPECT_TRUE(clip.next_poll_at.has_value());
  EXPECT_EQ(*work().CountDue(), 1);
}

TEST_P(StoreContract, Doubt_SecondIsLostAndTheFirstsOperationFails_TheSecondIsStillInDoubt) {
  const auto [id, first, second] = StartedAgain();
  ASSERT_EQ(ledger().RecordOutcome(second, Unknown()), absl::OkStatus());
  ASSERT_EQ(ledger().RecordOutcome(first, Accepted("operations/first")), absl::OkStatus());
  store().Advance(absl::Hours(1));
  const ClaimedJob claimed = ClaimOne("fails");
  ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{kComesToNothing}, kFirstAccepted}), absl::OkStatus());
  ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{}, kEndsFailed}), absl::OkStatus());
  EXPECT_THAT(Retry(changes(), id).status().message(), HasSubstr(second));
}

// Whatever ends the one that had the clip, and whether or not what the other one costs is known already.
TEST_P(StoreContract, Doubt_FirstAcceptedWhileTheSecondRan_IsFollowedWhenThatComesToNothing) {
  for (const ClipEvent how : {ClipEvent::kOperationFailed, ClipEvent::kOperationExpired, ClipEvent::kResultLost}) {
    const auto [id, first, second] = StartedAgain();
    ASSERT_EQ(ledger().RecordOutcome(second, Accepted("operations/second")), absl::OkStatus());
    ASSERT_EQ(ledger().RecordOutcome(first, Accepted("operations/first")), absl::OkStatus());
    EXPECT_EQ(Read(id).clips.at(0).start_id, second) << "it runs";
    if (how == ClipEvent::kOperationExpired) {
      ASSERT_EQ(ledger().Settle(first, Settlement::kCharged), absl::OkStatus());
    }
    store().Advance(absl::Hours(1));
    const ClaimedJob claimed = ClaimOne("ends" + id);
    ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{}, kFirstAccepted}), absl::OkStatus());
    ClipMove ends = MoveOf(0, ClipState::kRunning, how, ClipState::kFailed, FailureReason::kGenerationFailed);
    if (how == ClipEvent::kResultLost) {
      ClipMove ready = MoveOf(0, ClipState::kRunning, ClipEvent::kOperationSucceeded, ClipState::kReady);
      ready.result = "files/second";
      ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{ready}, {}}), absl::OkStatus());
      ends.from = ClipState::kReady;
    }
    EXPECT_TRUE(absl::IsAborted(work().MoveIfHeld(claimed.lease, {{ends}, kEndsFailed}))) << "its job goes on";
    ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{ends}, {}}), absl::OkStatus());

    const Clip clip = Read(id).clips.at(0);
    EXPECT_EQ(clip.state, ClipState::kRunning);
    EXPECT_EQ(clip.start_id, first);
    EXPECT_EQ(clip.operation_name, "operations/first");
    EXPECT_EQ(clip.reason, FailureReason::kNone);
    EXPECT_EQ(clip.result, "");
    EXPECT_FALSE(clip.done_at.has_value());
    EXPECT_TRUE(clip.next_poll_at.has_value());
    const std::vector<std::string> events = Events(id);
    EXPECT_EQ(events.at(events.size() - 2), absl::StrCat("0:", std::string(Name(how))));
    EXPECT_EQ(events.back(), "0:start_accepted");

    ClipMove ends_too = kComesToNothing;
    ends_too.settled = Settlement::kCharged;
    ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{ends_too}, kEndsFailed}), absl::OkStatus()) << "nothing is left";
    EXPECT_EQ(Read(id).clips.at(0).state, ClipState::kFailed);
    ASSERT_EQ(work().Release({{claimed.lease, std::nullopt, {}}}), absl::OkStatus());
  }
}

TEST_P(StoreContract, Doubt_FirstAcceptedWhileTheSecondRanAndMadeNothing_IsNotFollowed) {
  const auto [id, first, second] = StartedAgain();
  ASSERT_EQ(ledger().RecordOutcome(second, Accepted("operations/second")), absl::OkStatus());
  ASSERT_EQ(ledger().RecordOutcome(first, Accepted("operations/first")), absl::OkStatus());
  ASSERT_EQ(ledger().Settle(first, Settlement::kNothing), absl::OkStatus());
  store().Advance(absl::Hours(1));
  const ClaimedJob claimed = ClaimOne("fails");
  ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{kComesToNothing}, kFirstAccepted}), absl::OkStatus());
  EXPECT_EQ(Read(id).clips.at(0).state, ClipState::kFailed);
  EXPECT_EQ(Read(id).clips.at(0).start_id, second);
}

// What is settled is settled once: a provider that says otherwise later does not hold up the clip.
TEST_P(StoreContract, Doubt_FollowedAfterItWasSettled_KeepsItsFirstSettlement) {
  const auto [id, first, second] = StartedAgain();
  ASSERT_EQ(ledger().RecordOutcome(second, Accepted("operations/second")), absl::OkStatus());
  ASSERT_EQ(ledger().RecordOutcome(first, Accepted("operations/first")), absl::OkStatus());
  ASSERT_EQ(ledger().Settle(first, Settlement::kCharged), absl::OkStatus());
  store().Advance(absl::Hours(1));
  const ClaimedJob claimed = ClaimOne("fails");
  ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{kComesToNothing}, {}}), absl::OkStatus());
  ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{kComesToNothing}, {}}), absl::OkStatus());
  EXPECT_EQ(Read(id).cost.charged_micros, 2 * kDollar);
}

// A failover lost the second's intent while its call was under way, and both answers were lost.
TEST_P(StoreContract, Doubt_TwoAtOnce_BothAreNamed) {
  const std::string row = NextId();
  Create(Asked(row));
  const ClaimedJob claimed = ClaimOne();
  const std::string id = claimed.job.id;
  ASSERT_TRUE(work().WriteStoryboardIfHeld(claimed.lease, {{{"A leaf.", 6}, "stem"}}).ok());
  const std::string first = Intended(claimed);
  ASSERT_EQ(ledger().RecordOutcome(first, Unknown()), absl::OkStatus());
  StartIntent beside = IntentFor(claimed);
  beside.sent = true;
  ASSERT_EQ(ledger().RecordIntent(beside)->answer, IntentAnswer::kRecorded);
  ASSERT_EQ(ledger().RecordOutcome(beside.start_id, Unknown()), absl::OkStatus());
  Fail(work(), claimed, FailureReason::kStartUnknown);

  NewJob another = Asked(row);
  another.regenerate = true;
  const auto refused = intake().Create({NextId(), "print", {another}});
  ASSERT_TRUE(refused.ok()) << refused.status();
  ASSERT_EQ(refused->conflicts.size(), 1u);
  EXPECT_THAT(refused->conflicts[0].start_ids, ElementsAre(first, beside.start_id));
  EXPECT_THAT(Retry(changes(), id).status().message(), AllOf(HasSubstr(first), HasSubstr(beside.start_id)));
  EXPECT_THAT(Retry(changes(), id, {first}).status().message(), HasSubstr(beside.start_id));
  ASSERT_TRUE(Retry(changes(), id, {first, beside.start_id}).ok());

  const std::string third = Intended(ClaimOne("third"));
  ASSERT_EQ(ledger().RecordOutcome(third, Refused()), absl::OkStatus());
  EXPECT_EQ(Read(id).clips.at(0).state, ClipState::kUnknown) << "as if it had never been tried";
}

TEST_P(StoreContract, Doubt_FirstRefusedAfterAllWhileTheSecondIsUnderWay_UndoesNothing) {
  const auto [id, first, second] = StartedAgain();
  ASSERT_EQ(ledger().RecordOutcome(first, Refused()), absl::OkStatus());
  EXPECT_EQ(Read(id).clips.at(0).state, ClipState::kStarting);
  EXPECT_EQ(Read(id).clips.at(0).start_id, second);
  ASSERT_EQ(ledger().RecordOutcome(second, Refused()), absl::OkStatus());
  EXPECT_EQ(Read(id).clips.at(0).state, ClipState::kRefused) << "neither is in doubt";
}

TEST_P(StoreContract, Doubt_SecondLostThenRefusedForAllAfterAll_CountsAsAnAttempt) {
  const auto [id, first, second] = StartedAgain();
  const int attempts = Read(id).clips.at(0).attempts;
  ASSERT_EQ(ledger().RecordOutcome(second, Unknown()), absl::OkStatus());
  ASSERT_EQ(ledger().RecordOutcome(second, kRefusedForAll), absl::OkStatus());
  EXPECT_EQ(Read(id).clips.at(0).attempts, attempts);
}

// A completed job takes nothing more: its placeholder stands for a video that was lost.
TEST_P(StoreContract, Doubt_FirstAcceptedWhenTheJobIsCompleted_IsSettledOnly) {
  const auto [id, first, second] = StartedAgain();
  ASSERT_EQ(ledger().RecordOutcome(second, Accepted("operations/second")), absl::OkStatus());
  store().Advance(absl::Hours(1));
  const ClaimedJob claimed = ClaimOne("completes");
  ClipMove ready = MoveOf(0, ClipState::kRunning, ClipEvent::kOperationSucceeded, ClipState::kReady);
  ready.settled = Settlement::kCharged;
  ASSERT_EQ(work().MoveIfHeld(claimed.lease,
                              {{ready}, MoveOf(JobState::kPending, JobEvent::kStartAccepted, JobState::kProcessing)}),
            absl::OkStatus());
  const ClipMove lost =
      MoveOf(0, ClipState::kReady, ClipEvent::kResultLost, ClipState::kFailed, FailureReason::kDeliveryFailed);
  JobMove stands = MoveOf(JobState::kProcessing, JobEvent::kResultLost, JobState::kCompleted);
  stands.video_is_placeholder = true;
  ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{lost}, stands}), absl::OkStatus());
  ASSERT_EQ(ledger().RecordOutcome(first, Accepted("operations/first")), absl::OkStatus());
  EXPECT_EQ(Read(id).clips.at(0).state, ClipState::kFailed);
  EXPECT_EQ(ledger().StartsUnfollowed("gemini", absl::Hours(2), 10)->at(0).start_id, first);
}

// The database had lost its intent, and its holder records it again: nobody's word had allowed it.
TEST_P(StoreContract, Doubt_StartRecordedBesideIt_DoesNotUseUpAWord) {
  const ClaimedJob claimed = Planned();
  const std::string first = Intended(claimed);
  ASSERT_EQ(ledger().RecordOutcome(first, Unknown()), absl::OkStatus());
  StartIntent beside = IntentFor(claimed);
  beside.sent = true;
  ASSERT_EQ(ledger().RecordIntent(beside)->answer, IntentAnswer::kRecorded);
  ASSERT_EQ(ledger().RecordOutcome(beside.start_id, Accepted("operations/beside")), absl::OkStatus());
  ASSERT_EQ(Read(claimed.job.id).clips.at(0).start_id, beside.start_id);
  ClipMove failed =
      MoveOf(0, ClipState::kRunning, ClipEvent::kOperationFailed, ClipState::kFailed, FailureReason::kGenerationFailed);
  failed.settled = Settlement::kNothing;
  ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{failed}, {}}), absl::OkStatus());
  Fail(work(), claimed, FailureReason::kGenerationFailed);
  EXPECT_THAT(Retry(changes(), claimed.job.id).status().message(), HasSubstr(first));
}

TEST_P(StoreContract, Doubt_BehindACompletedJob_IsNamedToRegenerate) {
  const std::string row = NextId();
  Create(Asked(row));
  const ClaimedJob claimed = ClaimOne();
  ASSERT_TRUE(work().WriteStoryboardIfHeld(claimed.lease, {{{"A leaf.", 6}, "stem"}}).ok());
  const std::string first = Intended(claimed);
  ASSERT_EQ(ledger().RecordOutcome(first, Unknown()), absl::OkStatus());
  Fail(work(), claimed, FailureReason::kStartUnknown);
  ASSERT_TRUE(Retry(changes(), claimed.job.id, {first}).ok());
  const ClaimedJob again = ClaimOne("second");
  const std::string second = Intended(again);
  ASSERT_EQ(ledger().RecordOutcome(second, Unknown()), absl::OkStatus());
  ASSERT_EQ(ledger().RecordOutcome(first, Accepted("operations/first")), absl::OkStatus());
  ASSERT_EQ(
      work().MoveIfHeld(again.lease, {{}, MoveOf(JobState::kPending, JobEvent::kStartAccepted, JobState::kProcessing)}),
      absl::OkStatus());
  for (const Moves& moves : StepsToCompleted()) ASSERT_EQ(work().MoveIfHeld(again.lease, moves), absl::OkStatus());
  NewJob another = Asked(row);
  another.regenerate = true;
  const auto refused = intake().Create({NextId(), "print", {another}});
  ASSERT_EQ(refused->conflicts.size(), 1u);
  EXPECT_EQ(refused->conflicts[0].problem, IntakeProblem::kStartInDoubt);
  EXPECT_EQ(refused->conflicts[0].start_ids, std::vector<std::string>{second});
}

}  // namespace
}  // namespace videojobs
