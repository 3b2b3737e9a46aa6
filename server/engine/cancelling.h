#ifndef VIDEOJOBS_SERVER_ENGINE_CANCELLING_H_
#define VIDEOJOBS_SERVER_ENGINE_CANCELLING_H_

#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "adapters/job.h"
#include "adapters/job_changes.h"

namespace videojobs {

// Ends jobs by a person's word. Thread-safe.
class Cancelling {
 public:
  // `wake` is told that there is work: what runs already is followed for its cost.
  Cancelling(JobChanges& changes, std::function<void()> wake) : changes_(changes), wake_(std::move(wake)) {}

  // Fails the job with CANCELLED at once; with a start under way as soon as its outcome is known. Gives the job as it
  // is then; one that is cancelled already as it is. NOT_FOUND JOB_NOT_FOUND; FAILED_PRECONDITION JOB_FINISHED; else
  // errors as JobChanges.
  absl::StatusOr<Job> Cancel(const std::string& job_id);

 private:
  JobChanges& changes_;
  const std::function<void()> wake_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_CANCELLING_H_
