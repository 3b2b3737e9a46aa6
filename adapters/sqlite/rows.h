#ifndef VIDEOJOBS_ADAPTERS_SQLITE_ROWS_H_
#define VIDEOJOBS_ADAPTERS_SQLITE_ROWS_H_

#include <optional>
#include <string>
#include <string_view>

#include "adapters/job.h"
#include "adapters/job_work.h"
#include "adapters/lanes.h"
#include "adapters/sqlite/database.h"

// Rows as domain values and back: what several ports share. All run in the caller's transaction and throw Error.
namespace videojobs::sqlite {

enum class Texts { kLeftOut, kRead };  // response text and prompts

// The job of that id with clips and costs; none where there is none, or it is not of this session's `mock`.
std::optional<Job> ReadJob(Session& session, const std::string& job_id, Texts texts);

// Whether the lease is held now.
bool IsHeld(Session& session, const Lease& lease);

// A line of a job's event log.
struct Event {
  std::string_view name = {};
  std::string_view from = {};
  std::string_view to = {};
  FailureReason reason = FailureReason::kNone;
  std::string_view detail = {};
  std::string_view start_id = {};
};
void AppendEvent(Session& session, const std::string& job_id, std::optional<int> clip, const Event& event);

// Says on the job that something of it changed.
void TouchJob(Session& session, const std::string& job_id);

// As Lanes::Close.
void CloseLane(Session& session, const LaneKey& key, LaneReason reason, const std::string& detail,
               const Closing& closing);

// Moves the clip and what belongs to its new state, and writes the event. `operation_name` comes with an accepted
// start, `start_id` with any. Nothing, and false, where the clip is not in `move.from`.
bool MoveClip(Session& session, const std::string& job_id, const ClipMove& move, const std::string& operation_name = "",
              const std::string& start_id = "");

}  // namespace videojobs::sqlite

#endif  // VIDEOJOBS_ADAPTERS_SQLITE_ROWS_H_
