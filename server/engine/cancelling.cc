#include "server/engine/cancelling.h"

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "adapters/refusal.h"

namespace videojobs {
namespace {

bool IsCancelled(const Job& job) {
  return job.reason == FailureReason::kCancelled ||
         (!IsFinished(job.state) && job.stop_requested == FailureReason::kCancelled);
}

absl::StatusOr<JobChange> Decision(const JobAtHand& at_hand) {
  const Job& job = at_hand.job;
  JobChange change;
  if (IsCancelled(job)) return change;
  const bool intent_open = absl::c_any_of(job.clips, [](const Clip& c) { return c.state == ClipState::kStarting; });
  const JobRow& row = Decide(job.state, JobEvent::kCancelled, intent_open ? job_fact::kIntentOpen : 0);
  if (row.answer == statemachine::Answer::kMoves) {
    change.moves.job = JobMove{.from = row.from,
                               .event = row.event,
                               .to = row.to,
                               .reason = FailureReason::kCancelled,
                               .detail = "cancelled by a person"};
    return change;
  }
  if (row.answer == statemachine::Answer::kStays) {
    change.stop_requested = FailureReason::kCancelled;
    return change;
  }
  return Refuse(absl::StatusCode::kFailedPrecondition,
                absl::StrCat("the job is ", std::string(Name(job.state)), " already; there is nothing to cancel"),
                {"JOB_FINISHED", {}, {}});
}

}  // namespace

absl::StatusOr<Job> Cancelling::Cancel(const std::string& job_id) {
  auto job = changes_.Change(job_id, Decision);
  if (job.ok()) wake_();
  return job;
}

}  // namespace videojobs
