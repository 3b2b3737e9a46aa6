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

TEST_P(StoreContract, Intent_NoSuchClip_IsNotPossible) {
  EXPECT_EQ(ledger().RecordIntent(IntentFor(Planned(1), 1))->answer, IntentAnswer::kNotPossible);
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
  ASSERT_TRUE(
      lanes().Close({"gemini", "veo-3.1-generate-preview"}, LaneReason::kQuota, "429", {absl::Minutes(5)}).ok());
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

const LaneKey kLane{"gemini", "veo-3.1-generate-preview"};

TEST_P(StoreContract, Probe_LaneTimeOver_IsOneStartUntilItsOutcomeOpensTheLane) {
  const ClaimedJob claimed = Planned(3);
  ASSERT_TRUE(lanes().Close(kLane, LaneReason::kQuota, "429", {absl::Seconds(10)}).ok());
  store().Advance(absl::Seconds(11));
  const StartIntent probe = IntentFor(claimed, 0);
  ASSERT_EQ(ledger().RecordIntent(probe)->answer, IntentAnswer::kRecorded);
  const auto second = store().Replica().ledger->RecordIntent(IntentFor(claimed, 1));
  EXPECT_EQ(second->answer, IntentAnswer::kLaneClosed);
  EXPECT_GT(second->closed->remaining, absl::ZeroDuration());
  ASSERT_EQ(ledger().RecordOutcome(probe.start_id, Accepted()), absl::OkStatus());
  EXPECT_THAT(*lanes().Closed(), IsEmpty());
  EXPECT_EQ(ledger().RecordIntent(IntentFor(claimed, 1))->answer, IntentAnswer::kRecorded);
}

TEST_P(StoreContract, Probe_RefusedForItself_OpensTheLane) {
  const ClaimedJob claimed = Planned();
  ASSERT_TRUE(lanes().Close(kLane, LaneReason::kOverloaded, "503", {absl::Seconds(10)}).ok());
  store().Advance(absl::Seconds(11));
  ASSERT_EQ(ledger().RecordOutcome(Intended(claimed), Refused()), absl::OkStatus());
  EXPECT_THAT(*lanes().Closed(), IsEmpty());
}

TEST_P(StoreContract, Probe_RefusedForEveryJob_ClosesTheLaneAgain) {
  const ClaimedJob claimed = Planned(2);
  ASSERT_TRUE(lanes().Close(kLane, LaneReason::kQuota, "429", {absl::Seconds(10)}).ok());
  store().Advance(absl::Seconds(11));
  ASSERT_EQ(ledger().RecordOutcome(Intended(claimed), Refused(LaneReason::kQuota, absl::Minutes(2))), absl::OkStatus());
  EXPECT_GT(lanes().Closed()->at(0).remaining, absl::Minutes(1));
  EXPECT_EQ(ledger().RecordIntent(IntentFor(claimed, 1))->answer, IntentAnswer::kLaneClosed);
}

// Its holder died, which says nothing about the provider; but nor has the lane been found open.
TEST_P(StoreContract, Probe_HolderDiedAndWasSettled_ClosesTheLaneForAMoment) {
  const ClaimedJob claimed = Planned(2);
  ASSERT_TRUE(lanes().Close(kLane, LaneReason::kQuota, "429", {absl::Seconds(10)}).ok());
  store().Advance(absl::Seconds(11));
  ASSERT_EQ(ledger().RecordOutcome(Intended(claimed), Unknown()), absl::OkStatus());
  const auto second = ledger().RecordIntent(IntentFor(claimed, 1));
  ASSERT_EQ(second->answer, IntentAnswer::kLaneClosed);
  EXPECT_EQ(second->closed->reason, LaneReason::kQuota);
  store().Advance(kAfterLostStart + absl::Seconds(1));
  EXPECT_EQ(ledger().RecordIntent(IntentFor(claimed, 1))->answer, IntentAnswer::kRecorded);
}

TEST_P(StoreContract, Outcome_UnknownBecauseOfADeadHolder_LeavesTheLaneOpen) {
  const ClaimedJob claimed = Planned(2);
  ASSERT_EQ(ledger().RecordOutcome(Intended(claimed), Unknown()), absl::OkStatus());
  EXPECT_THAT(*lanes().Closed(), IsEmpty());
  EXPECT_EQ(ledger().RecordIntent(IntentFor(claimed, 1))->answer, IntentAnswer::kRecorded);
}

// Each may be charged: one start at a time then, ever more slowly.
TEST_P(StoreContract, Outcome_AnswerLost_ClosesTheLaneAsAGuessThatDoubles) {
  const ClaimedJob claimed = Planned(4);
  StartOutcome lost = Unknown();
  lost.lane_reason = LaneReason::kOverloaded;
  lost.lane_closed_for = absl::Seconds(5);
  lost.lane_wait_told = false;
  ASSERT_EQ(ledger().RecordOutcome(Intended(claimed, 0), lost), absl::OkStatus());
  ASSERT_THAT(*lanes().Closed(), SizeIs(1));
  EXPECT_EQ(lanes().Closed()->at(0).reason, LaneReason::kOverloaded);
  EXPECT_EQ(ledger().RecordIntent(IntentFor(claimed, 1))->answer, IntentAnswer::kLaneClosed);
  EXPECT_EQ(Read(claimed.job.id).clips.at(0).state, ClipState::kUnknown) << "and not planned again";
  EXPECT_EQ(Read(claimed.job.id).clips.at(0).attempts, 1);
  store().Advance(absl::Seconds(6));
  ASSERT_EQ(ledger().RecordOutcome(Intended(claimed, 1), lost), absl::OkStatus());
  ASSERT_THAT(*lanes().Closed(), SizeIs(1));
  EXPECT_GT(lanes().Closed()->at(0).remaining, absl::Seconds(6));
  EXPECT_LE(lanes().Closed()->at(0).remaining, absl::Seconds(10));
  store().Advance(absl::Seconds(11));
  ASSERT_EQ(ledger().RecordOutcome(Intended(claimed, 2), Accepted()), absl::OkStatus());
  EXPECT_THAT(*lanes().Closed(), IsEmpty());
  EXPECT_EQ(ledger().RecordIntent(IntentFor(claimed, 3))->answer, IntentAnswer::kRecorded);
}

TEST_P(StoreContract, Intent_OverACapOnALaneOfAKey_SaysTheCapAndKeepsTheReason) {
  const ClaimedJob claimed = Planned(2);
  ASSERT_TRUE(lanes().Close(kLane, LaneReason::kBadKey, "403", {absl::Seconds(10)}).ok());
  store().Advance(absl::Seconds(11));
  ASSERT_THAT(*lanes().TakeChecks({"checker", absl::Minutes(1), {"gemini"}, false}), SizeIs(1));
  ASSERT_EQ(lanes().PassCheck(kLane, "checker"), absl::OkStatus());
  StartIntent capped = IntentFor(claimed);
  capped.daily_cap_micros = 1;
  const auto answer = ledger().RecordIntent(capped);
  ASSERT_EQ(answer->answer, IntentAnswer::kLaneClosed);
  EXPECT_EQ(answer->closed->reason, LaneReason::kSpendingCap);
  EXPECT_GT(answer->closed->remaining, absl::ZeroDuration());
  EXPECT_LE(answer->closed->remaining, absl::Hours(24));
  // The cap is raised: one start probes the lane, and the next waits for it.
  ASSERT_EQ(ledger().RecordIntent(IntentFor(claimed, 0))->answer, IntentAnswer::kRecorded);
  EXPECT_EQ(ledger().RecordIntent(IntentFor(claimed, 1))->answer, IntentAnswer::kLaneClosed);
}

// The database has lost the intent; the call went out all the same.
TEST_P(StoreContract, IntentSentAlready_Planned_IsTheClipsStartWhateverLeaseLaneAndCapSay) {
  const ClaimedJob claimed = Planned();
  StartIntent sent = IntentFor(claimed);
  sent.sent = true;
  sent.daily_cap_micros = 1;
  ASSERT_TRUE(lanes().Close(kLane, LaneReason::kQuota, "429", {absl::Hours(1)}).ok());
  store().Advance(2 * kLease);
  ASSERT_EQ(ledger().RecordIntent(sent)->answer, IntentAnswer::kRecorded);
  ASSERT_EQ(ledger().RecordIntent(sent)->answer, IntentAnswer::kRecorded) << "repeated after a commit in doubt";
  EXPECT_EQ(Read(claimed.job.id).clips.at(0).state, ClipState::kStarting);
  ASSERT_EQ(ledger().RecordOutcome(sent.start_id, Accepted("operations/paid")), absl::OkStatus());
  EXPECT_EQ(Read(claimed.job.id).clips.at(0).operation_name, "operations/paid");
  EXPECT_EQ(Read(claimed.job.id).clips.at(0).attempts, 1);
  EXPECT_EQ(Read(claimed.job.id).cost.reserved_micros, sent.price_micros);
}

TEST_P(StoreContract, IntentSentAlready_ClipStartedAgainMeanwhile_IsEvidenceBesideIt) {
  const ClaimedJob claimed = Planned();
  StartIntent sent = IntentFor(claimed);
  sent.sent = true;
  const std::string second = Intended(claimed);
  EXPECT_EQ(ledger().RecordIntent(sent).status().code(), absl::StatusCode::kAborted) << "to be repeated";
  ASSERT_EQ(ledger().RecordOutcome(second, Accepted("operations/second")), absl::OkStatus());
  ASSERT_EQ(ledger().RecordIntent(sent)->answer, IntentAnswer::kRecorded);
  ASSERT_EQ(ledger().RecordOutcome(sent.start_id, Accepted("operations/first")), absl::OkStatus());
  EXPECT_EQ(Read(claimed.job.id).clips.at(0).start_id, second);
  EXPECT_EQ(Read(claimed.job.id).clips.at(0).operation_name, "operations/second");
  EXPECT_EQ(Read(claimed.job.id).cost.reserved_micros, 2 * sent.price_micros) << "both are paid for";
}

TEST_P(StoreContract, IntentSentAlready_JobOrClipGone_IsNotPossible) {
  StartIntent sent = IntentFor(Planned(1), 1);
  sent.sent = true;
  EXPECT_EQ(ledger().RecordIntent(sent)->answer, IntentAnswer::kNotPossible);
  sent.clip = 0;
  sent.lease.job_id = "nobody's";
  EXPECT_EQ(ledger().RecordIntent(sent)->answer, IntentAnswer::kNotPossible);
}

TEST_P(StoreContract, Probe_HolderDied_PassesOn) {
  Create(Asked());
  Create(Asked());
  const std::vector<ClaimedJob> both = *work().Claim(2, "dies", kLease);
  for (const ClaimedJob& job : both) {
    ASSERT_TRUE(work().WriteStoryboardIfHeld(job.lease, {{{"A leaf.", 6}, "stem" + job.job.id}}).ok());
  }
  ASSERT_TRUE(lanes().Close(kLane, LaneReason::kQuota, "429", {absl::Seconds(10)}).ok());
  store().Advance(absl::Seconds(11));
  ASSERT_EQ(ledger().RecordIntent(IntentFor(both[0]))->answer, IntentAnswer::kRecorded);
  ASSERT_EQ(ledger().RecordIntent(IntentFor(both[1]))->answer, IntentAnswer::kLaneClosed);
  store().Advance(kLease);
  const std::vector<ClaimedJob> taken_over = *work().Claim(2, "lives", kLease);
  ASSERT_THAT(taken_over, SizeIs(2));
  for (const ClaimedJob& job : taken_over) {
    if (job.job.id != both[1].job.id) continue;
    EXPECT_EQ(ledger().RecordIntent(IntentFor(job))->answer, IntentAnswer::kRecorded);
  }
}

TEST_P(StoreContract, Probe_LaneOfAKey_WaitsForTheFreeCheck) {
  const ClaimedJob claimed = Planned(2);
  ASSERT_TRUE(lanes().Close(kLane, LaneReason::kBadKey, "403", {absl::Seconds(10)}).ok());
  store().Advance(absl::Seconds(11));
  ASSERT_EQ(ledger().RecordIntent(IntentFor(claimed))->answer, IntentAnswer::kLaneClosed);
  ASSERT_THAT(*lanes().TakeChecks({"checker", absl::Minutes(1), {"gemini"}, false}), SizeIs(1));
  ASSERT_EQ(lanes().PassCheck(kLane, "somebody else"), absl::OkStatus());
  ASSERT_EQ(ledger().RecordIntent(IntentFor(claimed))->answer, IntentAnswer::kLaneClosed);
  ASSERT_EQ(lanes().PassCheck(kLane, "checker"), absl::OkStatus());
  ASSERT_EQ(ledger().RecordIntent(IntentFor(claimed))->answer, IntentAnswer::kRecorded);
  EXPECT_EQ(ledger().RecordIntent(IntentFor(claimed, 1))->answer, IntentAnswer::kLaneClosed);
}

TEST_P(StoreContract, Limit_UnderWay_HoldsOverReplicasAndCostsNoAttempt) {
  const ClaimedJob claimed = Planned(3);
  const auto intend = [&](int clip) {
    StartIntent intent = IntentFor(claimed, clip);
    intent.most_under_way = 2;
    const auto answer = (clip == 1 ? *store().Replica().ledger : ledger()).RecordIntent(intent);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return std::pair(answer->answer, intent.start_id);
  };
  const auto [first, first_id] = intend(0);
  ASSERT_EQ(ledger().RecordOutcome(first_id, Accepted()), absl::OkStatus());  // one runs
  EXPECT_EQ(intend(1).first, IntentAnswer::kRecorded);                        // one starts
  EXPECT_EQ(intend(2).first, IntentAnswer::kPaced);
  EXPECT_EQ(Read(claimed.job.id).clips.at(2).attempts, 0);
  ClipMove done = MoveOf(0, ClipState::kRunning, ClipEvent::kOperationSucceeded, ClipState::kReady);
  done.result = "result";
  ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{done}, {}}), absl::OkStatus());
  EXPECT_EQ(intend(2).first, IntentAnswer::kRecorded);
}

