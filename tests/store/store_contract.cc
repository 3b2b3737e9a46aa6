#include "tests/store/store_contract.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/engine/retrying.h"

namespace videojobs {

StoreContract::StoreContract() : store_(GetParam().open()), ports_(store_->Ports()) {}

std::string StoreContract::NextId() { return absl::StrFormat("00000000-0000-7000-8000-%012d", ++last_id_); }

NewJob StoreContract::Asked(const std::string& escalation_id) {
  NewJob asked;
  asked.job.id = NextId();
  asked.job.escalation_id = escalation_id;
  asked.job.state = JobState::kPending;
  asked.job.response_text = "The exam's second part is open book.";
  asked.job.context = {"Ada", "exams", "Analysis"};
  asked.job.options.model = "veo-3.1-generate-preview";
  asked.job.provider = "gemini";
  return asked;
}

Job StoreContract::Create(const NewJob& job) {
  const auto created = intake().Create({"", "", {job}});
  EXPECT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(created->conflicts.size(), 0u);
  return created->jobs.at(0);
}

ClaimedJob StoreContract::ClaimOne(const std::string& token) {
  auto claimed = work().Claim(10, token, kLease);
  EXPECT_TRUE(claimed.ok()) << claimed.status();
  EXPECT_EQ(claimed->size(), 1u);
  return std::move(claimed->at(0));
}

ClaimedJob StoreContract::Planned(int scenes) {
  Create(Asked());
  ClaimedJob claimed = ClaimOne();
  std::vector<PlannedClip> clips;
  for (int i = 0; i < scenes; ++i) clips.push_back({{absl::StrCat("scene ", i), 6}, absl::StrCat("stem-", i)});
  EXPECT_EQ(work().WriteStoryboardIfHeld(claimed.lease, clips), absl::OkStatus());
  return claimed;
}

StartIntent StoreContract::IntentFor(const ClaimedJob& claimed, int clip) {
  StartIntent intent;
  intent.lease = claimed.lease;
  intent.clip = clip;
  intent.start_id = absl::StrCat("start-", NextId());
  intent.provider = "gemini";
  intent.model = "veo-3.1-generate-preview";
  intent.price_micros = 2 * kDollar;
  return intent;
}

std::string StoreContract::Intended(const ClaimedJob& claimed, int clip) {
  const StartIntent intent = IntentFor(claimed, clip);
  const auto recorded = ledger().RecordIntent(intent);
  EXPECT_TRUE(recorded.ok()) << recorded.status();
  EXPECT_EQ(recorded->answer, IntentAnswer::kRecorded);
  return intent.start_id;
}

ClaimedJob StoreContract::Running(const std::string& operation_name) {
  ClaimedJob claimed = Planned();
  EXPECT_EQ(ledger().RecordOutcome(Intended(claimed), Accepted(operation_name)), absl::OkStatus());
  const Moves moves{{}, MoveOf(JobState::kPending, JobEvent::kStartAccepted, JobState::kProcessing)};
  EXPECT_EQ(work().MoveIfHeld(claimed.lease, moves), absl::OkStatus());
  return claimed;
}

StoreContract::TwoStarts StoreContract::StartedAgain() {
  const ClaimedJob claimed = Planned();
  const std::string first = Intended(claimed);
  EXPECT_EQ(ledger().RecordOutcome(first, Unknown()), absl::OkStatus());
  Fail(work(), claimed, FailureReason::kStartUnknown);
  EXPECT_TRUE(Retry(changes(), claimed.job.id, {first}).ok());
  const std::string second = Intended(ClaimOne("second"));
  return {claimed.job.id, first, second};
}

Job StoreContract::Read(const std::string& job_id) {
  const auto jobs = reader().Get({job_id});
  EXPECT_TRUE(jobs.ok()) << jobs.status();
  return jobs->at(0);
}

std::vector<std::string> StoreContract::Events(const std::string& job_id) {
  const auto rows = store().QuerySql(
      absl::StrCat("SELECT clip, event FROM video_job_events WHERE job_id = '", job_id, "' ORDER BY seq"));
  EXPECT_TRUE(rows.ok()) << rows.status();
  std::vector<std::string> events;
  for (const auto& row : *rows) events.push_back(row[0].empty() ? row[1] : absl::StrCat(row[0], ":", row[1]));
  return events;
}

StartOutcome Accepted(const std::string& operation_name) {
  StartOutcome outcome;
  outcome.kind = OutcomeKind::kAccepted;
  outcome.operation_name = operation_name;
  outcome.http_status = 200;
  return outcome;
}

StartOutcome Refused(LaneReason lane_reason, absl::Duration closed_for) {
  StartOutcome outcome;
  outcome.kind = OutcomeKind::kRefused;
  outcome.lane_reason = lane_reason;
  outcome.lane_closed_for = closed_for;
  outcome.detail = "the provider said no";
  outcome.http_status = 400;
  return outcome;
}

StartOutcome Unknown() {
  StartOutcome outcome;
  outcome.kind = OutcomeKind::kUnknown;
  outcome.detail = "the connection broke";
  return outcome;
}

JobMove MoveOf(JobState from, JobEvent event, JobState to, FailureReason reason) {
  JobMove move;
  move.from = from;
  move.event = event;
  move.to = to;
  move.reason = reason;
  if (to == JobState::kCompleted) move.video_url = "https://storage.example/video.mp4";
  return move;
}

ClipMove MoveOf(int clip, ClipState from, ClipEvent event, ClipState to, FailureReason reason) {
  ClipMove move;
  move.clip = clip;
  move.from = from;
  move.event = event;
  move.to = to;
  move.reason = reason;
  if (to == ClipState::kReady) move.result = "uri:https://provider.example/files/1";
  if (to == ClipState::kStored) {
    move.stored = StoredVideo{"stem-0.mp4", 1234, std::string(64, 'a'), absl::Seconds(6)};
  }
  return move;
}

absl::StatusOr<Job> Retry(JobChanges& changes, const std::string& job_id, const std::vector<std::string>& accepted) {
  return Retrying(changes, true, [] {}).Retry(job_id, accepted);
}

void Fail(JobWork& work, const ClaimedJob& claimed, FailureReason reason) {
  const JobEvent event = reason == FailureReason::kCancelled ? JobEvent::kCancelled : JobEvent::kStartsExhausted;
  ASSERT_EQ(work.MoveIfHeld(claimed.lease, {{}, MoveOf(JobState::kPending, event, JobState::kFailed, reason)}),
            absl::OkStatus());
}

std::vector<Moves> StepsToCompleted() {
  ClipMove ready = MoveOf(0, ClipState::kRunning, ClipEvent::kOperationSucceeded, ClipState::kReady);
  ready.settled = Settlement::kCharged;
  return {{{ready}, {}},
          {{MoveOf(0, ClipState::kReady, ClipEvent::kStored, ClipState::kStored)},
           MoveOf(JobState::kProcessing, JobEvent::kDelivered, JobState::kCompleted)}};
}

}  // namespace videojobs
