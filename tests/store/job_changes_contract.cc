#include <string>
#include <thread>
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
using ::testing::SizeIs;

absl::StatusOr<Job> Cancel(JobChanges& changes, const std::string& job_id) {
  return Cancelling(changes, [] {}).Cancel(job_id);
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

TEST_P(StoreContract, Retry_AfterAWeek_ForgetsWhenTheFirstOperationAnsweredLast) {
  const ClaimedJob claimed = Running("operations/first");
  ASSERT_EQ(work().Release({{claimed.lease, absl::ZeroDuration(), {{.clip = 0, .asked = true, .answered = true}}}}),
            absl::OkStatus());
  const ClaimedJob holder = ClaimOne("holder");
  ASSERT_TRUE(holder.job.clips.at(0).last_answer_at.has_value());
  const Moves ends{
      {MoveOf(0, ClipState::kRunning, ClipEvent::kOperationFailed, ClipState::kFailed,
              FailureReason::kGenerationFailed)},
      MoveOf(JobState::kProcessing, JobEvent::kClipsEnded, JobState::kFailed, FailureReason::kGenerationFailed)};
  ASSERT_EQ(work().MoveIfHeld(holder.lease, ends), absl::OkStatus());
  store().Advance(absl::Hours(8 * 24));
  ASSERT_TRUE(Retry(changes(), claimed.job.id).ok());
  ASSERT_EQ(ledger().RecordOutcome(Intended(ClaimOne("again")), Accepted("operations/second")), absl::OkStatus());
  const Clip clip = Read(claimed.job.id).clips.at(0);
  EXPECT_EQ(clip.operation_name, "operations/second");
  EXPECT_FALSE(clip.last_answer_at.has_value()) << "of another operation";
  EXPECT_EQ(clip.polls, 0);
}

// A person accepted a second charge, and the job ended before anything was started on the strength of that.
TEST_P(StoreContract, Acceptance_NotUsedBeforeTheJobEnded_AllowsNothing) {
  const struct {
    JobEvent event;
    FailureReason reason;
  } ends[] = {{JobEvent::kCancelled, FailureReason::kCancelled},
              {JobEvent::kStartDeadlinePassed, FailureReason::kDeadline}};
  for (const auto& end : ends) {
    const std::string row = NextId();
    Create(Asked(row));
    const ClaimedJob claimed = ClaimOne();
    ASSERT_TRUE(work().WriteStoryboardIfHeld(claimed.lease, {{{"A leaf.", 6}, "stem" + row}}).ok());
    const std::string start_id = Intended(claimed);
    ASSERT_EQ(ledger().RecordOutcome(start_id, Unknown()), absl::OkStatus());
    Fail(work(), claimed, FailureReason::kStartUnknown);
    ASSERT_TRUE(Retry(changes(), claimed.job.id, {start_id}).ok());
    ASSERT_EQ(work().MoveIfHeld(ClaimOne("ends").lease,
                                {{}, MoveOf(JobState::kPending, end.event, JobState::kFailed, end.reason)}),
              absl::OkStatus());

    EXPECT_THAT(Retry(changes(), claimed.job.id).status().message(), HasSubstr(start_id));
    NewJob again = Asked(row);
    again.regenerate = true;
    const auto refused = intake().Create({NextId(), "print", {again}});
    ASSERT_THAT(refused->conflicts, SizeIs(1));
    EXPECT_EQ(refused->conflicts[0].problem, IntakeProblem::kStartInDoubt);
    EXPECT_THAT(refused->conflicts[0].start_ids, ElementsAre(start_id));
    again.accepted_starts = {start_id};
    EXPECT_THAT(intake().Create({NextId(), "print", {again}})->conflicts, IsEmpty());
    ASSERT_TRUE(Cancel(changes(), again.job.id).ok());
  }
}

TEST_P(StoreContract, Acceptance_NotUsedButTheStartWasRefusedAfterAll_IsNeededNoMore) {
  const ClaimedJob claimed = Planned();
  const std::string start_id = Intended(claimed);
  ASSERT_EQ(ledger().RecordOutcome(start_id, Unknown()), absl::OkStatus());
  Fail(work(), claimed, FailureReason::kStartUnknown);
  ASSERT_TRUE(Retry(changes(), claimed.job.id, {start_id}).ok());
  ASSERT_TRUE(Cancel(changes(), claimed.job.id).ok());
  ASSERT_EQ(ledger().RecordOutcome(start_id, Refused()), absl::OkStatus());
  EXPECT_TRUE(Retry(changes(), claimed.job.id).ok());
}

TEST_P(StoreContract, Retry_IntoProcessing_GivesWhatIsPlannedItsFullTimeToStart) {
  const ClaimedJob claimed = Planned(2);
  ASSERT_EQ(ledger().RecordOutcome(Intended(claimed), Accepted()), absl::OkStatus());
  const JobMove runs = MoveOf(JobState::kPending, JobEvent::kStartAccepted, JobState::kProcessing);
  ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{}, runs}), absl::OkStatus());
  ASSERT_TRUE(Cancel(changes(), claimed.job.id).ok());
  store().Advance(absl::Hours(80));
  const auto job = Retry(changes(), claimed.job.id);
  ASSERT_TRUE(job.ok()) << job.status();
  EXPECT_EQ(job->state, JobState::kProcessing);
  EXPECT_EQ(job->clips.at(1).state, ClipState::kPlanned);
  EXPECT_GT(job->pending_since, job->created_at + absl::Hours(79));
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