TEST_P(StoreContract, Limit_PerMinute_WaitsUntilTheOldestIsAMinuteOld) {
  const ClaimedJob claimed = Planned(3);
  const auto intend = [&](int clip) {
    StartIntent intent = IntentFor(claimed, clip);
    intent.most_per_minute = 2;
    return *ledger().RecordIntent(intent);
  };
  ASSERT_EQ(intend(0).answer, IntentAnswer::kRecorded);
  store().Advance(absl::Seconds(20));
  ASSERT_EQ(intend(1).answer, IntentAnswer::kRecorded);
  const RecordedIntent third = intend(2);
  ASSERT_EQ(third.answer, IntentAnswer::kPaced);
  EXPECT_LE(third.wait, absl::Seconds(40));
  EXPECT_GT(third.wait, absl::Seconds(20));
  store().Advance(absl::Seconds(20));
  ASSERT_THAT(work().Renew({claimed.lease}, kLease)->lost, IsEmpty());
  store().Advance(absl::Seconds(21));
  EXPECT_EQ(intend(2).answer, IntentAnswer::kRecorded);
}

TEST_P(StoreContract, Intent_CapExactlyReached_IsAllowedAndAMicroDollarMoreIsNot) {
  ClaimedJob claimed = Planned(3);
  Intended(claimed, 0);
  StartIntent second = IntentFor(claimed, 1);
  second.daily_cap_micros = 4 * kDollar - 1;
  EXPECT_EQ(ledger().RecordIntent(second)->answer, IntentAnswer::kLaneClosed);
  second.daily_cap_micros = 4 * kDollar;
  EXPECT_EQ(ledger().RecordIntent(second)->answer, IntentAnswer::kRecorded);
  StartIntent third = IntentFor(claimed, 2);
  third.total_cap_micros = 6 * kDollar - 1;
  const auto over = ledger().RecordIntent(third);
  EXPECT_EQ(over->answer, IntentAnswer::kLaneClosed);
  EXPECT_GT(over->closed->remaining, absl::Hours(23));
  third.total_cap_micros = 6 * kDollar;
  EXPECT_EQ(ledger().RecordIntent(third)->answer, IntentAnswer::kRecorded);
}

