#include "adapters/postgres/job_changes.h"

#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "adapters/postgres/doubt.h"
#include "adapters/postgres/events.h"
#include "adapters/postgres/job_intake.h"
#include "adapters/postgres/moves.h"
#include "adapters/postgres/rows.h"
#include "adapters/postgres/sql.h"

namespace videojobs::postgres {
namespace {

constexpr std::string_view kLockJob =
    "SELECT id FROM video_jobs WHERE id = $2 AND tenant = '' AND mock = $1 FOR UPDATE";

constexpr std::string_view kNewerJob = R"sql(
SELECT newer.id FROM video_jobs j JOIN video_jobs newer
    ON newer.tenant = '' AND newer.mock = j.mock AND newer.escalation_id = j.escalation_id AND newer.escalation_id <> ''
   AND (newer.created_at, newer.id) > (j.created_at, j.id)
 WHERE j.id = $1 ORDER BY newer.created_at DESC, newer.id DESC LIMIT 1
)sql";

constexpr std::string_view kStartsInDoubt =
    "SELECT " VIDEOJOBS_NAME_OF_DOUBT
    " AS id"
    "  FROM video_jobs j"
    "  JOIN video_jobs d ON d.id = j.id"
    "       OR (d.tenant = '' AND d.mock = j.mock AND d.escalation_id = j.escalation_id AND d.escalation_id <> ''"
    "           AND d.response_sha256 = j.response_sha256)"
    "  JOIN video_clips c ON c.job_id = d.id" VIDEOJOBS_JOIN_DOUBTS " WHERE j.id = $1 AND " VIDEOJOBS_IN_DOUBT
    " ORDER BY d.created_at, c.clip, s.attempt";

constexpr std::string_view kEscalationGone = R"sql(
SELECT j.escalation_known AND j.escalation_uuid IS NOT NULL
       AND NOT EXISTS (SELECT FROM escalations e WHERE e.id = j.escalation_uuid) AS gone
  FROM video_jobs j WHERE j.id = $1
)sql";

// The row is read as it is now, the job's own columns under its lock.
constexpr std::string_view kAskedAgain = R"sql(
SELECT EXISTS (SELECT FROM escalations e WHERE e.id = j.escalation_uuid AND e.video_generation_status = 'pending'
                  AND encode(sha256(convert_to(e.response, 'UTF8')), 'hex') = j.response_sha256)
       AND j.status = 'failed' AND j.mirrored_status = 'failed' AS asked
  FROM video_jobs j WHERE j.id = $1
)sql";

constexpr std::string_view kRequestStop = R"sql(
UPDATE video_jobs SET stop_requested = $2, due_at = clock_timestamp(), updated_at = clock_timestamp() WHERE id = $1
)sql";

// What ended has work ahead only where a clip runs: it is followed for its cost. Where a start is under way, its
// outcome makes the job due; should its holder have died, somebody settles it when no paid call can last any longer.
constexpr std::string_view kTakeOver = R"sql(
UPDATE video_jobs j
   SET lease_token = '', lease_until = NULL,
       due_at = CASE WHEN j.status IN ('pending', 'processing')
                       OR EXISTS (SELECT FROM video_clips c WHERE c.job_id = j.id AND c.state = 'running')
                     THEN clock_timestamp()
                     WHEN EXISTS (SELECT FROM video_clips c WHERE c.job_id = j.id AND c.state = 'starting')
                     THEN clock_timestamp() + interval '5 minutes' END
 WHERE j.id = $1
)sql";

// Nobody may want any more what runs for it: where the provider can still stop it, at once.
constexpr std::string_view kFollowNow =
    "UPDATE video_clips SET next_poll_at = clock_timestamp() WHERE job_id = $1 AND state = 'running'";

std::vector<Event> AcceptancesOf(const JobChange& change) {
  std::vector<Event> events;
  for (const std::string& start_id : change.accepted_starts) {
    events.push_back({{}, "second_charge_accepted", "", "", "", "", start_id});
  }
  return events;
}

}  // namespace

std::optional<JobAtHand> PostgresJobChanges::Lock(pqxx::work& transaction, const std::string& job_id) {
  Execute(transaction, kWaitThreeSeconds);
  if (Execute(transaction, kLockJob, {mock_, job_id}).empty()) return std::nullopt;
  JobAtHand at_hand;
  at_hand.job = std::move(ReadJobs(transaction, mock_, {job_id}, Reading::kWithoutTexts).at(0));
  const auto newer = IdsOf(Execute(transaction, kNewerJob, {job_id}));
  if (!newer.empty()) at_hand.newer_job_id = newer.front();
  at_hand.starts_in_doubt = IdsOf(Execute(transaction, kStartsInDoubt, {job_id}));
  if (escalations_.Tables(transaction).escalations) {
    at_hand.escalation_gone = BoolOf(Execute(transaction, kEscalationGone, {job_id})[0], "gone");
    at_hand.asked_again = BoolOf(Execute(transaction, kAskedAgain, {job_id})[0], "asked");
  }
  return at_hand;
}

absl::Status PostgresJobChanges::Apply(pqxx::work& transaction, const std::string& job_id, const JobChange& change) {
  AppendEvents(transaction, job_id, AcceptancesOf(change));
  if (absl::Status applied = ApplyMoves(transaction, job_id, change.moves); !applied.ok()) return applied;
  if (change.stop_requested != FailureReason::kNone) {
    Execute(transaction, kRequestStop, {job_id, Name(change.stop_requested)});
    AppendEvents(transaction, job_id,
                 {{{}, "stop_requested", "", "", std::string(Name(change.stop_requested)), "", ""}});
  }
  if (change.moves.job) {
    Execute(transaction, kFollowNow, {job_id});
    Execute(transaction, kTakeOver, {job_id});
    escalations_.Mirror(transaction, {job_id});
  }
  return absl::OkStatus();
}

absl::StatusOr<Job> PostgresJobChanges::ChangeIn(pqxx::work& transaction, const std::string& job_id,
                                                 const ChangeDecision& decide) {
  if (escalations_.Tables(transaction).escalations) ShareIntake(transaction);
  const auto at_hand = Lock(transaction, job_id);
  if (!at_hand) return absl::NotFoundError(absl::StrCat("there is no job ", job_id));
  const auto change = decide(*at_hand);
  if (!change.ok()) return change.status();
  if (absl::Status applied = Apply(transaction, job_id, *change); !applied.ok()) return applied;
  return std::move(ReadJobs(transaction, mock_, {job_id}, Reading::kWithoutTexts).at(0));
}

absl::StatusOr<Job> PostgresJobChanges::Change(const std::string& job_id, const ChangeDecision& decide) {
  return pool_.Transact([&](pqxx::work& transaction) { return ChangeIn(transaction, job_id, decide); });
}

}  // namespace videojobs::postgres
