#include "adapters/sqlite/following.h"

#include "adapters/job_work.h"
#include "adapters/sqlite/rows.h"

namespace videojobs::sqlite {
namespace {

// What was followed was moved by its acceptance; what was only noted beside another start was not.
constexpr char kAcceptedBeside[] = R"(
SELECT s.start_id, s.operation_name FROM video_starts s
 WHERE s.job_id = ?1 AND s.clip = ?2 AND s.outcome = 'accepted' AND s.settled IS NOT 0
   AND NOT EXISTS (SELECT 1 FROM video_job_events e WHERE e.job_id = s.job_id AND e.start_id = s.start_id
                      AND e.event = 'start_accepted' AND e.from_state <> e.to_state)
 ORDER BY s.attempt DESC LIMIT 1)";

// Its operation's name comes with the move.
constexpr char kGiveClipTo[] = R"(
UPDATE video_clips
   SET start_id = ?3, operation_name = '', accepted_at = NULL, last_answer_at = NULL, done_at = NULL, polls = 0,
       troubles = 0, result = ''
 WHERE job_id = ?1 AND clip = ?2)";

// A job that nobody was to look at any more gets an operation to follow.
constexpr char kMakeDue[] = "UPDATE video_jobs SET due_at = min(coalesce(due_at, ?2), ?2) WHERE id = ?1";

}  // namespace

std::optional<AcceptedStart> AcceptedBeside(Session& session, const std::string& job_id, int clip) {
  Statement row = session.connection.Query(kAcceptedBeside, job_id, clip);
  if (!row.Step()) return std::nullopt;
  return AcceptedStart{.start_id = row.Text(), .operation_name = row.Text()};
}

void Follow(Session& session, const std::string& job_id, int clip, ClipState from, const AcceptedStart& accepted) {
  const ClipRow& row = Decide(from, ClipEvent::kStartAccepted, 0);
  session.connection.Run(kGiveClipTo, job_id, clip, accepted.start_id);
  MoveClip(session, job_id, {.clip = clip, .from = row.from, .event = row.event, .to = row.to}, accepted.operation_name,
           accepted.start_id);
  session.connection.Run(kMakeDue, job_id, session.now);
}

}  // namespace videojobs::sqlite