TEST_P(StoreContract, Intent_MockStarts_CountTowardsMockCapsAlone) {
  const ClaimedJob claimed = Planned();
  Intended(claimed);
  ASSERT_TRUE(store().QuerySql("SELECT price FROM video_starts WHERE NOT mock")->size() == 1);
  const StorePorts mock = store().MockPorts();
  NewJob asked = Asked();
  asked.job.mock = true;
  ASSERT_TRUE(mock.intake->Create({NextId(), "print", {asked}}).ok());
  const ClaimedJob mine = mock.work->Claim(1, "mock", kLease)->at(0);
  ASSERT_TRUE(mock.work->WriteStoryboardIfHeld(mine.lease, {{{"A leaf.", 6}, "stem"}}).ok());
  StartIntent intent = IntentFor(mine);
  intent.daily_cap_micros = 2 * kDollar;
  intent.total_cap_micros = 2 * kDollar;
  EXPECT_EQ(mock.ledger->RecordIntent(intent)->answer, IntentAnswer::kRecorded);
}

TEST_P(StoreContract, Settlement_PriceTableChangedMeanwhile_ChargesThePriceOfTheStart) {
  const ClaimedJob claimed = Planned();
  StartIntent intent = IntentFor(claimed);
  intent.price_micros = 1'234'567;
  ASSERT_EQ(ledger().RecordIntent(intent)->answer, IntentAnswer::kRecorded);
  ASSERT_EQ(ledger().RecordOutcome(intent.start_id, Accepted()), absl::OkStatus());
  ClipMove done = MoveOf(0, ClipState::kRunning, ClipEvent::kOperationSucceeded, ClipState::kReady);
  done.result = "result";
  done.settled = Settlement::kCharged;
  ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{done}, {}}), absl::OkStatus());
  EXPECT_EQ(Read(claimed.job.id).cost.charged_micros, 1'234'567);
  EXPECT_EQ(Read(claimed.job.id).cost.reserved_micros, 0);
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
  filtered.settled = Settlement::kNothing;
  ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{filtered}, {}}), absl::OkStatus());
  StartIntent second = IntentFor(claimed, 1);
  second.daily_cap_micros = 2 * kDollar;
  EXPECT_EQ(ledger().RecordIntent(second)->answer, IntentAnswer::kRecorded);
}

