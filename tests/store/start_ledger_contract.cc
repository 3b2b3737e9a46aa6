#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "tests/store/store_contract.h"

namespace videojobs {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_P(StoreContract, Intent_PlannedClip_OpensAStart) {
  const ClaimedJob claimed = Planned();
  const std::string start_id = Intended(claimed);
  const Job job = Read(claimed.job.id);
  const Clip& clip = job.clips.at(0);
  EXPECT_EQ(clip.state, ClipState::kStarting);
  EXPECT_EQ(clip.start_id, start_id);
  EXPECT_EQ(clip.start_lease_token, claimed.lease.token);
  EXPECT_EQ(clip.attempts, 1);
  EXPECT_EQ(job.cost.reserved_micros, 2 * kDollar);
  EXPECT_EQ(Events(job.id).back(), "0:start_intended");
}

TEST_P(StoreContract, Intent_StartUnderWay_IsNotPossible) {
  const ClaimedJob claimed = Planned();
  Intended(claimed);
  EXPECT_EQ(ledger().RecordIntent(IntentFor(claimed))->answer, IntentAnswer::kNotPossible);
  EXPECT_EQ(Read(claimed.job.id).cost.reserved_micros, 2 * kDollar);
}

TEST_P(StoreContract, Intent_LeaseEnded_IsNotPossible) {
  const ClaimedJob claimed = Planned();
  store().Advance(kLease + absl::Seconds(1));
  EXPECT_EQ(ledger().RecordIntent(IntentFor(claimed))->answer, IntentAnswer::kNotPossible);
  EXPECT_EQ(Read(claimed.job.id).clips.at(0).state, ClipState::kPlanned);
}

TEST_P(StoreContract, Intent_StopRequested_IsNotPossible) {
  const ClaimedJob claimed = Planned();
  ASSERT_TRUE(store().ExecuteSql("UPDATE video_jobs SET stop_requested = 'CANCELLED'").ok());
  EXPECT_EQ(ledger().RecordIntent(IntentFor(claimed))->answer, IntentAnswer::kNotPossible);
}

TEST_P(StoreContract, Intent_JobEnded_IsNotPossible) {
  const ClaimedJob claimed = Planned();
  const JobMove cancelled =
      MoveOf(JobState::kPending, JobEvent::kCancelled, JobState::kFailed, FailureReason::kCancelled);
  ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{}, cancelled}), absl::OkStatus());
  EXPECT_EQ(ledger().RecordIntent(IntentFor(claimed))->answer, IntentAnswer::kNotPossible);
}

TEST_P(StoreContract, Intent_LaneClosed_SaysWhyAndRecordsNothing) {
  const ClaimedJob claimed = Planned();
  ASSERT_TRUE(lanes().Close({"gemini", "veo-3.1-generate-preview"}, LaneReason::kQuota, "429", absl::Minutes(5)).ok());
  const auto answer = ledger().RecordIntent(IntentFor(claimed));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->answer, IntentAnswer::kLaneClosed);
  ASSERT_TRUE(answer->closed.has_value());
  EXPECT_EQ(answer->closed->reason, LaneReason::kQuota);
  EXPECT_EQ(answer->closed->detail, "429");
  EXPECT_GT(answer->closed->remaining, absl::Minutes(4));
  EXPECT_EQ(Read(claimed.job.id).clips.at(0).state, ClipState::kPlanned);
  store().Advance(absl::Minutes(6));
  EXPECT_EQ(ledger().RecordIntent(IntentFor(ClaimOne("next")))->answer, IntentAnswer::kRecorded);
}

TEST_P(StoreContract, Intent_DailyCapReached_ClosesTheLaneUntilMidnight) {
  ClaimedJob claimed = Planned(3);
  Intended(claimed, 0);
  StartIntent second = IntentFor(claimed, 1);
  second.daily_cap_micros = 3 * kDollar;
  const auto answer = ledger().RecordIntent(second);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->answer, IntentAnswer::kLaneClosed);
  EXPECT_EQ(answer->closed->reason, LaneReason::kSpendingCap);
  EXPECT_LE(answer->closed->remaining, absl::Hours(24));
  EXPECT_EQ(absl::ToUnixSeconds(answer->closed->closed_until) % 86'400, 0);
  EXPECT_EQ(Read(claimed.job.id).clips.at(1).state, ClipState::kPlanned);
  EXPECT_THAT(*lanes().Closed(), SizeIs(1));
}

