#include "adapters/sqlite/moves.h"

#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "adapters/sqlite/following.h"
#include "adapters/sqlite/rows.h"

namespace videojobs::sqlite {
namespace {

constexpr char kSettle[] = R"(
UPDATE video_starts SET settled = coalesce(settled, iif(?3, price, 0))
 WHERE start_id = (SELECT start_id FROM video_clips WHERE job_id = ?1 AND clip = ?2))";

constexpr char kReadStatus[] = "SELECT status FROM video_jobs WHERE id = ?1";

// ?8: by a person's retry, which gives what is planned anew its full time to start, also where something else runs.
constexpr char kMoveJob[] = R"(
UPDATE video_jobs
   SET status = ?2, reason = ?3, detail = ?4, video_url = ?5, video_is_placeholder = ?6, updated_at = ?7,
       pending_since = iif(?2 = 'pending' OR ?8, ?7, pending_since),
       finished_at = iif(?2 IN ('completed', 'failed'), ?7, NULL),
       stop_requested = iif(status = 'failed', '', stop_requested)
 WHERE id = ?1)";

absl::Status MoveClips(Session& session, const std::string& job_id, const std::vector<ClipMove>& moves) {
  for (const ClipMove& move : moves) {
    if (!MoveClip(session, job_id, move)) {
      return absl::AbortedError(
          absl::StrCat("clip ", move.clip, " is not ", std::string(Name(move.from)), " any more"));
    }
    if (move.settled) session.connection.Run(kSettle, job_id, move.clip, *move.settled == Settlement::kCharged);
  }
  return absl::OkStatus();
}

// What was accepted while the operation ran that came to nothing is paid for as well.
absl::Status FollowWhatIsBeside(Session& session, const std::string& job_id, const Moves& moves) {
  for (const ClipMove& move : moves.clips) {
    if (move.to != ClipState::kFailed) continue;
    const auto beside = AcceptedBeside(session, job_id, move.clip);
    if (!beside) continue;
    if (moves.job) return EndsTooEarly(move.clip);
    Follow(session, job_id, move.clip, move.to, *beside);
  }
  return absl::OkStatus();
}

absl::Status MoveJob(Session& session, const std::string& job_id, const JobMove& move) {
  Statement status = session.connection.Query(kReadStatus, job_id);
  if (!status.Step() || JobStateNamed(status.Text()) != move.from) {
    return absl::AbortedError(absl::StrCat("the job is not ", std::string(Name(move.from)), " any more"));
  }
  if (move.from != move.to) {
    session.connection.Run(kMoveJob, job_id, Name(move.to), Name(move.reason), move.detail, move.video_url,
                           move.video_is_placeholder, session.now, move.event == JobEvent::kRetried);
  }
  AppendEvent(session, job_id, std::nullopt,
              {Name(move.event), Name(move.from), Name(move.to), move.reason, move.detail});
  return absl::OkStatus();
}

}  // namespace

absl::Status ApplyMoves(Session& session, const std::string& job_id, const Moves& moves) {
  if (absl::Status moved = MoveClips(session, job_id, moves.clips); !moved.ok()) return moved;
  TouchJob(session, job_id);
  if (absl::Status followed = FollowWhatIsBeside(session, job_id, moves); !followed.ok()) return followed;
  return moves.job ? MoveJob(session, job_id, *moves.job) : absl::OkStatus();
}

}  // namespace videojobs::sqlite
