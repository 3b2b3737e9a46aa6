// What is decided about a job, apart from how it is stored: its next move, and what a person's word does to it.
#include <string>
#include <utility>
#include <vector>

#include "adapters/refusal.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/engine/cancelling.h"
#include "server/engine/next_move.h"
#include "server/engine/retrying.h"

namespace videojobs {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);
constexpr absl::Duration kDeadline = absl::Hours(72);

struct ClipIn {
  ClipState state;
  FailureReason reason = FailureReason::kNone;
};

Job JobOf(JobState state, const std::vector<ClipIn>& clips, FailureReason reason = FailureReason::kNone) {
  Job job;
  job.id = "job";
  job.state = state;
  job.reason = reason;
  job.created_at = job.pending_since = kNow;
  for (const ClipIn& in : clips) {
    Clip clip;
    clip.index = static_cast<int>(job.clips.size());
    clip.state = in.state;
    clip.reason = in.reason;
    job.clips.push_back(clip);
  }
  return job;
}

// "event>state REASON"; "" where it stays.
std::string MoveOf(const Job& job, MoveContext context = {}) {
  if (context.now == absl::UnixEpoch()) context.now = kNow;
  context.start_deadline = kDeadline;
  const auto move = NextMove(job, context);
  if (!move) return "";
  return std::string(Name(move->event)) + ">" + std::string(Name(move->to)) +
         (move->reason == FailureReason::kNone ? "" : " " + std::string(Name(move->reason))) +
         (move->video_is_placeholder ? " placeholder" : "");
}

MoveContext Delivered() {
  MoveContext context;
  context.now = kNow;
  context.delivered_url = "https://videos.example/a.mp4";
  return context;
}

TEST(NextMove, OfItsClips_IsARowOfTheTable) {
  using enum JobState;
  using C = ClipState;
  using F = FailureReason;
  const struct {
    JobState state;
    std::vector<ClipIn> clips;
    std::string move;
  } cases[] = {
      {kNone, {}, ""},
      {kPending, {}, ""},
      {kPending, {{C::kPlanned}}, ""},
      {kPending, {{C::kStarting}}, ""},
      {kPending, {{C::kPlanned}, {C::kRunning}}, "start_accepted>processing"},
      {kPending, {{C::kReady}}, "start_accepted>processing"},
      {kPending, {{C::kRefused, F::kStartRefused}}, "starts_exhausted>failed START_REFUSED"},
      {kPending, {{C::kUnknown, F::kStartUnknown}}, "starts_exhausted>failed START_UNKNOWN"},
      {kPending,
       {{C::kRefused, F::kStartRefused}, {C::kUnknown, F::kStartUnknown}},
       "starts_exhausted>failed START_UNKNOWN"},
      {kPending,
       {{C::kUnknown, F::kStartUnknown}, {C::kRefused, F::kStartRefused}},
       "starts_exhausted>failed START_UNKNOWN"},
      {kProcessing, {{C::kPlanned}, {C::kRunning}}, ""},
      {kProcessing, {{C::kReady}}, ""},
      {kProcessing, {{C::kFailed, F::kFiltered}}, "clips_ended>failed FILTERED"},
      {kProcessing, {{C::kFailed, F::kGenerationFailed}, {C::kFailed, F::kFiltered}}, "clips_ended>failed FILTERED"},
      {kProcessing, {{C::kFailed}}, "clips_ended>failed GENERATION_FAILED"},
      {kProcessing, {{C::kFailed, F::kDeliveryFailed}}, "result_lost>failed DELIVERY_FAILED"},
      {kProcessing, {{C::kStored}}, ""},  // until its URL is known
      {kCompleted, {{C::kStored}}, ""},
      {kFailed, {{C::kFailed, F::kFiltered}}, ""},
  };
  for (const auto& row : cases) {
    EXPECT_EQ(MoveOf(JobOf(row.state, row.clips)), row.move) << Name(row.state) << " " << row.clips.size();
  }
}

TEST(NextMove, LateAnswer_LeadsOutOfFailedUnlessItWasStopped) {
  const std::vector<ClipIn> runs = {{ClipState::kRunning}};
  EXPECT_EQ(MoveOf(JobOf(JobState::kFailed, runs, FailureReason::kStartUnknown)), "start_accepted>processing");
  EXPECT_EQ(MoveOf(JobOf(JobState::kFailed, runs, FailureReason::kDeadline)), "start_accepted>processing");
  const std::vector<ClipIn> beside_a_filtered_one = {{ClipState::kFailed, FailureReason::kFiltered},
                                                     {ClipState::kRunning}};
  EXPECT_EQ(MoveOf(JobOf(JobState::kFailed, beside_a_filtered_one, FailureReason::kFiltered)),
            "start_accepted>processing");
  EXPECT_EQ(MoveOf(JobOf(JobState::kFailed, runs, FailureReason::kCancelled)), "");
  EXPECT_EQ(MoveOf(JobOf(JobState::kFailed, runs, FailureReason::kEscalationGone)), "");
  MoveContext newer_job;
  newer_job.may_publish = false;
  EXPECT_EQ(MoveOf(JobOf(JobState::kFailed, runs, FailureReason::kStartUnknown), newer_job), "");
}

