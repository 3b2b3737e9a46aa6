#include "adapters/job_changes.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/doubt.h"
#include "adapters/sqlite/moves.h"
#include "adapters/sqlite/ports.h"
#include "adapters/sqlite/rows.h"

namespace videojobs::sqlite {
namespace {

constexpr char kNewerJob[] = R"(
SELECT newer.id FROM video_jobs j JOIN video_jobs newer
    ON newer.tenant = '' AND newer.mock = j.mock AND newer.escalation_id = j.escalation_id
   AND (newer.created_at, newer.id) > (j.created_at, j.id)
 WHERE j.id = ?1 ORDER BY newer.created_at DESC, newer.id DESC LIMIT 1)";

constexpr char kStartsInDoubt[] =
    "SELECT " VIDEOJOBS_NAME_OF_DOUBT
    "  FROM video_jobs j"
    "  JOIN video_jobs d ON d.id = j.id"
    "       OR (d.tenant = '' AND d.mock = j.mock AND d.escalation_id = j.escalation_id"
    "           AND d.response_sha256 = j.response_sha256)"
    "  JOIN video_clips c ON c.job_id = d.id" VIDEOJOBS_JOIN_DOUBTS " WHERE j.id = ?1 AND " VIDEOJOBS_IN_DOUBT
    " ORDER BY d.created_at, c.clip, s.attempt";

constexpr char kRequestStop[] = "UPDATE video_jobs SET stop_requested = ?2, due_at = ?3 WHERE id = ?1";

// What ended has work ahead only where a clip runs: it is followed for its cost. Where a start is under way, its
// outcome makes the job due; should its holder have died, somebody settles it when no paid call can last any longer: at
// ?3.
constexpr char kTakeOver[] = R"(
UPDATE video_jobs
   SET lease_token = NULL, lease_until = NULL,
       due_at = CASE WHEN status IN ('pending', 'processing')
                       OR EXISTS (SELECT 1 FROM video_clips WHERE job_id = ?1 AND state = 'running') THEN ?2
                     WHEN EXISTS (SELECT 1 FROM video_clips WHERE job_id = ?1 AND state = 'starting') THEN ?3 END
 WHERE id = ?1)";

constexpr absl::Duration kLongestPaidCall = absl::Minutes(5);

// Nobody may want any more what runs for it: where the provider can still stop it, at once.
constexpr char kFollowNow[] = "UPDATE video_clips SET next_poll_at = ?2 WHERE job_id = ?1 AND state = 'running'";

std::optional<JobAtHand> ReadAtHand(Session& session, const std::string& job_id) {
  auto job = ReadJob(session, job_id, Texts::kLeftOut);
  if (!job) return std::nullopt;
  JobAtHand at_hand;
  at_hand.job = *std::move(job);
  Statement newer = session.connection.Query(kNewerJob, job_id);
  if (newer.Step()) at_hand.newer_job_id = newer.Text();
  Statement in_doubt = session.connection.Query(kStartsInDoubt, job_id);
  while (in_doubt.Step()) at_hand.starts_in_doubt.push_back(in_doubt.Text());
  return at_hand;
}

absl::Status Apply(Session& session, const std::string& job_id, const JobChange& change) {
  for (const std::string& start_id : change.accepted_starts) {
    AppendEvent(session, job_id, std::nullopt, {.name = "second_charge_accepted", .start_id = start_id});
  }
  const bool moves = change.moves.job || !change.moves.clips.empty();
  if (moves) {
    if (absl::Status applied = ApplyMoves(session, job_id, change.moves); !applied.ok()) return applied;
  }
  if (change.stop_requested != FailureReason::kNone) {
    session.connection.Run(kRequestStop, job_id, Name(change.stop_requested), session.now);
    AppendEvent(session, job_id, std::nullopt, {.name = "stop_requested", .reason = change.stop_requested});
    TouchJob(session, job_id);
  }
  if (change.moves.job) {
    session.connection.Run(kFollowNow, job_id, session.now);
    session.connection.Run(kTakeOver, job_id, session.now, session.now + kLongestPaidCall);
  }
  return absl::OkStatus();
}

class SqliteJobChanges : public JobChanges {
 public:
  explicit SqliteJobChanges(Sessions sessions) : sessions_(sessions) {}

  absl::StatusOr<Job> Change(const std::string& job_id, const ChangeDecision& decide) override {
    return sessions_.Write([&](Session& session) -> absl::StatusOr<Job> {
      const auto at_hand = ReadAtHand(session, job_id);
      if (!at_hand) return absl::NotFoundError(absl::StrCat("there is no job ", job_id));
      const auto change = decide(*at_hand);
      if (!change.ok()) return change.status();
      if (absl::Status applied = Apply(session, job_id, *change); !applied.ok()) return applied;
      return *ReadJob(session, job_id, Texts::kLeftOut);
    });
  }

 private:
  Sessions sessions_;
};

}  // namespace

std::unique_ptr<JobChanges> MakeJobChanges(Sessions sessions) { return std::make_unique<SqliteJobChanges>(sessions); }

}  // namespace videojobs::sqlite