TEST_P(StoreContract, Intent_CapRaised_IsNotHeldBackByTheClosedLane) {
  ClaimedJob claimed = Planned(2);
  Intended(claimed, 0);
  StartIntent second = IntentFor(claimed, 1);
  second.daily_cap_micros = 3 * kDollar;
  ASSERT_EQ(ledger().RecordIntent(second)->answer, IntentAnswer::kLaneClosed);
  second.daily_cap_micros = 4 * kDollar;
  EXPECT_EQ(ledger().RecordIntent(second)->answer, IntentAnswer::kRecorded);
  EXPECT_THAT(*lanes().Closed(), IsEmpty());
}

TEST_P(StoreContract, Intent_SpentOnAnotherDay_CountsOnlyInTotal) {
  ClaimedJob claimed = Planned(2);
  ASSERT_EQ(ledger().RecordOutcome(Intended(claimed, 0), Accepted()), absl::OkStatus());
  store().Advance(absl::Hours(25));
  claimed = ClaimOne("next day");
  StartIntent second = IntentFor(claimed, 1);
  second.daily_cap_micros = 3 * kDollar;
  second.total_cap_micros = 3 * kDollar;
  ASSERT_EQ(ledger().RecordIntent(second)->answer, IntentAnswer::kLaneClosed);
  second.total_cap_micros.reset();
  EXPECT_EQ(ledger().RecordIntent(second)->answer, IntentAnswer::kRecorded);
}

TEST_P(StoreContract, Intent_EarlierStartRefused_CostsNothing) {
  ClaimedJob claimed = Planned(2);
  ASSERT_EQ(ledger().RecordOutcome(Intended(claimed, 0), Refused()), absl::OkStatus());
  StartIntent second = IntentFor(claimed, 1);
  second.daily_cap_micros = 2 * kDollar;
  EXPECT_EQ(ledger().RecordIntent(second)->answer, IntentAnswer::kRecorded);
}

TEST_P(StoreContract, Intent_EarlierStartUnknown_CountsFully) {
  ClaimedJob claimed = Planned(2);
  ASSERT_EQ(ledger().RecordOutcome(Intended(claimed, 0), Unknown()), absl::OkStatus());
  StartIntent second = IntentFor(claimed, 1);
  second.daily_cap_micros = 3 * kDollar;
  EXPECT_EQ(ledger().RecordIntent(second)->answer, IntentAnswer::kLaneClosed);
  EXPECT_EQ(Read(claimed.job.id).cost.held_micros, 2 * kDollar);
}

TEST_P(StoreContract, Intent_EarlierStartSettledLower_CountsWhatWasCharged) {
  ClaimedJob claimed = Planned(2);
  ASSERT_EQ(ledger().RecordOutcome(Intended(claimed, 0), Accepted()), absl::OkStatus());
  ClipMove filtered =
      MoveOf(0, ClipState::kRunning, ClipEvent::kOperationFailed, ClipState::kFailed, FailureReason::kFiltered);
  filtered.settled_micros = 0;
  ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{filtered}, {}}), absl::OkStatus());
  StartIntent second = IntentFor(claimed, 1);
  second.daily_cap_micros = 2 * kDollar;
  EXPECT_EQ(ledger().RecordIntent(second)->answer, IntentAnswer::kRecorded);
}

TEST_P(StoreContract, Intent_EightAtOnceUnderACapForThree_RecordsThree) {
  const ClaimedJob claimed = Planned(8);
  std::vector<StartIntent> intents;
  for (int i = 0; i < 8; ++i) {
    intents.push_back(IntentFor(claimed, i));
    intents.back().daily_cap_micros = 7 * kDollar;
  }
  std::vector<int> recorded(8);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      StartLedger& replica = i % 2 == 0 ? ledger() : *store().Replica().ledger;
      const auto answer = replica.RecordIntent(intents[i]);
      recorded[i] = answer.ok() && answer->answer == IntentAnswer::kRecorded;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(recorded, Contains(1).Times(3));
  EXPECT_EQ(Read(claimed.job.id).cost.reserved_micros, 6 * kDollar);
}