TEST(NextMove, AllStored_CompletesWithItsUrl) {
  const auto move = NextMove(JobOf(JobState::kProcessing, {{ClipState::kStored}}), Delivered());
  ASSERT_TRUE(move.has_value());
  EXPECT_EQ(move->to, JobState::kCompleted);
  EXPECT_EQ(move->video_url, "https://videos.example/a.mp4");
}

TEST(NextMove, ResultLost_CompletesWithAPlaceholderWhereOneIsConfigured) {
  MoveContext context;
  context.placeholder_url = "https://videos.example/sorry.mp4";
  const Job lost = JobOf(JobState::kProcessing, {{ClipState::kFailed, FailureReason::kDeliveryFailed}});
  EXPECT_EQ(MoveOf(lost, context), "result_lost>completed placeholder");
}

TEST(NextMove, DeadlinePassed_FailsWhatNeverStarted) {
  MoveContext late;
  late.now = kNow + kDeadline + absl::Seconds(1);
  EXPECT_EQ(MoveOf(JobOf(JobState::kPending, {{ClipState::kPlanned}}), late), "start_deadline_passed>failed DEADLINE");
  EXPECT_EQ(MoveOf(JobOf(JobState::kPending, {}), late), "start_deadline_passed>failed DEADLINE");
  EXPECT_EQ(
      MoveOf(JobOf(JobState::kPending, {{ClipState::kPlanned}, {ClipState::kUnknown, FailureReason::kStartUnknown}}),
             late),
      "start_deadline_passed>failed START_UNKNOWN")
      << "what may be charged counts more";
  EXPECT_EQ(MoveOf(JobOf(JobState::kPending, {{ClipState::kStarting}}), late), "") << "its intent is settled first";
  EXPECT_EQ(MoveOf(JobOf(JobState::kPending, {{ClipState::kPlanned}, {ClipState::kRunning}}), late),
            "start_accepted>processing");
  Job retried = JobOf(JobState::kPending, {{ClipState::kPlanned}});
  retried.created_at = kNow - 2 * kDeadline;
  MoveContext now;
  now.now = kNow;
  EXPECT_EQ(MoveOf(retried, now), "") << "its time began anew when it was retried";
  MoveContext at_the_end;
  at_the_end.now = kNow + kDeadline;
  EXPECT_EQ(MoveOf(JobOf(JobState::kPending, {{ClipState::kPlanned}}), at_the_end), "");
}

TEST(NextMove, StopAskedFor_EndsTheJobOnceItsIntentIsSettled) {
  const struct {
    FailureReason stop;
    const char* event;
  } stops[] = {{FailureReason::kCancelled, "cancelled"}, {FailureReason::kEscalationGone, "escalation_gone"}};
  for (const auto& row : stops) {
    for (const JobState state : {JobState::kPending, JobState::kProcessing}) {
      Job job = JobOf(state, {{ClipState::kRunning}});
      job.stop_requested = row.stop;
      EXPECT_EQ(MoveOf(job), std::string(row.event) + ">failed " + std::string(Name(row.stop)));
    }
    Job open = JobOf(JobState::kPending, {{ClipState::kStarting}});
    open.stop_requested = row.stop;
    EXPECT_EQ(MoveOf(open), "");
    Job ended = JobOf(JobState::kFailed, {{ClipState::kFailed}}, FailureReason::kFiltered);
    ended.stop_requested = row.stop;
    EXPECT_EQ(MoveOf(ended), "");
  }
}

// A job under a lock, in memory: keeps what was decided.
class JobInHand : public JobChanges {
 public:
  explicit JobInHand(JobAtHand at_hand) : at_hand_(std::move(at_hand)) {}
  absl::StatusOr<Job> Change(const std::string&, const ChangeDecision& decide) override {
    auto change = decide(at_hand_);
    if (!change.ok()) return change.status();
    decided = *std::move(change);
    return at_hand_.job;
  }
  JobChange decided;

 private:
  const JobAtHand at_hand_;
};

std::string ReasonOf(const absl::Status& status) { return RefusalOf(status).reason; }

TEST(Retrying, JobThatMayNotBeRetried_IsRefusedInWords) {
  const Job failed = JobOf(JobState::kFailed, {{ClipState::kFailed}}, FailureReason::kFiltered);
  const struct {
    JobAtHand at_hand;
    const char* reason;
  } cases[] = {
      {{JobOf(JobState::kProcessing, {{ClipState::kRunning}}), "", false, false, {}}, "JOB_NOT_FAILED"},
      {{failed, "", true, false, {}}, "ESCALATION_GONE"},
      {{failed, "newer", false, false, {}}, "NEWER_JOB"},
      {{failed, "", false, false, {"start-1"}}, "POSSIBLE_SECOND_CHARGE"},
      {{JobOf(JobState::kFailed, {{ClipState::kStarting}}, FailureReason::kCancelled), "", false, false, {}},
       "POSSIBLE_SECOND_CHARGE"},
  };
  for (const auto& row : cases) {
    JobInHand job(row.at_hand);
    EXPECT_EQ(ReasonOf(Retrying(job, true, [] {}).Retry("job", {}).status()), row.reason);
  }
}

