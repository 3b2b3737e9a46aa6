#include <algorithm>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "tests/store/store_contract.h"

namespace videojobs {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> IdsOf(const std::vector<ClaimedJob>& claimed) {
  std::vector<std::string> ids;
  for (const ClaimedJob& one : claimed) ids.push_back(one.job.id);
  return ids;
}

TEST_P(StoreContract, Claim_DueJobs_ComeLongestDueFirst) {
  const std::string first = Create(Asked()).id;
  store().Advance(absl::Seconds(1));
  const std::string second = Create(Asked()).id;
  store().Advance(absl::Seconds(1));
  const std::string third = Create(Asked()).id;
  EXPECT_THAT(IdsOf(*work().Claim(2, "token-a", kLease)), ElementsAre(first, second));
  EXPECT_THAT(IdsOf(*work().Claim(2, "token-b", kLease)), ElementsAre(third));
  EXPECT_THAT(*work().Claim(2, "token-c", kLease), IsEmpty());
}

TEST_P(StoreContract, Claim_LeaseEnded_GivesTheJobToTheNext) {
  const std::string id = Create(Asked()).id;
  const ClaimedJob crashed = ClaimOne("crashed");
  store().Advance(kLease + absl::Seconds(1));
  EXPECT_EQ(*work().CountDue(), 1);
  const ClaimedJob taken = ClaimOne("next");
  EXPECT_EQ(taken.job.id, id);
  EXPECT_EQ(taken.lease.token, "next");
  EXPECT_GT(taken.now, crashed.now);
}

TEST_P(StoreContract, Claim_EightThreadsOnTwoReplicas_NeverOverlap) {
  NewBatch batch;
  for (int i = 0; i < 200; ++i) batch.jobs.push_back(Asked());
  ASSERT_TRUE(intake().Create(batch).ok());
  std::vector<std::vector<std::string>> claimed(8);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      JobWork& replica = i % 2 == 0 ? work() : *store().Replica().work;
      const std::string token(1, static_cast<char>('a' + i));
      // A claim may come back empty-handed while the others hold locks on what is left, so the count decides.
      while (*replica.CountDue() > 0) {
        const auto some = replica.Claim(7, token, kLease);
        if (!some.ok()) return;
        for (const ClaimedJob& one : *some) claimed[i].push_back(one.job.id);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<std::string> all;
  for (const auto& ids : claimed) all.insert(all.end(), ids.begin(), ids.end());
  EXPECT_THAT(all, SizeIs(200));
  EXPECT_THAT(std::set<std::string>(all.begin(), all.end()), SizeIs(200));
}

TEST_P(StoreContract, Renew_HeldLease_OutlivesItsFirstEnd) {
  Create(Asked());
  const ClaimedJob claimed = ClaimOne();
  store().Advance(kLease - absl::Seconds(5));
  EXPECT_THAT(work().Renew({claimed.lease}, kLease)->lost, IsEmpty());
  store().Advance(kLease - absl::Seconds(5));
  EXPECT_EQ(*work().CountDue(), 0);
}

TEST_P(StoreContract, RenewAndRelease_Nothing_IsDone) {
  const auto renewal = work().Renew({}, kLease);
  ASSERT_TRUE(renewal.ok()) << renewal.status();
  EXPECT_THAT(renewal->lost, IsEmpty());
  EXPECT_EQ(work().Release({}), absl::OkStatus());
}

TEST_P(StoreContract, Renew_EndedReleasedOrTakenOver_IsReportedLost) {
  Create(Asked());
  const ClaimedJob ended = ClaimOne("ended");
  store().Advance(kLease + absl::Seconds(1));
  EXPECT_THAT(work().Renew({ended.lease}, kLease)->lost, SizeIs(1));
  const ClaimedJob taker = ClaimOne("taker");
  const auto renewal = work().Renew({ended.lease, taker.lease}, kLease);
  ASSERT_THAT(renewal->lost, SizeIs(1));
  EXPECT_EQ(renewal->lost.at(0).token, "ended");
  ASSERT_EQ(work().Release({{taker.lease, absl::Seconds(5), {}}}), absl::OkStatus());
  EXPECT_THAT(work().Renew({taker.lease}, kLease)->lost, SizeIs(1));
}

TEST_P(StoreContract, Release_WithNextDue_IsDueThen) {
  Create(Asked());
  const ClaimedJob claimed = ClaimOne();
  ASSERT_EQ(work().Release({{claimed.lease, absl::Minutes(10), {}}}), absl::OkStatus());
  EXPECT_EQ(*work().CountDue(), 0);
  store().Advance(absl::Minutes(11));
  EXPECT_EQ(*work().CountDue(), 1);
}

TEST_P(StoreContract, Release_NothingDue_IsNeverDueAgain) {
  const std::string id = Create(Asked()).id;
  ASSERT_EQ(work().Release({{ClaimOne().lease, std::nullopt, {}}}), absl::OkStatus());
  store().Advance(absl::Hours(1000));
  EXPECT_EQ(*work().CountDue(), 0);
  EXPECT_FALSE(Read(id).due_at.has_value());
}

TEST_P(StoreContract, Release_StartAcceptedBehindTheHoldersBack_KeepsTheJobDue) {
  const ClaimedJob claimed = Planned();
  ASSERT_EQ(ledger().RecordOutcome(Intended(claimed), Accepted()), absl::OkStatus());
  ASSERT_EQ(work().Release({{claimed.lease, std::nullopt, {}}}), absl::OkStatus());
  EXPECT_EQ(*work().CountDue(), 1);
}

TEST_P(StoreContract, Release_LostLease_LeavesTheTakersJobAlone) {
  Create(Asked());
  const ClaimedJob slow = ClaimOne("slow");
  store().Advance(kLease + absl::Seconds(1));
  const ClaimedJob taker = ClaimOne("taker");
  ASSERT_EQ(work().Release({{slow.lease, std::nullopt, {}}}), absl::OkStatus());
  EXPECT_THAT(work().Renew({taker.lease}, kLease)->lost, IsEmpty());
  EXPECT_TRUE(Read(taker.job.id).due_at.has_value());
}

TEST_P(StoreContract, Release_Notes_CountPollsAndTroubles) {
  const ClaimedJob claimed = Running();
  ClipNote trouble;
  trouble.asked = true;
  trouble.troubled = true;
  trouble.detail = "HTTP 503";
  trouble.next_poll_in = absl::Seconds(30);
  ASSERT_EQ(work().Release({{claimed.lease, absl::ZeroDuration(), {trouble}}}), absl::OkStatus());
  Clip clip = Read(claimed.job.id).clips.at(0);
  EXPECT_EQ(clip.polls, 1);
  EXPECT_EQ(clip.troubles, 1);
  EXPECT_EQ(clip.detail, "HTTP 503");
  EXPECT_FALSE(clip.last_answer_at.has_value());

  ClipNote answer;
  answer.asked = true;
  answer.answered = true;
  ASSERT_EQ(work().Release({{ClaimOne().lease, absl::Seconds(15), {answer}}}), absl::OkStatus());
  clip = Read(claimed.job.id).clips.at(0);
  EXPECT_EQ(clip.polls, 2);
  EXPECT_EQ(clip.troubles, 0);
  EXPECT_EQ(clip.detail, "");
  EXPECT_TRUE(clip.last_answer_at.has_value());
  EXPECT_THAT(Events(claimed.job.id), ::testing::Not(::testing::Contains("0:poll_troubled")));
}

TEST_P(StoreContract, WriteStoryboard_Once_PlansAClipPerScene) {
  const ClaimedJob claimed = Planned(2);
  const auto clips = Read(claimed.job.id).clips;
  ASSERT_THAT(clips, SizeIs(2));
  EXPECT_EQ(clips[1].index, 1);
  EXPECT_EQ(clips[1].state, ClipState::kPlanned);
  EXPECT_EQ(clips[1].object_stem, "stem-1");
  EXPECT_EQ(clips[1].scene.prompt, "");  // readers see no prompts
  EXPECT_THAT(Events(claimed.job.id), ElementsAre("created", "0:planned", "1:planned"));
  store().Advance(kLease + absl::Seconds(1));
  EXPECT_EQ(ClaimOne("next").job.clips.at(1).scene.prompt, "scene 1");
}

TEST_P(StoreContract, WriteStoryboard_Twice_IsFailedPrecondition) {
  const ClaimedJob claimed = Planned();
  EXPECT_EQ(work().WriteStoryboardIfHeld(claimed.lease, {{{"again", 6}, "stem"}}).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_P(StoreContract, WriteStoryboard_LeaseLost_IsAborted) {
  Create(Asked());
  const ClaimedJob claimed = ClaimOne();
  store().Advance(kLease + absl::Seconds(1));
  EXPECT_EQ(work().WriteStoryboardIfHeld(claimed.lease, {{{"late", 6}, "stem"}}).code(), absl::StatusCode::kAborted);
  EXPECT_THAT(Read(claimed.job.id).clips, IsEmpty());
}

TEST_P(StoreContract, Move_ToCompleted_SetsEverythingAtOnce) {
  const ClaimedJob claimed = Running();
  for (const Moves& step : StepsToCompleted()) ASSERT_EQ(work().MoveIfHeld(claimed.lease, step), absl::OkStatus());
  const Job job = Read(claimed.job.id);
  EXPECT_EQ(job.state, JobState::kCompleted);
  EXPECT_EQ(job.video_url, "https://storage.example/video.mp4");
  EXPECT_FALSE(job.video_is_placeholder);
  EXPECT_TRUE(job.finished_at.has_value());
  EXPECT_EQ(job.cost.charged_micros, 2 * kDollar);
  EXPECT_EQ(job.cost.reserved_micros, 0);
  const Clip& clip = job.clips.at(0);
  EXPECT_EQ(clip.state, ClipState::kStored);
  EXPECT_EQ(clip.result, "uri:https://provider.example/files/1");
  EXPECT_TRUE(clip.done_at.has_value());
  ASSERT_TRUE(clip.stored.has_value());
  EXPECT_EQ(clip.stored->object_name, "stem-0.mp4");
  EXPECT_EQ(clip.stored->bytes, 1234);
  EXPECT_EQ(clip.stored->sha256, std::string(64, 'a'));
  EXPECT_EQ(clip.stored->duration, absl::Seconds(6));
  EXPECT_THAT(Events(job.id), ElementsAre("created", "0:planned", "0:start_intended", "0:start_accepted",
                                          "start_accepted", "0:operation_succeeded", "0:stored", "delivered"));
}

TEST_P(StoreContract, Move_ToFailed_KeepsReasonAndWords) {
  const ClaimedJob claimed = Running();
  ClipMove clip =
      MoveOf(0, ClipState::kRunning, ClipEvent::kOperationFailed, ClipState::kFailed, FailureReason::kFiltered);
  clip.detail = "blocked by the safety filter";
  clip.settled = Settlement::kNothing;
  JobMove job = MoveOf(JobState::kProcessing, JobEvent::kClipsEnded, JobState::kFailed, FailureReason::kFiltered);
  job.detail = "Google's safety filter blocked the video";
  ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{clip}, job}), absl::OkStatus());
  const Job failed = Read(claimed.job.id);
  EXPECT_EQ(failed.state, JobState::kFailed);
  EXPECT_EQ(failed.reason, FailureReason::kFiltered);
  EXPECT_EQ(failed.detail, "Google's safety filter blocked the video");
  EXPECT_EQ(failed.clips.at(0).reason, FailureReason::kFiltered);
  EXPECT_EQ(failed.clips.at(0).detail, "blocked by the safety filter");
  EXPECT_EQ(failed.cost.reserved_micros + failed.cost.charged_micros + failed.cost.held_micros, 0);
}

TEST_P(StoreContract, Move_EventWithoutChange_IsRecorded) {
  const ClaimedJob claimed = Planned();
  const JobMove deferred = MoveOf(JobState::kPending, JobEvent::kStartDeferred, JobState::kPending);
  ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{}, deferred}), absl::OkStatus());
  EXPECT_EQ(Read(claimed.job.id).state, JobState::kPending);
  EXPECT_EQ(Events(claimed.job.id).back(), "start_deferred");
}

