// Taking jobs in from the web app's table, and keeping that table true.

#include <string_view>
#include <unordered_set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "adapters/postgres/doubt.h"
#include "adapters/postgres/events.h"
#include "adapters/postgres/job_intake.h"
#include "adapters/postgres/rows.h"
#include "adapters/postgres/sql.h"

namespace videojobs::postgres {
namespace {

#define RESPONSE_SHA256 "encode(sha256(convert_to(e.response, 'UTF8')), 'hex')"

constexpr std::string_view kReadWhere = R"sql(
 JOIN unnest($1::text[]) AS asked (id)
   ON e.id = CASE WHEN asked.id ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
                  THEN asked.id::uuid END
)sql";

// A row whose status asks for a job that it does not have; $1 is `mock`.
//
// `pending` with an answer: no job yet, or one that ended, was shown as ended and was made for another text; and no
// start for this text that may have been charged.
// `processing` that no job, mock or real, knows of: the app's own worker left it so.
#define WANTS_JOB                                                                                              \
  "((e.video_generation_status = 'pending' AND e.response ~ '[^[:space:]]'"                                    \
  " AND NOT EXISTS (SELECT FROM (SELECT status, mirrored_status, response_sha256 FROM video_jobs"              \
  " WHERE tenant = '' AND mock = $1 AND escalation_id = e.id::text AND escalation_id <> ''"                    \
  " ORDER BY created_at DESC, id DESC LIMIT 1) AS newest"                                                      \
  " WHERE newest.status IN ('pending', 'processing') OR newest.mirrored_status IS DISTINCT FROM newest.status" \
  " OR newest.response_sha256 = " RESPONSE_SHA256                                                              \
  ")"                                                                                                          \
  " AND NOT EXISTS (SELECT FROM video_jobs d JOIN video_clips c ON c.job_id = d.id"                            \
  " WHERE d.tenant = '' AND d.mock = $1 AND d.escalation_id = e.id::text AND d.escalation_id <> ''"            \
  " AND d.response_sha256 = " RESPONSE_SHA256 " AND " VIDEOJOBS_IN_DOUBT                                       \
  "))"                                                                                                         \
  " OR (e.video_generation_status = 'processing' AND NOT EXISTS (SELECT FROM video_jobs"                       \
  " WHERE tenant = '' AND mock IN (false, true) AND escalation_id = e.id::text AND escalation_id <> '')))"

// $2: backlog too, $3: limit. What runs comes first, for it expires: rows that wait, of which there may be more than
// the limit, are not even taken on while generation is switched off.
constexpr std::string_view kAdoptableWhere =
    " WHERE e.video_generation_status IN ('pending', 'processing') AND " WANTS_JOB
    " AND ($2 OR e.video_generation_status <> 'pending' OR NOT EXISTS (SELECT FROM video_escalation_backlog b"
    " WHERE b.tenant = '' AND b.mock = $1 AND b.escalation_id = e.id AND b.response_sha256 = " RESPONSE_SHA256
    "))"
    " ORDER BY e.video_generation_status <> 'processing', e.id LIMIT $3";

// Locks the rows that are still as they were found, until the job is in; one that the app is writing just now is for
// the next round, and holds up nobody. Named are the jobs that may be made of them.
constexpr std::string_view kLockWanted =
    "SELECT n.id FROM unnest($2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[])"
    " AS n (id, escalation_id, status, response_text, operation_name) JOIN escalations e ON e.id = n.escalation_id "
    "WHERE " WANTS_JOB
    " AND (CASE WHEN n.status = 'pending'"
    " THEN e.video_generation_status = 'pending' AND e.response = n.response_text"
    " ELSE e.video_generation_status = 'processing'"
    " AND n.operation_name IN ('', e.video_job_id) END) ORDER BY e.id FOR UPDATE OF e SKIP LOCKED";

// Operations that more than one row or job would follow: nobody can say whose video theirs is.
constexpr std::string_view kContestedOperations = R"sql(
SELECT o.name AS id FROM unnest($1::text[]) AS o (name)
 WHERE EXISTS (SELECT FROM video_clips WHERE operation_name = o.name AND operation_name <> '')
    OR (SELECT count(*) FROM escalations WHERE video_job_id = o.name) > 1
)sql";

