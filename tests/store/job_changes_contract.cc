#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "server/engine/cancelling.h"
#include "server/engine/retrying.h"
#include "tests/store/store_contract.h"

// A person's word, decided by the real use cases under the store's own lock.
namespace videojobs {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

absl::StatusOr<Job> Retry(JobChanges& changes, const std::string& job_id,
                          const std::vector<std::string>& accepted = {}) {
  return Retrying(changes, true, [] {}).Retry(job_id, accepted);
}

absl::StatusOr<Job> Cancel(JobChanges& changes, const std::string& job_id) {
  return Cancelling(changes, [] {}).Cancel(job_id);
}

void Fail(JobWork& work, const ClaimedJob& claimed, FailureReason reason) {
  const JobEvent event = reason == FailureReason::kCancelled ? JobEvent::kCancelled : JobEvent::kStartsExhausted;
  ASSERT_EQ(work.MoveIfHeld(claimed.lease, {{}, MoveOf(JobState::kPending, event, JobState::kFailed, reason)}),
            absl::OkStatus());
}

TEST_P(StoreContract, Change_NoSuchJob_IsNotFound) {
  EXPECT_EQ(Retry(changes(), "nobody").status().code(), absl::StatusCode::kNotFound);
}

TEST_P(StoreContract, Change_DecisionRefuses_ChangesNothing) {
  const Job job = Create(Asked());
  const auto events = Events(job.id);
  const auto refused = changes().Change(job.id, [](const JobAtHand& at_hand) -> absl::StatusOr<JobChange> {
    EXPECT_EQ(at_hand.job.state, JobState::kPending);
    return absl::FailedPreconditionError("no");
  });
  EXPECT_EQ(refused.status(), absl::FailedPreconditionError("no"));
  EXPECT_EQ(Events(job.id), events);
}

TEST_P(StoreContract, Change_MoveFromWhereTheJobOrClipIsNot_IsAbortedAndChangesNothing) {
  const ClaimedJob claimed = Planned();
  const auto events = Events(claimed.job.id);
  JobChange job_elsewhere, clip_elsewhere;
  job_elsewhere.accepted_starts = {"start"};
  job_elsewhere.moves.job =
      MoveOf(JobState::kProcessing, JobEvent::kCancelled, JobState::kFailed, FailureReason::kCancelled);
  clip_elsewhere.moves.clips = {MoveOf(0, ClipState::kRunning, ClipEvent::kOperationSucceeded, ClipState::kReady)};
  for (const JobChange& change : {job_elsewhere, clip_elsewhere}) {
    EXPECT_TRUE(absl::IsAborted(changes().Change(claimed.job.id, [&](const JobAtHand&) { return change; }).status()));
  }
  EXPECT_EQ(Events(claimed.job.id), events);
  EXPECT_EQ(Read(claimed.job.id).state, JobState::kPending);
}

TEST_P(StoreContract, Retry_StartRefused_IsPlannedAnewAndDueAtOnce) {
  const ClaimedJob claimed = Planned();
  ASSERT_EQ(ledger().RecordOutcome(Intended(claimed), Refused()), absl::OkStatus());
  Fail(work(), claimed, FailureReason::kStartRefused);
  const auto job = Retry(changes(), claimed.job.id);
  ASSERT_TRUE(job.ok()) << job.status();
  EXPECT_EQ(job->state, JobState::kPending);
  EXPECT_EQ(job->reason, FailureReason::kNone);
  EXPECT_EQ(job->clips.at(0).state, ClipState::kPlanned);
  EXPECT_EQ(*work().CountDue(), 1);
  EXPECT_EQ(ledger().RecordIntent(IntentFor(ClaimOne("next")))->answer, IntentAnswer::kRecorded);
}

TEST_P(StoreContract, Retry_CancelledWhileRunning_KeepsWhatIsPaidFor) {
  const ClaimedJob claimed = Running("operations/paid");
  ASSERT_TRUE(Cancel(changes(), claimed.job.id).ok());
  const auto job = Retry(changes(), claimed.job.id);
  ASSERT_TRUE(job.ok()) << job.status();
  EXPECT_EQ(job->state, JobState::kProcessing);
  EXPECT_EQ(job->stop_requested, FailureReason::kNone);
  EXPECT_EQ(job->clips.at(0).state, ClipState::kRunning);
  EXPECT_EQ(job->clips.at(0).operation_name, "operations/paid");
}

TEST_P(StoreContract, Retry_StartInDoubt_NeedsItsNameAndThatOnce) {
  const ClaimedJob claimed = Planned();
  const std::string start_id = Intended(claimed);
  ASSERT_EQ(ledger().RecordOutcome(start_id, Unknown()), absl::OkStatus());
  Fail(work(), claimed, FailureReason::kStartUnknown);
  const auto refused = Retry(changes(), claimed.job.id);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(refused.status().message(), HasSubstr(start_id));
  EXPECT_FALSE(Retry(changes(), claimed.job.id, {"another-start"}).ok());

  ASSERT_TRUE(Retry(changes(), claimed.job.id, {start_id}).ok());
  EXPECT_THAT(Events(claimed.job.id), Contains("second_charge_accepted"));
  EXPECT_EQ(Read(claimed.job.id).cost.held_micros, 2 * kDollar);
  const ClaimedJob again = ClaimOne("again");
  const std::string second = Intended(again);
  ASSERT_EQ(ledger().RecordOutcome(second, Unknown()), absl::OkStatus());
  Fail(work(), again, FailureReason::kStartUnknown);
  const auto blocked = Retry(changes(), claimed.job.id, {start_id});
  ASSERT_FALSE(blocked.ok());
  EXPECT_THAT(blocked.status().message(), AllOf(HasSubstr(second), Not(HasSubstr(start_id))));
}

TEST_P(StoreContract, Retry_UnfinishedOrCompleted_IsRefused) {
  const ClaimedJob claimed = Running();
  EXPECT_EQ(Retry(changes(), claimed.job.id).status().code(), absl::StatusCode::kFailedPrecondition);
  for (const Moves& moves : StepsToCompleted()) ASSERT_EQ(work().MoveIfHeld(claimed.lease, moves), absl::OkStatus());
  EXPECT_EQ(Retry(changes(), claimed.job.id).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_P(StoreContract, Retry_EscalationHasANewerJob_IsRefused) {
  Create(Asked("row-1"));
  const ClaimedJob claimed = ClaimOne();
  Fail(work(), claimed, FailureReason::kCancelled);
  NewJob newer = Asked("row-1");
  newer.regenerate = true;
  const Job second = Create(newer);
  const auto refused = Retry(changes(), claimed.job.id);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(refused.status().message(), HasSubstr(second.id));
}

TEST_P(StoreContract, Cancel_Pending_FailsAtOnceAndIsDoneForGood) {
  const Job job = Create(Asked());
  const auto cancelled = Cancel(changes(), job.id);
  ASSERT_TRUE(cancelled.ok()) << cancelled.status();
  EXPECT_EQ(cancelled->state, JobState::kFailed);
  EXPECT_EQ(cancelled->reason, FailureReason::kCancelled);
  EXPECT_FALSE(cancelled->due_at.has_value());
  const auto events = Events(job.id);
  EXPECT_TRUE(Cancel(changes(), job.id).ok());
  EXPECT_EQ(Events(job.id), events);
}

TEST_P(StoreContract, Cancel_WhileAReplicaHoldsIt_TakesItAway) {
  const ClaimedJob claimed = Running();
  ASSERT_TRUE(Cancel(changes(), claimed.job.id).ok());
  EXPECT_TRUE(absl::IsAborted(work().MoveIfHeld(claimed.lease, StepsToCompleted().front())));
  const Job job = Read(claimed.job.id);
  EXPECT_EQ(job.reason, FailureReason::kCancelled);
  EXPECT_EQ(job.clips.at(0).state, ClipState::kRunning);
  EXPECT_EQ(*work().CountDue(), 1);  // it is followed for its cost
}

TEST_P(StoreContract, Cancel_IntentOpen_WaitsForItsOutcome) {
  const ClaimedJob claimed = Planned();
  const std::string start_id = Intended(claimed);
  const auto asked = Cancel(changes(), claimed.job.id);
  ASSERT_TRUE(asked.ok()) << asked.status();
  EXPECT_EQ(asked->state, JobState::kPending);
  EXPECT_EQ(asked->stop_requested, FailureReason::kCancelled);
  EXPECT_TRUE(Cancel(changes(), claimed.job.id).ok());
  // The holder goes on, and gives it back for whenever: it is due at once all the same.
  ASSERT_EQ(ledger().RecordOutcome(start_id, Accepted("operations/paid")), absl::OkStatus());
  ASSERT_EQ(work().Release({{claimed.lease, absl::Hours(1), {}}}), absl::OkStatus());
  EXPECT_EQ(ClaimOne("next").job.stop_requested, FailureReason::kCancelled);
}

TEST_P(StoreContract, Move_StopRequested_LeadsNoFurther) {
  const ClaimedJob claimed = Planned();
  const std::string start_id = Intended(claimed);
  ASSERT_TRUE(Cancel(changes(), claimed.job.id).ok());
  ASSERT_EQ(ledger().RecordOutcome(start_id, Accepted("operations/paid")), absl::OkStatus());
  const JobMove on = MoveOf(JobState::kPending, JobEvent::kStartAccepted, JobState::kProcessing);
  EXPECT_TRUE(absl::IsAborted(work().MoveIfHeld(claimed.lease, {{}, on})));
  const JobMove stops = MoveOf(JobState::kPending, JobEvent::kCancelled, JobState::kFailed, FailureReason::kCancelled);
  EXPECT_EQ(work().MoveIfHeld(claimed.lease, {{}, stops}), absl::OkStatus());
}

TEST_P(StoreContract, Cancel_CompletedOrFailedOtherwise_IsRefused) {
  const ClaimedJob claimed = Planned();
  ASSERT_EQ(ledger().RecordOutcome(Intended(claimed), Refused()), absl::OkStatus());
  Fail(work(), claimed, FailureReason::kStartRefused);
  EXPECT_EQ(Cancel(changes(), claimed.job.id).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_P(StoreContract, Regenerate_StartInDoubt_IsAllowedWhenItIsNamed) {
  Create(Asked("row-1"));
  ClaimedJob claimed = ClaimOne();
  ASSERT_TRUE(work().WriteStoryboardIfHeld(claimed.lease, {{"A leaf.", 6}}, {"stem"}).ok());
  const std::string start_id = Intended(claimed);
  ASSERT_EQ(ledger().RecordOutcome(start_id, Unknown()), absl::OkStatus());
  Fail(work(), claimed, FailureReason::kStartUnknown);
  NewJob again = Asked("row-1");
  again.regenerate = true;
  const auto refused = intake().Create({NextId(), "print", {again}});
  ASSERT_TRUE(refused.ok()) << refused.status();
  ASSERT_EQ(refused->conflicts.size(), 1u);
  EXPECT_EQ(refused->conflicts[0].problem, IntakeProblem::kStartInDoubt);
  EXPECT_THAT(refused->conflicts[0].start_ids, ElementsAre(start_id));
  again.accepted_starts = {start_id};
  const auto created = intake().Create({NextId(), "print", {again}});
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_THAT(created->conflicts, IsEmpty());
  EXPECT_THAT(Events(created->jobs.at(0).id), ElementsAre("created", "second_charge_accepted"));
}

}  // namespace
}  // namespace videojobs
