#include "server/engine/retrying.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "adapters/refusal.h"

namespace videojobs {
namespace {

absl::Status Refused(std::string reason, std::string message,
                     std::vector<std::pair<std::string, std::string>> metadata = {}) {
  return Refuse(absl::StatusCode::kFailedPrecondition, message, {std::move(reason), {}, std::move(metadata)});
}

absl::Status RefuseDoubt(const std::vector<std::string>& starts) {
  return Refused("POSSIBLE_SECOND_CHARGE",
                 absl::StrCat("nobody can say whether ", absl::StrJoin(starts, ", "),
                              " was charged; to start again all the same, name it in accept_possible_second_charge"),
                 {{"start_ids", absl::StrJoin(starts, ",")}});
}

// Whether this job is one that a person's word may send on its way again.
absl::Status MayRetry(const JobAtHand& at_hand) {
  const Job& job = at_hand.job;
  if (job.state != JobState::kFailed) {
    return Refused("JOB_NOT_FAILED",
                   absl::StrCat("the job is ", std::string(Name(job.state)), "; only a failed one can be retried"));
  }
  if (at_hand.escalation_gone) {
    return Refused("ESCALATION_GONE", "the web app deleted the job's escalation; nobody waits for its video");
  }
  if (!at_hand.newer_job_id.empty()) {
    return Refused("NEWER_JOB", absl::StrCat("the escalation has a newer job, ", at_hand.newer_job_id),
                   {{"job_id", at_hand.newer_job_id}});
  }
  return absl::OkStatus();
}

std::vector<std::string> StillInDoubt(const JobAtHand& at_hand, const std::vector<std::string>& accepted) {
  std::vector<std::string> doubtful;
  for (const std::string& start : at_hand.starts_in_doubt) {
    if (!absl::c_linear_search(accepted, start)) doubtful.push_back(start);
  }
  return doubtful;
}

// Plans anew what is neither kept nor planned already. None: a start is under way, which no word can accept.
std::optional<std::vector<ClipMove>> PlanAnew(const Job& job) {
  std::vector<ClipMove> moves;
  for (const Clip& clip : job.clips) {
    const ClipRow& row = Decide(clip.state, ClipEvent::kRetried, clip_fact::kSecondChargeAccepted);
    if (row.answer == statemachine::Answer::kRejected) return std::nullopt;
    if (row.answer == statemachine::Answer::kMoves) {
      moves.push_back({.clip = clip.index, .from = row.from, .event = row.event, .to = row.to});
    }
  }
  return moves;
}

bool IsKept(const Clip& clip) {
  return clip.state == ClipState::kRunning || clip.state == ClipState::kReady || clip.state == ClipState::kStored;
}

absl::StatusOr<JobChange> Decision(const JobAtHand& at_hand, const std::vector<std::string>& accepted,
                                   bool generation_enabled) {
  if (absl::Status may = MayRetry(at_hand); !may.ok()) return may;
  const std::vector<Clip>& clips = at_hand.job.clips;
  const bool needs_start = clips.empty() || !absl::c_all_of(clips, IsKept);
  const auto doubtful = needs_start ? StillInDoubt(at_hand, accepted) : std::vector<std::string>();
  if (!doubtful.empty()) return RefuseDoubt(doubtful);
  auto anew = PlanAnew(at_hand.job);
  if (!anew) return RefuseDoubt(at_hand.starts_in_doubt);
  if (needs_start && !generation_enabled) {
    return Refused("GENERATION_DISABLED",
                   "video generation is switched off; set VIDEO_GENERATION_ENABLED=true on the server");
  }
  const bool kept = absl::c_any_of(clips, IsKept);
  const JobRow& row = Decide(JobState::kFailed, JobEvent::kRetried,
                             job_fact::kMayPublish | (kept ? job_fact::kClipKept : statemachine::Facts{0}));
  JobChange change;
  if (needs_start) change.accepted_starts = at_hand.starts_in_doubt;
  change.moves.clips = *std::move(anew);
  change.moves.job = JobMove{.from = row.from, .event = row.event, .to = row.to};
  return change;
}

absl::StatusOr<JobChange> DecisionForApp(const JobAtHand& at_hand, bool generation_enabled) {
  if (!at_hand.asked_again) return Refused("NOT_ASKED_AGAIN", "the web app does not ask for this video again any more");
  return Decision(at_hand, {}, generation_enabled);
}

}  // namespace

absl::StatusOr<Job> Retrying::Retry(const std::string& job_id, const std::vector<std::string>& accepted_starts) {
  auto job = changes_.Change(
      job_id, [&](const JobAtHand& at_hand) { return Decision(at_hand, accepted_starts, generation_enabled_); });
  if (job.ok()) wake_();
  return job;
}

absl::StatusOr<Job> Retrying::RetryAsAskedByApp(const std::string& job_id) {
  auto job =
      changes_.Change(job_id, [&](const JobAtHand& at_hand) { return DecisionForApp(at_hand, generation_enabled_); });
  if (job.ok()) wake_();
  return job;
}

}  // namespace videojobs