// $2: limit. The app's wish for the same video again, over what we showed as failed.
constexpr std::string_view kAskedAgain =
    "SELECT j.id FROM escalations e CROSS JOIN LATERAL (SELECT * FROM video_jobs"
    " WHERE tenant = '' AND mock = $1 AND escalation_id = e.id::text AND escalation_id <> ''"
    " ORDER BY created_at DESC, id DESC LIMIT 1) AS j"
    " WHERE e.video_generation_status = 'pending' AND j.status = 'failed' AND j.mirrored_status = 'failed'"
    " AND j.response_sha256 = " RESPONSE_SHA256 " AND (" VIDEOJOBS_KEEPS_ITS_CLIPS
    " OR NOT EXISTS (SELECT FROM video_jobs d JOIN video_clips c ON c.job_id = d.id"
    " WHERE d.tenant = '' AND d.mock = $1 AND d.escalation_id = e.id::text AND d.escalation_id <> ''"
    " AND d.response_sha256 = j.response_sha256 AND " VIDEOJOBS_IN_DOUBT
    "))"
    " ORDER BY j.id LIMIT $2";

constexpr std::string_view kLockThese = "SELECT id FROM video_jobs WHERE id = ANY ($1::text[]) ORDER BY id FOR UPDATE";

constexpr std::string_view kNoteChangedResponses =
    "UPDATE video_jobs j SET response_changed = true, updated_at = clock_timestamp() FROM escalations e"
    " WHERE j.tenant = '' AND j.mock = $1 AND j.status IN ('pending', 'processing') AND NOT j.response_changed"
    " AND j.escalation_known AND e.id = j.escalation_uuid"
    " AND " RESPONSE_SHA256 " IS DISTINCT FROM j.response_sha256 RETURNING j.id";

constexpr std::string_view kStopJobsOfDeletedRows = R"sql(
UPDATE video_jobs j
   SET stop_requested = 'ESCALATION_GONE', due_at = clock_timestamp(), updated_at = clock_timestamp()
 WHERE j.tenant = '' AND j.mock = $1 AND j.status IN ('pending', 'processing') AND j.stop_requested = ''
   AND j.escalation_known AND j.escalation_uuid IS NOT NULL
   AND NOT EXISTS (SELECT FROM escalations e WHERE e.id = j.escalation_uuid)
RETURNING j.id
)sql";

#undef WANTS_JOB
#undef RESPONSE_SHA256

// A job whose operation is contested is not followed: a wrong match would show one student's video to another.
void GiveUpFollowing(NewJob& n) {
  Clip& clip = n.job.clips.at(0);
  n.job.state = JobState::kFailed;
  n.job.reason = FailureReason::kStartUnknown;
  n.job.detail = absl::StrCat("the operation ", clip.operation_name,
                              " belongs to more than one escalation, so nobody can say whose video it makes");
  clip.state = ClipState::kUnknown;
  clip.reason = FailureReason::kStartUnknown;
  clip.detail = n.job.detail;
  clip.operation_name.clear();
}

std::string OperationOf(const NewJob& n) { return n.job.clips.empty() ? "" : n.job.clips[0].operation_name; }

void SettleContested(pqxx::transaction_base& transaction, std::vector<NewJob>& jobs) {
  std::vector<std::string> operations;
  for (const NewJob& n : jobs) {
    if (n.job.state == JobState::kProcessing) operations.push_back(OperationOf(n));
  }
  if (operations.empty()) return;
  const auto names = IdsOf(Execute(transaction, kContestedOperations, {Texts(operations)}));
  const std::unordered_set<std::string> contested(names.begin(), names.end());
  for (NewJob& n : jobs) {
    if (n.job.state == JobState::kProcessing && contested.count(OperationOf(n)) == 1) {
      GiveUpFollowing(n);
    }
  }
}

std::vector<NewJob> StillWanted(pqxx::transaction_base& transaction, bool mock, std::vector<NewJob> jobs) {
  const auto ids =
      IdsOf(Execute(transaction, kLockWanted,
                    {mock, Column(jobs, [](const NewJob& n) { return n.job.id; }),
                     Column(jobs, [](const NewJob& n) { return n.job.escalation_id; }),
                     Column(jobs, [](const NewJob& n) { return Name(n.job.state); }),
                     Column(jobs, [](const NewJob& n) { return n.job.response_text; }), Column(jobs, OperationOf)}));
  const std::unordered_set<std::string> wanted(ids.begin(), ids.end());
  std::vector<NewJob> still;
  for (NewJob& n : jobs) {
    if (wanted.count(n.job.id) == 1) still.push_back(std::move(n));
  }
  return still;
}

}  // namespace

