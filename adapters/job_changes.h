#ifndef VIDEOJOBS_ADAPTERS_JOB_CHANGES_H_
#define VIDEOJOBS_ADAPTERS_JOB_CHANGES_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "adapters/job.h"
#include "adapters/job_work.h"

namespace videojobs {

// A job as it is under its row's lock, and what around it a person's word depends on.
struct JobAtHand {
  Job job;                       // with clips
  std::string newer_job_id;      // of the same escalation; empty: this is the newest
  bool escalation_gone = false;  // its row of the web app was there, and is deleted
  bool asked_again = false;      // its row says `pending`, over what was shown as failed, for the same text
  // The latest starts of clips that are open or unknown, of any job for the same escalation and text, this one
  // included: each blocks a new start, also where its clip was planned again and its job ended before anything
  // followed. One that was not ours goes by its job's id.
  std::vector<std::string> starts_in_doubt;
};

// What a person's word changes: all of it, or nothing.
struct JobChange {
  Moves moves;
  FailureReason stop_requested = FailureReason::kNone;  // kCancelled: to stop once its open intent is settled
  std::vector<std::string> accepted_starts;             // whose possible second charge was accepted
};

// Decides under the lock. Pure: it may be asked again when the transaction is repeated. An error changes nothing.
using ChangeDecision = std::function<absl::StatusOr<JobChange>(const JobAtHand&)>;

// A person's word about one job, which no lease holds back. Thread-safe.
class JobChanges {
 public:
  virtual ~JobChanges() = default;

  // Reads the job, asks `decide`, and applies its answer, with an event per move and per accepted start, in one
  // transaction. A job that moves is taken from whoever works on it: no lease of before moves it or publishes for it
  // any more. What has work ahead is due at once. Gives the job as it is then. A change without anything in it writes
  // nothing. Errors: NOT_FOUND; what `decide` says; ABORTED: a state is another by now; else as JobWork.
  virtual absl::StatusOr<Job> Change(const std::string& job_id, const ChangeDecision& decide) = 0;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_JOB_CHANGES_H_
