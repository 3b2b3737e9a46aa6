#include "adapters/postgres/moves.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "adapters/postgres/events.h"
#include "adapters/postgres/following.h"
#include "adapters/postgres/sql.h"

namespace videojobs::postgres {
namespace {

// What a clip has learned on its way stays when it fails later; only a clip that is planned anew begins from nothing.
constexpr std::string_view kMoveClipIfIn = R"sql(
UPDATE video_clips
   SET state = $4, reason = $5, detail = $6,
       troubles = CASE WHEN state = $4 THEN troubles ELSE 0 END,
       last_answer_at = CASE WHEN $4 = 'planned' THEN NULL
                             WHEN state = 'running' AND state <> $4 THEN clock_timestamp() ELSE last_answer_at END,
       polls = CASE WHEN $4 = 'planned' THEN 0 ELSE polls END,
       done_at = CASE WHEN $4 = 'planned' THEN NULL WHEN state = 'running' AND state <> $4 THEN clock_timestamp()
                      WHEN $4 = 'ready' THEN coalesce(done_at, clock_timestamp()) ELSE done_at END,
       next_poll_at = CASE WHEN $4 = 'running' THEN next_poll_at END,
       result = CASE WHEN $4 = 'planned' THEN '' WHEN $7 <> '' THEN $7 ELSE result END,
       operation_name = CASE WHEN $4 = 'planned' THEN '' ELSE operation_name END,
       accepted_at = CASE WHEN $4 = 'planned' THEN NULL ELSE accepted_at END,
       stored_object = coalesce($8, stored_object), stored_bytes = coalesce($9::bigint, stored_bytes),
       stored_sha256 = coalesce($10, stored_sha256), stored_micros = coalesce($11::bigint, stored_micros)
 WHERE job_id = $1 AND clip = $2 AND state = $3
RETURNING start_id
)sql";

constexpr std::string_view kSettle = R"sql(
UPDATE video_starts SET settled = coalesce(settled, CASE WHEN $2::boolean THEN price ELSE 0 END) WHERE start_id = $1
)sql";

// $8: by a person's retry, which gives what is planned anew its full time to start, also where something else runs.
constexpr std::string_view kMoveJobIfIn = R"sql(
UPDATE video_jobs
   SET status = $3, reason = $4, detail = $5, updated_at = clock_timestamp(),
       finished_at = CASE WHEN $3 NOT IN ('completed', 'failed') THEN NULL
                          WHEN status = $3 THEN finished_at ELSE clock_timestamp() END,
       pending_since = CASE WHEN $8::boolean OR ($3 = 'pending' AND status <> $3) THEN clock_timestamp()
                            ELSE pending_since END,
       stop_requested = CASE WHEN status = 'failed' AND $3 <> 'failed' THEN '' ELSE stop_requested END,
       video_url = CASE WHEN $3 <> 'completed' THEN '' WHEN $6 <> '' THEN $6 ELSE video_url END,
       video_is_placeholder = CASE WHEN status = $3 THEN video_is_placeholder ELSE $7::boolean END
 WHERE id = $1 AND status = $2
)sql";

// An event that changes nothing leaves the reason of a failed job as it is.
constexpr std::string_view kCheckJobIsIn = "SELECT FROM video_jobs WHERE id = $1 AND status = $2";

absl::Status MoveClip(pqxx::work& transaction, const std::string& job_id, const ClipMove& move) {
  const auto& stored = move.stored;
  const auto moved = Execute(
      transaction, kMoveClipIfIn,
      {job_id, move.clip, Name(move.from), Name(move.to), Name(move.reason), move.detail, move.result,
       stored ? Value(stored->object_name) : Value(std::nullopt), stored ? Value(stored->bytes) : Value(std::nullopt),
       stored ? Value(stored->sha256) : Value(std::nullopt),
       stored ? Value(Micros(stored->duration)) : Value(std::nullopt)});
  if (moved.empty()) return absl::AbortedError(absl::StrCat("clip ", move.clip, " is in another state by now"));
  // An adopted clip has no start of ours to settle.
  if (move.settled) {
    Execute(transaction, kSettle, {TextOf(moved[0], "start_id"), *move.settled == Settlement::kCharged});
  }
  return absl::OkStatus();
}

// What was accepted while the operation ran that came to nothing is paid for as well.
absl::Status FollowWhatIsBeside(pqxx::work& transaction, const std::string& job_id, const Moves& moves) {
  for (const ClipMove& move : moves.clips) {
    if (move.to != ClipState::kFailed) continue;
    const auto beside = AcceptedBeside(transaction, job_id, move.clip);
    if (!beside) continue;
    if (moves.job) return EndsTooEarly(move.clip);
    Follow(transaction, job_id, move.clip, move.to, *beside);
  }
  return absl::OkStatus();
}

absl::Status MoveJob(pqxx::work& transaction, const std::string& job_id, const JobMove& move) {
  const bool in_place = move.from == move.to
                            ? !Execute(transaction, kCheckJobIsIn, {job_id, Name(move.from)}).empty()
                            : Execute(transaction, kMoveJobIfIn,
                                      {job_id, Name(move.from), Name(move.to), Name(move.reason), move.detail,
                                       move.video_url, move.video_is_placeholder, move.event == JobEvent::kRetried})
                                      .affected_rows() == 1;
  return in_place ? absl::OkStatus() : absl::AbortedError("the job is in another state by now");
}

template <typename Move>
Event EventOf(const Move& move) {
  return {{},
          std::string(Name(move.event)),
          std::string(Name(move.from)),
          std::string(Name(move.to)),
          std::string(Name(move.reason)),
          move.detail,
          ""};
}

std::vector<Event> EventsOf(const Moves& moves) {
  std::vector<Event> events;
  for (const ClipMove& move : moves.clips) {
    events.push_back(EventOf(move));
    events.back().clip = move.clip;
  }
  if (moves.job) events.push_back(EventOf(*moves.job));
  return events;
}

}  // namespace

absl::Status ApplyMoves(pqxx::work& transaction, const std::string& job_id, const Moves& moves) {
  for (const ClipMove& move : moves.clips) {
    if (absl::Status status = MoveClip(transaction, job_id, move); !status.ok()) return status;
  }
  if (moves.job) {
    if (absl::Status status = MoveJob(transaction, job_id, *moves.job); !status.ok()) return status;
  }
  AppendEvents(transaction, job_id, EventsOf(moves));
  return FollowWhatIsBeside(transaction, job_id, moves);
}

}  // namespace videojobs::postgres