absl::StatusOr<bool> PostgresJobIntake::HasEscalations() {
  return pool_.Transact(
      [&](pqxx::work& transaction) -> absl::StatusOr<bool> { return escalations_.Tables(transaction).escalations; });
}

absl::StatusOr<std::vector<Escalation>> PostgresJobIntake::ReadEscalations(absl::Span<const std::string> ids) {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::StatusOr<std::vector<Escalation>> {
    const AppTables tables = escalations_.Tables(transaction);
    if (!tables.escalations) return absl::FailedPreconditionError("the database has no table escalations");
    const std::string sql = absl::StrCat("SELECT", Escalations::Columns(tables), "FROM escalations e",
                                         Escalations::Joins(tables), std::string(kReadWhere));
    std::vector<Escalation> found;
    for (const pqxx::row& row : Execute(transaction, sql, {Texts(ids)})) {
      found.push_back(Escalations::EscalationOf(row));
    }
    return found;
  });
}

absl::StatusOr<std::vector<Escalation>> PostgresJobIntake::FindAdoptable(AdoptPolicy policy, int limit) {
  if (policy == AdoptPolicy::kOff) return std::vector<Escalation>{};
  return pool_.Transact([&](pqxx::work& transaction) -> absl::StatusOr<std::vector<Escalation>> {
    const AppTables tables = escalations_.Tables(transaction);
    std::vector<Escalation> found;
    if (!tables.escalations) return found;
    const std::string sql = absl::StrCat("SELECT", Escalations::Columns(tables), "FROM escalations e",
                                         Escalations::Joins(tables), std::string(kAdoptableWhere));
    for (const pqxx::row& row : Execute(transaction, sql, {mock_, policy == AdoptPolicy::kAll, limit})) {
      found.push_back(Escalations::EscalationOf(row));
    }
    return found;
  });
}

int PostgresJobIntake::AdoptIn(pqxx::work& transaction, std::vector<NewJob> jobs) {
  LockIntake(transaction);
  jobs = StillWanted(transaction, mock_, std::move(jobs));
  SettleContested(transaction, jobs);
  const auto adopted = InsertJobs(transaction, mock_, jobs, Origin::kAdopted, true);
  escalations_.Mirror(transaction, adopted);
  return static_cast<int>(adopted.size());
}

absl::StatusOr<int> PostgresJobIntake::Adopt(absl::Span<const NewJob> jobs) {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::StatusOr<int> {
    if (jobs.empty() || !escalations_.Tables(transaction).escalations) return 0;
    return AdoptIn(transaction, std::vector<NewJob>(jobs.begin(), jobs.end()));
  });
}

absl::StatusOr<std::vector<std::string>> PostgresJobIntake::FindAskedAgain(int limit) {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::StatusOr<std::vector<std::string>> {
    if (!escalations_.Tables(transaction).escalations) return std::vector<std::string>();
    return IdsOf(Execute(transaction, kAskedAgain, {mock_, limit}));
  });
}

absl::Status PostgresJobIntake::ShowAsTheyAre(absl::Span<const std::string> job_ids) {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::Status {
    if (!escalations_.Tables(transaction).escalations) return absl::OkStatus();
    Execute(transaction, kWaitOneSecond);
    const auto locked = IdsOf(Execute(transaction, kLockThese, {Texts(job_ids)}));
    escalations_.ShowWhereAskedAgain(transaction, locked);
    return absl::OkStatus();
  });
}

absl::StatusOr<Upkeep> PostgresJobIntake::KeepMirrors() {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::StatusOr<Upkeep> {
    Upkeep upkeep;
    if (!escalations_.Tables(transaction).escalations) return upkeep;
    // A sweep's own work comes after this.
    Execute(transaction, kWaitOneSecond);
    upkeep.jobs_gone = IdsOf(Execute(transaction, kStopJobsOfDeletedRows, {mock_}));
    const auto changed = IdsOf(Execute(transaction, kNoteChangedResponses, {mock_}));
    AppendToEach(transaction, changed, {{}, "response_changed", "", "", "", "", ""});
    upkeep.mirrors_restored = escalations_.RestoreMirrors(transaction);
    return upkeep;
  });
}

}  // namespace videojobs::postgres