TEST_P(StoreContract, Move_ClipInAnotherState_ChangesNothing) {
  const ClaimedJob claimed = Running();
  const Moves moves{{MoveOf(0, ClipState::kReady, ClipEvent::kStored, ClipState::kStored)},
                    MoveOf(JobState::kProcessing, JobEvent::kDelivered, JobState::kCompleted)};
  EXPECT_EQ(work().MoveIfHeld(claimed.lease, moves).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(Read(claimed.job.id).state, JobState::kProcessing);
  EXPECT_EQ(Read(claimed.job.id).clips.at(0).state, ClipState::kRunning);
  EXPECT_EQ(Events(claimed.job.id).back(), "start_accepted");
}

TEST_P(StoreContract, Move_JobInAnotherState_ChangesNothing) {
  const ClaimedJob claimed = Running();
  const Moves moves{
      {MoveOf(0, ClipState::kRunning, ClipEvent::kOperationSucceeded, ClipState::kReady)},
      MoveOf(JobState::kPending, JobEvent::kStartDeadlinePassed, JobState::kFailed, FailureReason::kDeadline)};
  EXPECT_EQ(work().MoveIfHeld(claimed.lease, moves).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(Read(claimed.job.id).clips.at(0).state, ClipState::kRunning);
}

TEST_P(StoreContract, Move_LeaseEnded_ChangesNothing) {
  const ClaimedJob claimed = Running();
  store().Advance(kLease + absl::Seconds(1));
  EXPECT_EQ(work().MoveIfHeld(claimed.lease, StepsToCompleted()[0]).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(Read(claimed.job.id).clips.at(0).state, ClipState::kRunning);
}

TEST_P(StoreContract, Move_AnothersToken_ChangesNothing) {
  const ClaimedJob claimed = Running();
  EXPECT_EQ(work().MoveIfHeld({claimed.job.id, "forged"}, StepsToCompleted()[0]).code(), absl::StatusCode::kAborted);
}

TEST_P(StoreContract, Move_FailedBackToPending_CountsTheDeadlineAnew) {
  const std::string id = Create(Asked()).id;
  const ClaimedJob claimed = ClaimOne();
  const JobMove failed =
      MoveOf(JobState::kPending, JobEvent::kStartDeadlinePassed, JobState::kFailed, FailureReason::kDeadline);
  ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{}, failed}), absl::OkStatus());
  store().Advance(absl::Seconds(10));
  const JobMove retried = MoveOf(JobState::kFailed, JobEvent::kRetried, JobState::kPending);
  ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{}, retried}), absl::OkStatus());
  const Job job = Read(id);
  EXPECT_GE(job.pending_since - job.created_at, absl::Seconds(10));
  EXPECT_EQ(job.reason, FailureReason::kNone);
  EXPECT_FALSE(job.finished_at.has_value());
}

TEST_P(StoreContract, NextDueIn_NothingStored_IsNever) { EXPECT_EQ(*work().NextDueIn(), std::nullopt); }

TEST_P(StoreContract, NextDueIn_FreeJob_IsWhenItFallsDue) {
  Create(Asked());
  EXPECT_EQ(*work().NextDueIn(), absl::ZeroDuration());
  const ClaimedJob claimed = ClaimOne();
  ASSERT_EQ(work().Release({{claimed.lease, absl::Minutes(3), {}}}), absl::OkStatus());
  EXPECT_LE(**work().NextDueIn(), absl::Minutes(3));
  EXPECT_GT(**work().NextDueIn(), absl::Minutes(2));
}

TEST_P(StoreContract, NextDueIn_HeldJob_IsWhenItsLeaseEnds) {
  Create(Asked());
  ClaimOne();
  EXPECT_LE(**work().NextDueIn(), kLease);
  EXPECT_GT(**work().NextDueIn(), kLease / 2);
  store().Advance(kLease + absl::Seconds(1));
  EXPECT_EQ(*work().NextDueIn(), absl::ZeroDuration());
}

}  // namespace
}  // namespace videojobs