// Eight jobs: the clips of one would be kept apart by their job's own lock.
TEST_P(StoreContract, Intent_EightAtOnceUnderACapForThree_RecordsThree) {
  for (int i = 0; i < 8; ++i) Create(Asked());
  const std::vector<ClaimedJob> claimed = *work().Claim(8, "token", kLease);
  ASSERT_THAT(claimed, SizeIs(8));
  std::vector<StartIntent> intents;
  for (const ClaimedJob& job : claimed) {
    ASSERT_TRUE(work().WriteStoryboardIfHeld(job.lease, {{{"A leaf.", 6}, "stem" + job.job.id}}).ok());
    intents.push_back(IntentFor(job));
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
  EXPECT_EQ(audit().SpentSoFar()->today_micros, 6 * kDollar);
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

// A person accepted a second charge; then Google's answer to the first start is found after all.
TEST_P(StoreContract, Outcome_LateForAStartThatAPersonGaveUp_IsEvidenceAndUndoesNothing) {
  const auto [id, first, second] = StartedAgain();

  ASSERT_EQ(ledger().RecordOutcome(first, Accepted("operations/first")), absl::OkStatus());
  EXPECT_EQ(Read(id).clips.at(0).state, ClipState::kStarting);
  EXPECT_THAT(*ledger().StartsUnfollowed("gemini", absl::Hours(1), 10), IsEmpty()) << "it may be followed yet";
  EXPECT_EQ(Read(id).clips.at(0).operation_name, "");
  EXPECT_EQ(Events(id).back(), "0:start_accepted");
  ASSERT_EQ(ledger().RecordOutcome(second, Accepted("operations/second")), absl::OkStatus());
  EXPECT_EQ(Read(id).clips.at(0).operation_name, "operations/second");
  EXPECT_EQ(Read(id).cost.held_micros, 0);
  EXPECT_EQ(Read(id).cost.reserved_micros, 4 * kDollar) << "both are paid for";
}

TEST_P(StoreContract, Outcome_LateBetweenAPersonsWordAndTheNextStart_RunsTheClipAndNoSecondStart) {
  const ClaimedJob claimed = Planned();
  const std::string first = Intended(claimed);
  ASSERT_EQ(ledger().RecordOutcome(first, Unknown()), absl::OkStatus());
  Fail(work(), claimed, FailureReason::kStartUnknown);
  ASSERT_TRUE(Retry(changes(), claimed.job.id, {first}).ok());
  const ClaimedJob again = ClaimOne("again");
  ASSERT_EQ(again.job.clips.at(0).state, ClipState::kPlanned);
  ASSERT_EQ(ledger().RecordOutcome(first, Accepted("operations/first")), absl::OkStatus());
  EXPECT_EQ(ledger().RecordIntent(IntentFor(again))->answer, IntentAnswer::kNotPossible);
  const Job job = Read(claimed.job.id);
  EXPECT_EQ(job.clips.at(0).state, ClipState::kRunning);
  EXPECT_EQ(job.clips.at(0).operation_name, "operations/first");
  EXPECT_TRUE(job.clips.at(0).accepted_at.has_value());
  EXPECT_TRUE(job.clips.at(0).next_poll_at.has_value());
  EXPECT_EQ(job.cost.held_micros, 0);
  EXPECT_EQ(job.cost.reserved_micros, 2 * kDollar);
  EXPECT_EQ(Events(claimed.job.id).back(), "0:start_accepted");
}

TEST_P(StoreContract, Settle_StartThatLostItsClip_IsFoundAndSettledOnce) {
  const auto [id, first, second] = StartedAgain();
  ASSERT_EQ(ledger().RecordOutcome(second, Accepted("operations/second")), absl::OkStatus());
  EXPECT_THAT(*ledger().StartsUnfollowed("gemini", absl::Hours(1), 10), IsEmpty()) << "the second is followed";
  EXPECT_EQ(ledger().Settle(first, Settlement::kCharged).code(), absl::StatusCode::kNotFound) << "nobody knows yet";

  ASSERT_EQ(ledger().RecordOutcome(first, Accepted("operations/first")), absl::OkStatus());
  const auto unfollowed = ledger().StartsUnfollowed("gemini", absl::Hours(1), 10);
  ASSERT_THAT(*unfollowed, SizeIs(1));
  EXPECT_EQ(unfollowed->at(0).start_id, first);
  EXPECT_EQ(unfollowed->at(0).job_id, id);
  EXPECT_EQ(unfollowed->at(0).operation_name, "operations/first");
  EXPECT_THAT(*ledger().StartsUnfollowed("another", absl::Hours(1), 10), IsEmpty());
  EXPECT_THAT(*ledger().StartsUnfollowed("gemini", absl::Hours(1), 0), IsEmpty());
  EXPECT_THAT(*store().MockPorts().ledger->StartsUnfollowed("gemini", absl::Hours(1), 10), IsEmpty());
  store().Advance(absl::Hours(2));
  EXPECT_THAT(*ledger().StartsUnfollowed("gemini", absl::Hours(1), 10), IsEmpty());

  ASSERT_EQ(ledger().Settle(first, Settlement::kCharged), absl::OkStatus());
  EXPECT_EQ(ledger().Settle(first, Settlement::kNothing), absl::OkStatus());
  EXPECT_EQ(ledger().Settle("nobody's", Settlement::kNothing).code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(*ledger().StartsUnfollowed("gemini", absl::Hours(9), 10), IsEmpty());
  EXPECT_EQ(Read(id).cost.charged_micros, 2 * kDollar);
  EXPECT_EQ(Read(id).cost.reserved_micros, 2 * kDollar);
}

TEST_P(StoreContract, StartsInDoubt_UnknownYoungAndOfThatProvider_AndNoOthers) {
  const ClaimedJob claimed = Planned(3);
  const std::string old = Intended(claimed, 0);
  ASSERT_EQ(ledger().RecordOutcome(old, Unknown()), absl::OkStatus());
  store().Advance(absl::Seconds(10));
  const std::string young = Intended(claimed, 1), accepted = Intended(claimed, 2);
  ASSERT_EQ(ledger().RecordOutcome(young, Unknown()), absl::OkStatus());
  ASSERT_EQ(ledger().RecordOutcome(accepted, Accepted("operations/1")), absl::OkStatus());
  const std::string provider = claimed.job.provider;
  EXPECT_THAT(*ledger().StartsInDoubt(provider, absl::Hours(1), 10), testing::ElementsAre(young, old));
  EXPECT_THAT(*ledger().StartsInDoubt(provider, absl::Hours(1), 1), testing::ElementsAre(young));
  EXPECT_THAT(*ledger().StartsInDoubt(provider, absl::Seconds(5), 10), testing::ElementsAre(young));
  EXPECT_THAT(*ledger().StartsInDoubt("another", absl::Hours(1), 10), testing::IsEmpty());
  ASSERT_EQ(ledger().RecordOutcome(young, Accepted("operations/2")), absl::OkStatus());
  EXPECT_THAT(*ledger().StartsInDoubt(provider, absl::Hours(1), 10), testing::ElementsAre(old));
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