// The holder of the start dies with it: nobody would ever look again.
TEST_P(StoreContract, Cancel_ProcessingWithAnotherClipsIntentOpen_IsDueWhenNoPaidCallCanLastAnyLonger) {
  const ClaimedJob claimed = Planned(2);
  ASSERT_EQ(ledger().RecordOutcome(Intended(claimed, 0), Accepted()), absl::OkStatus());
  const JobMove runs = MoveOf(JobState::kPending, JobEvent::kStartAccepted, JobState::kProcessing);
  const ClipMove ready = StepsToCompleted().front().clips.front();
  ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{ready}, runs}), absl::OkStatus());
  Intended(claimed, 1);
  ASSERT_EQ(Cancel(changes(), claimed.job.id)->state, JobState::kFailed);
  EXPECT_EQ(*work().CountDue(), 0) << "its call may be under way";
  store().Advance(absl::Minutes(6));
  EXPECT_EQ(*work().CountDue(), 1);
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
  ASSERT_TRUE(work().WriteStoryboardIfHeld(claimed.lease, {{{"A leaf.", 6}, "stem"}}).ok());
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

TEST_P(StoreContract, Create_NamesStartsThatAreNotInDoubt_RecordsNothingOfThem) {
  NewJob first = Asked("row-1");
  first.accepted_starts = {"whatever", std::string("a\0b", 3)};
  Create(first);
  EXPECT_THAT(Events(first.job.id), ElementsAre("created"));
  Fail(work(), ClaimOne(), FailureReason::kCancelled);
  NewJob again = Asked("row-1");
  again.regenerate = true;
  again.accepted_starts = {std::string(100'000, 'x')};
  Create(again);
  EXPECT_THAT(Events(again.job.id), ElementsAre("created"));
}

TEST_P(StoreContract, Regenerate_TwiceOnOneAcceptance_StartsOnce) {
  Create(Asked("row-1"));
  const ClaimedJob claimed = ClaimOne();
  ASSERT_TRUE(work().WriteStoryboardIfHeld(claimed.lease, {{{"A leaf.", 6}, "stem"}}).ok());
  const std::string first = Intended(claimed);
  ASSERT_EQ(ledger().RecordOutcome(first, Unknown()), absl::OkStatus());
  Fail(work(), claimed, FailureReason::kStartUnknown);

  NewJob asked[2] = {Asked("row-1"), Asked("row-1")};
  const std::string requests[2] = {NextId(), NextId()};
  int created[2] = {};
  std::vector<std::thread> callers;
  for (int i = 0; i < 2; ++i) {
    asked[i].regenerate = true;
    asked[i].accepted_starts = {first};
    callers.emplace_back([&, i] {
      JobIntake& replica = i == 0 ? intake() : *store().Replica().intake;
      const auto answer = replica.Create({requests[i], "print", {asked[i]}});
      created[i] = answer.ok() ? static_cast<int>(answer->jobs.size()) : 0;
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(created[0] + created[1], 1);

  // The start that the acceptance allowed is in doubt as well: the same word does not allow a third.
  const ClaimedJob second = ClaimOne("second");
  ASSERT_TRUE(work().WriteStoryboardIfHeld(second.lease, {{{"A leaf.", 6}, "other stem"}}).ok());
  const std::string second_start = Intended(second);
  ASSERT_EQ(ledger().RecordOutcome(second_start, Unknown()), absl::OkStatus());
  Fail(work(), second, FailureReason::kStartUnknown);
  NewJob third = Asked("row-1");
  third.regenerate = true;
  third.accepted_starts = {first};
  const auto refused = intake().Create({NextId(), "print", {third}});
  ASSERT_THAT(refused->conflicts, SizeIs(1));
  EXPECT_THAT(refused->conflicts[0].start_ids, ElementsAre(second_start));
}

}  // namespace
}  // namespace videojobs