TEST(Retrying, OneOfTwoStartsInDoubtAccepted_IsRefused) {
  JobInHand job({JobOf(JobState::kFailed, {{ClipState::kFailed}}, FailureReason::kFiltered),
                 "",
                 false,
                 false,
                 {"start-1", "start-2"}});
  Retrying retrying(job, true, [] {});
  EXPECT_EQ(ReasonOf(retrying.Retry("job", {"start-1"}).status()), "POSSIBLE_SECOND_CHARGE");
  EXPECT_TRUE(retrying.Retry("job", {"start-1", "start-2"}).ok());
}

TEST(Retrying, ClipsThatArePaidFor_AreKeptWhateverElseStartsAnew) {
  for (const ClipState kept : {ClipState::kRunning, ClipState::kReady, ClipState::kStored}) {
    JobInHand job(
        {JobOf(JobState::kFailed, {{kept}, {ClipState::kFailed}}, FailureReason::kCancelled), "", false, false, {}});
    ASSERT_TRUE(Retrying(job, true, [] {}).Retry("job", {}).ok());
    ASSERT_THAT(job.decided.moves.clips, SizeIs(1));
    EXPECT_EQ(job.decided.moves.clips[0].clip, 1);
    EXPECT_EQ(job.decided.moves.job->to, JobState::kProcessing);
  }
}

TEST(Retrying, ByTheWebApp_NeedsThatItAsksStill) {
  JobAtHand at_hand{JobOf(JobState::kFailed, {{ClipState::kFailed}}, FailureReason::kFiltered), "", false, false, {}};
  JobInHand answered_meanwhile(at_hand);
  EXPECT_EQ(ReasonOf(Retrying(answered_meanwhile, true, [] {}).RetryAsAskedByApp("job").status()), "NOT_ASKED_AGAIN");
  at_hand.asked_again = true;
  JobInHand asks(at_hand);
  EXPECT_TRUE(Retrying(asks, true, [] {}).RetryAsAskedByApp("job").ok());
  EXPECT_EQ(asks.decided.moves.job->to, JobState::kPending);
  at_hand.starts_in_doubt = {"start-1"};
  JobInHand doubtful(at_hand);
  EXPECT_EQ(ReasonOf(Retrying(doubtful, true, [] {}).RetryAsAskedByApp("job").status()), "POSSIBLE_SECOND_CHARGE");
}

TEST(Retrying, WhileSwitchedOff_OnlyWhatNeedsNoStart) {
  JobInHand kept({JobOf(JobState::kFailed, {{ClipState::kReady}}, FailureReason::kCancelled), "", false, false, {}});
  EXPECT_TRUE(Retrying(kept, false, [] {}).Retry("job", {}).ok());
  JobInHand anew({JobOf(JobState::kFailed, {{ClipState::kReady}, {ClipState::kFailed}}, FailureReason::kCancelled),
                  "",
                  false,
                  false,
                  {}});
  EXPECT_EQ(ReasonOf(Retrying(anew, false, [] {}).Retry("job", {}).status()), "GENERATION_DISABLED");
}

TEST(Cancelling, EachState_MovesWaitsOrIsRefused) {
  JobInHand pending({JobOf(JobState::kPending, {{ClipState::kPlanned}}), "", false, false, {}});
  ASSERT_TRUE(Cancelling(pending, [] {}).Cancel("job").ok());
  EXPECT_EQ(pending.decided.moves.job->reason, FailureReason::kCancelled);

  JobInHand open({JobOf(JobState::kPending, {{ClipState::kStarting}}), "", false, false, {}});
  ASSERT_TRUE(Cancelling(open, [] {}).Cancel("job").ok());
  EXPECT_FALSE(open.decided.moves.job.has_value());
  EXPECT_EQ(open.decided.stop_requested, FailureReason::kCancelled);

  JobInHand again({JobOf(JobState::kFailed, {}, FailureReason::kCancelled), "", false, false, {}});
  ASSERT_TRUE(Cancelling(again, [] {}).Cancel("job").ok());
  EXPECT_FALSE(again.decided.moves.job.has_value());

  for (const JobState ended : {JobState::kCompleted, JobState::kFailed, JobState::kNone}) {
    JobInHand job({JobOf(ended, {}, FailureReason::kFiltered), "", false, false, {}});
    EXPECT_EQ(ReasonOf(Cancelling(job, [] {}).Cancel("job").status()), "JOB_FINISHED") << Name(ended);
  }
}

}  // namespace
}  // namespace videojobs
