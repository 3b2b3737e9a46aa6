#ifndef VIDEOJOBS_SERVER_ENGINE_NEXT_MOVE_H_
#define VIDEOJOBS_SERVER_ENGINE_NEXT_MOVE_H_

#include <optional>
#include <string>

#include "adapters/job.h"
#include "adapters/job_work.h"

namespace videojobs {

// What a job's next move depends on beside the job itself.
struct MoveContext {
  absl::Time now;
  absl::Duration start_deadline;
  std::string placeholder_url{};  // empty: none
  std::string delivered_url{};    // of the stored video; empty: not known yet
  bool may_publish = true;        // no newer job for the same escalation, and its row is not deleted
};

// The move that the state of its clips, a requested stop or the start deadline asks of a job; none where it stays as it
// is. Pure. Every move is a row of the job's table: what the table rejects is not returned.
std::optional<JobMove> NextMove(const Job& job, const MoveContext& context);

// Whether the start deadline has passed, and clips that are only planned shall not start any more.
bool StartDeadlinePassed(const Job& job, absl::Time now, absl::Duration start_deadline);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_NEXT_MOVE_H_