TEST_P(StoreContract, Outcome_Accepted_RunsTheClip) {
  const ClaimedJob claimed = Planned();
  ASSERT_EQ(ledger().RecordOutcome(Intended(claimed), Accepted("operations/1")), absl::OkStatus());
  const Job job = Read(claimed.job.id);
  const Clip& clip = job.clips.at(0);
  EXPECT_EQ(clip.state, ClipState::kRunning);
  EXPECT_EQ(clip.operation_name, "operations/1");
  EXPECT_TRUE(clip.accepted_at.has_value());
  EXPECT_EQ(clip.next_poll_at, clip.accepted_at);
  EXPECT_EQ(job.state, JobState::kPending);  // the job's own move comes after it
  EXPECT_EQ(Events(job.id).back(), "0:start_accepted");
}

TEST_P(StoreContract, Outcome_Refused_EndsTheClip) {
  const ClaimedJob claimed = Planned();
  ASSERT_EQ(ledger().RecordOutcome(Intended(claimed), Refused()), absl::OkStatus());
  const Job job = Read(claimed.job.id);
  EXPECT_EQ(job.clips.at(0).state, ClipState::kRefused);
  EXPECT_EQ(job.clips.at(0).reason, FailureReason::kStartRefused);
  EXPECT_EQ(job.clips.at(0).detail, "the provider said no");
  EXPECT_EQ(job.clips.at(0).attempts, 1);
  EXPECT_EQ(job.cost.reserved_micros, 0);
  EXPECT_THAT(*lanes().Closed(), IsEmpty());
}

TEST_P(StoreContract, Outcome_RefusedForEveryJob_ClosesTheLaneAndLosesNoAttempt) {
  const ClaimedJob claimed = Planned();
  ASSERT_EQ(ledger().RecordOutcome(Intended(claimed), Refused(LaneReason::kQuota, absl::Minutes(2))), absl::OkStatus());
  const Clip clip = Read(claimed.job.id).clips.at(0);
  EXPECT_EQ(clip.state, ClipState::kPlanned);
  EXPECT_EQ(clip.attempts, 0);
  const auto closed = lanes().Closed();
  ASSERT_THAT(*closed, SizeIs(1));
  EXPECT_EQ(closed->at(0).key.model, "veo-3.1-generate-preview");
  EXPECT_EQ(closed->at(0).reason, LaneReason::kQuota);
}

TEST_P(StoreContract, Outcome_RefusedForEveryJobWithoutAWait_LeavesTheLaneOpen) {
  const ClaimedJob claimed = Planned();
  ASSERT_EQ(ledger().RecordOutcome(Intended(claimed), Refused(LaneReason::kOverloaded)), absl::OkStatus());
  EXPECT_EQ(Read(claimed.job.id).clips.at(0).state, ClipState::kPlanned);
  EXPECT_THAT(*lanes().Closed(), IsEmpty());
}

TEST_P(StoreContract, Outcome_Unknown_HoldsThePrice) {
  const ClaimedJob claimed = Planned();
  ASSERT_EQ(ledger().RecordOutcome(Intended(claimed), Unknown()), absl::OkStatus());
  const Job job = Read(claimed.job.id);
  EXPECT_EQ(job.clips.at(0).state, ClipState::kUnknown);
  EXPECT_EQ(job.clips.at(0).reason, FailureReason::kStartUnknown);
  EXPECT_EQ(job.cost.held_micros, 2 * kDollar);
  EXPECT_EQ(ledger().RecordIntent(IntentFor(claimed))->answer, IntentAnswer::kNotPossible);
}

TEST_P(StoreContract, Outcome_AcceptedAfterUnknown_RunsTheClip) {
  const ClaimedJob claimed = Planned();
  const std::string start_id = Intended(claimed);
  ASSERT_EQ(ledger().RecordOutcome(start_id, Unknown()), absl::OkStatus());
  ASSERT_EQ(ledger().RecordOutcome(start_id, Accepted("operations/late")), absl::OkStatus());
  const Job job = Read(claimed.job.id);
  EXPECT_EQ(job.clips.at(0).state, ClipState::kRunning);
  EXPECT_EQ(job.clips.at(0).reason, FailureReason::kNone);
  EXPECT_EQ(job.clips.at(0).operation_name, "operations/late");
  EXPECT_EQ(job.cost.reserved_micros, 2 * kDollar);
  EXPECT_EQ(job.cost.held_micros, 0);
}

