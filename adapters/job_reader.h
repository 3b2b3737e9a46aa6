#ifndef VIDEOJOBS_ADAPTERS_JOB_READER_H_
#define VIDEOJOBS_ADAPTERS_JOB_READER_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "adapters/job.h"

namespace videojobs {

// Which jobs a listing shows. An empty field does not filter.
struct JobFilter {
  std::vector<JobState> states;
  std::string escalation_id;
  std::optional<absl::Time> created_after;   // at this time or later
  std::optional<absl::Time> created_before;  // earlier than this time
};

// The last job of a page; the next page begins behind it.
struct PageEnd {
  absl::Time created_at;
  std::string job_id;
};

struct JobPage {
  std::vector<Job> jobs;        // newest first
  std::optional<PageEnd> next;  // none: this was the last page
  absl::Time now;               // the store's clock
};

// Reading jobs. What it returns has clips and costs, but no response text and no prompts. Thread-safe. Errors:
// NOT_FOUND where said, else as in JobWork.
class JobReader {
 public:
  virtual ~JobReader() = default;

  // These jobs, those that exist, in the order asked for.
  virtual absl::StatusOr<std::vector<Job>> Get(absl::Span<const std::string> job_ids) = 0;
  // The newest job of an escalation. NOT_FOUND: it has none.
  virtual absl::StatusOr<Job> NewestOf(const std::string& escalation_id) = 0;
  // A page of at most `limit` jobs behind `after`.
  virtual absl::StatusOr<JobPage> List(const JobFilter& filter, const std::optional<PageEnd>& after, int limit) = 0;
  // How many jobs were due, and held by nobody, for longer than `by`: more than none means that nobody sweeps.
  virtual absl::StatusOr<int> CountOverdue(absl::Duration by) = 0;
  // OK when the database answers, its migrations are those that this program was built with, and this user may do all
  // that the service needs. FAILED_PRECONDITION says which migrations are missing, PERMISSION_DENIED which rights, and
  // what to do.
  virtual absl::Status Check() = 0;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_JOB_READER_H_
