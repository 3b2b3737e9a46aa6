#ifndef VIDEOJOBS_ADAPTERS_JOB_INTAKE_H_
#define VIDEOJOBS_ADAPTERS_JOB_INTAKE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "adapters/job.h"

namespace videojobs {

// A row of the web app's table, as far as we read it.
struct Escalation {
  std::string id;
  std::string response;        // empty: not answered yet
  Context context;             // names where the app's tables have them
  std::string status;          // video_generation_status
  std::string operation_name;  // video_job_id
};

// A job that shall be. `job.state` says as what: pending for a new one; processing, or failed, for an adopted one.
struct NewJob {
  Job job;  // id, escalation_id, response_text, context, options, provider, location, asked_scenes,
            // and for an adopted one state, reason and one clip
  // Allowed although the escalation has a finished job, but for one of the same text with an open or unknown start.
  bool regenerate = false;
  std::vector<std::string> accepted_starts{};  // with regenerate: such starts all the same, by a person's word
};

struct NewBatch {
  std::string request_id;   // empty: none
  std::string fingerprint;  // SHA-256 of what the request says, in hex
  std::vector<NewJob> jobs;
};

enum class IntakeProblem {
  kRequestIdReused,    // the same request_id came with another payload
  kUnfinishedJob,      // the escalation has a job that has not ended
  kFinishedJob,        // it has one that ended, and `regenerate` was not said
  kStartInDoubt,       // a start for the same escalation and text may have been charged: never pay twice
  kUnknownEscalation,  // there is no such row
  kNotAdoptedYet,      // the web app left its row in processing: it is followed by the next sweep, never started
};

struct IntakeConflict {
  IntakeProblem problem = IntakeProblem::kUnfinishedJob;
  int index = 0;                         // in the batch; 0 with kRequestIdReused
  std::string job_id;                    // the job in the way, where there is one
  std::vector<std::string> start_ids{};  // kStartInDoubt: what nobody accepted; a start not ours goes by its job's id
};

// All jobs or only conflicts.
struct IntakeResult {
  std::vector<Job> jobs;  // in the batch's order
  std::vector<IntakeConflict> conflicts;
  bool replayed = false;  // the request_id was known: these are its jobs in their present state
};

enum class AdoptPolicy { kNew, kAll, kOff };

// What one look at the web app's table changed.
struct Upkeep {
  int mirrors_restored = 0;
  std::vector<std::string> jobs_gone;  // their rows are deleted: `stop_requested` is set, and they are due
};

// Taking jobs in: from callers, and from the web app's table where there is one. Thread-safe. Errors as in JobWork.
class JobIntake {
 public:
  virtual ~JobIntake() = default;

  // Whether the web app's table is there to be read.
  virtual absl::StatusOr<bool> HasEscalations() = 0;

  // The rows of these ids, those that exist, in no order. Without the table: FAILED_PRECONDITION.
  virtual absl::StatusOr<std::vector<Escalation>> ReadEscalations(absl::Span<const std::string> ids) = 0;

  // What an earlier request of this id made: replayed jobs, or the conflict kRequestIdReused. Neither: it is new.
  virtual absl::StatusOr<IntakeResult> FindRequest(const std::string& request_id, const std::string& fingerprint) = 0;

  // Creates all jobs of the batch or none, durably, together with the request_id. Any number of callers may do so with
  // the same request_id at once, on any replicas: one creates, all get the same jobs. An adopted unfinished job with
  // the same text and no start yet is returned in place of a conflict.
  virtual absl::StatusOr<IntakeResult> Create(const NewBatch& batch) = 0;

  // Rows that should become jobs by themselves, up to `limit`: answered `pending` rows without a job, or whose finished
  // job was made for another text; under kNew not those that were waiting when the migration ran, as long as their
  // response is the same; and `processing` rows that no job knows, which come first. Empty without the table.
  virtual absl::StatusOr<std::vector<Escalation>> FindAdoptable(AdoptPolicy policy, int limit) = 0;

  // Makes jobs of such rows, those that are still as they were found. Returns how many; the others are passed over:
  // another replica was quicker, the app changed its mind, or it is writing the row just now.
  virtual absl::StatusOr<int> Adopt(absl::Span<const NewJob> jobs) = 0;

  // Failed jobs whose row the app set to `pending` again for the same text, where no start is in doubt: as a retry. Up
  // to `limit`, in no order. Empty without the table.
  virtual absl::StatusOr<std::vector<std::string>> FindAskedAgain(int limit) = 0;

  // Shows these jobs in their rows as they are, where the app still asks as FindAskedAgain found it: its wish is not
  // granted. What it wished or wrote since then stays.
  virtual absl::Status ShowAsTheyAre(absl::Span<const std::string> job_ids) = 0;

  // Restores what the app's row shows where it drifted from the newest job, and finds unfinished jobs whose row is
  // gone.
  virtual absl::StatusOr<Upkeep> KeepMirrors() = 0;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_JOB_INTAKE_H_