TEST_P(StoreContract, Outcome_SameAgain_ChangesNothing) {
  const ClaimedJob claimed = Planned(3);
  const std::vector<StartOutcome> outcomes = {Accepted(), Refused(), Unknown()};
  for (int i = 0; i < 3; ++i) {
    const std::string start_id = Intended(claimed, i);
    ASSERT_EQ(ledger().RecordOutcome(start_id, outcomes[i]), absl::OkStatus());
    const auto events = Events(claimed.job.id);
    EXPECT_EQ(ledger().RecordOutcome(start_id, outcomes[i]), absl::OkStatus());
    EXPECT_EQ(Events(claimed.job.id), events);
  }
}

TEST_P(StoreContract, Outcome_AnotherThanTheOneRecorded_IsFailedPrecondition) {
  const ClaimedJob claimed = Planned(2);
  const std::string accepted = Intended(claimed, 0), refused = Intended(claimed, 1);
  ASSERT_EQ(ledger().RecordOutcome(accepted, Accepted("operations/1")), absl::OkStatus());
  ASSERT_EQ(ledger().RecordOutcome(refused, Refused()), absl::OkStatus());
  EXPECT_EQ(ledger().RecordOutcome(accepted, Unknown()).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ledger().RecordOutcome(accepted, Accepted("operations/2")).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ledger().RecordOutcome(refused, Accepted("operations/3")).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Read(claimed.job.id).clips.at(0).operation_name, "operations/1");
}

TEST_P(StoreContract, Outcome_NoSuchStart_IsNotFound) {
  EXPECT_EQ(ledger().RecordOutcome("start-never", Unknown()).code(), absl::StatusCode::kNotFound);
}

TEST_P(StoreContract, Outcome_JobEndedAndLeaseTakenOver_IsKeptAndDue) {
  const ClaimedJob slow = Planned(2);
  const std::string start_id = Intended(slow);
  store().Advance(kLease + absl::Seconds(1));
  const ClaimedJob taker = ClaimOne("taker");
  // By hand: no code of ours ends a job over an open intent.
  ASSERT_TRUE(store()
                  .ExecuteSql("UPDATE video_jobs SET status = 'failed', reason = 'CANCELLED', finished_at = created_at")
                  .ok());
  ASSERT_EQ(work().Release({{taker.lease, std::nullopt, {}}}), absl::OkStatus());
  ASSERT_EQ(ledger().RecordOutcome(start_id, Accepted("operations/paid")), absl::OkStatus());
  const Job job = Read(slow.job.id);
  EXPECT_EQ(job.state, JobState::kFailed);
  EXPECT_EQ(job.clips.at(0).state, ClipState::kRunning);
  EXPECT_EQ(job.clips.at(0).operation_name, "operations/paid");
  EXPECT_EQ(*work().CountDue(), 1);
}

TEST_P(StoreContract, Starts_DeletedOrRewritten_AreRefusedByTheDatabase) {
  const ClaimedJob claimed = Planned(2);
  const std::string open = Intended(claimed, 0), accepted = Intended(claimed, 1);
  ASSERT_EQ(ledger().RecordOutcome(accepted, Accepted("operations/1")), absl::OkStatus());
  EXPECT_FALSE(store().ExecuteSql("DELETE FROM video_starts").ok());
  EXPECT_FALSE(store().ExecuteSql("UPDATE video_starts SET price = 0").ok());
  EXPECT_FALSE(store().ExecuteSql("UPDATE video_starts SET start_id = 'x' WHERE start_id = '" + open + "'").ok());
  const std::string where = " WHERE start_id = '" + accepted + "'";
  EXPECT_FALSE(store().ExecuteSql("UPDATE video_starts SET outcome = 'unknown', operation_name = ''" + where).ok());
  EXPECT_FALSE(store().ExecuteSql("UPDATE video_starts SET outcome = 'open', operation_name = ''" + where).ok());
  EXPECT_FALSE(store().ExecuteSql("UPDATE video_starts SET operation_name = 'operations/2'" + where).ok());
}

}  // namespace
}  // namespace videojobs
