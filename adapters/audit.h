#ifndef VIDEOJOBS_ADAPTERS_AUDIT_H_
#define VIDEOJOBS_ADAPTERS_AUDIT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "adapters/job.h"

namespace videojobs {

// A line of a job's log, in words as stored.
struct LoggedEvent {
  int sequence = 0;  // 1 for the first
  absl::Time at;
  std::optional<int> clip;  // none: the job itself
  std::string event;
  std::string from;  // empty: it did not exist
  std::string to;
  FailureReason reason = FailureReason::kNone;
  std::string detail;
  std::string start_id;
};

// The evidence of one paid call.
struct LoggedStart {
  std::string start_id;
  int clip = 0;
  int attempt = 0;  // 1 for the clip's first
  std::string provider;
  std::string model;
  std::string location;
  std::int64_t price_micros = 0;
  absl::Time intended_at;
  std::string outcome;  // "open", "accepted", "refused", "unknown"
  std::optional<absl::Time> outcome_at;
  std::string operation_name;
  int http_status = 0;
  std::string detail;
  std::optional<std::int64_t> settled_micros;
};

struct JobHistory {
  Job job;  // with response text and prompts
  std::string response_sha256;
  std::vector<LoggedEvent> events;  // in order
  std::vector<LoggedStart> starts;  // in the order of their intents
};

// What the money of a start is: `reserved` until it is settled, then `charged` or `free`; `held` while its outcome is
// unknown, `free` when it was refused.
enum class CostState { kReserved, kCharged, kHeld, kFree };

// The starts of one UTC day (of their intents), model and state.
struct CostLine {
  absl::CivilDay day;
  std::string provider;
  std::string model;
  CostState state = CostState::kReserved;
  int starts = 0;
  std::int64_t micros = 0;
};

// What counts towards the caps.
struct Spent {
  std::int64_t today_micros = 0;
  std::int64_t total_micros = 0;
};

// Telling what happened and what it did cost: enough for a billing dispute. Reads only. Thread-safe. Errors: NOT_FOUND
// where said, else as in JobWork.
class Audit {
 public:
  virtual ~Audit() = default;

  // NOT_FOUND: there is no such job.
  virtual absl::StatusOr<JobHistory> History(const std::string& job_id) = 0;
  // Those of `operation_names` that no job has, mock or real, in their order.
  virtual absl::StatusOr<std::vector<std::string>> NobodysOperations(absl::Span<const std::string> operation_names) = 0;
  // By day, provider, model and state, for the days from `first` to `last`; only what has starts.
  virtual absl::StatusOr<std::vector<CostLine>> Costs(absl::CivilDay first, absl::CivilDay last) = 0;
  virtual absl::StatusOr<Spent> SpentSoFar() = 0;
  // The UTC day that it is, by the store's clock.
  virtual absl::StatusOr<absl::CivilDay> Today() = 0;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_AUDIT_H_
