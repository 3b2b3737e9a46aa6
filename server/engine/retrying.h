#ifndef VIDEOJOBS_SERVER_ENGINE_RETRYING_H_
#define VIDEOJOBS_SERVER_ENGINE_RETRYING_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "adapters/job.h"
#include "adapters/job_changes.h"

namespace videojobs {

// Lets failed jobs go on, by a person's word. Thread-safe.
class Retrying {
 public:
  // `wake` is told that there is work.
  Retrying(JobChanges& changes, bool generation_enabled, std::function<void()> wake)
      : changes_(changes), generation_enabled_(generation_enabled), wake_(std::move(wake)) {}

  // Every clip that is paid for and still good is kept, what ended otherwise is planned anew. `accepted_starts` names
  // the starts in doubt whose second charge is accepted: each allows one start. Gives the job as it is then.
  // NOT_FOUND JOB_NOT_FOUND; FAILED_PRECONDITION JOB_NOT_FAILED, ESCALATION_GONE, NEWER_JOB (metadata job_id),
  // POSSIBLE_SECOND_CHARGE (metadata start_ids), GENERATION_DISABLED; else errors as JobChanges.
  absl::StatusOr<Job> Retry(const std::string& job_id, const std::vector<std::string>& accepted_starts);

  // The same by the word of the web app, whose row says `pending` again. That word is read anew under the job's lock:
  // it was perhaps granted meanwhile, by this server or another, and counts once. FAILED_PRECONDITION NOT_ASKED_AGAIN:
  // it does not stand any more; else as Retry without accepted starts.
  absl::StatusOr<Job> RetryAsAskedByApp(const std::string& job_id);

 private:
  JobChanges& changes_;
  const bool generation_enabled_;
  const std::function<void()> wake_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_RETRYING_H_
