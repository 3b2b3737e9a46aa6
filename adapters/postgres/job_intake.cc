#include "adapters/postgres/job_intake.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "absl/strings/str_split.h"
#include "adapters/postgres/doubt.h"
#include "adapters/postgres/rows.h"
#include "adapters/postgres/sql.h"

namespace videojobs::postgres {
namespace {

// Any number that no other user of the database is likely to lock.
constexpr std::string_view kShareIntake = "SELECT pg_advisory_xact_lock_shared(7086530118251)";
constexpr std::string_view kLockIntake = "SELECT pg_advisory_xact_lock(7086530118251)";

constexpr std::string_view kFindRequest = R"sql(
SELECT r.fingerprint, job.id FROM video_requests r
 CROSS JOIN LATERAL unnest(r.job_ids) WITH ORDINALITY AS job (id, position)
 WHERE r.tenant = '' AND r.mock = $1 AND r.request_id = $2 ORDER BY job.position
)sql";

// A second caller with this request_id waits here until the first has committed, and then inserts nothing.
constexpr std::string_view kInsertRequest = R"sql(
INSERT INTO video_requests (mock, request_id, fingerprint, job_ids) VALUES ($1, $2, $3, $4::text[])
    ON CONFLICT DO NOTHING RETURNING request_id
)sql";

// The rows of these ids. `left_processing`: by another hand than ours, for no job but those of $2 has the row.
#define ASKED_ROWS                                                                                               \
  "SELECT e.id, e.video_generation_status IS NOT DISTINCT FROM 'processing'"                                     \
  " AND NOT EXISTS (SELECT FROM video_jobs j WHERE j.tenant = '' AND j.mock IN (false, true)"                    \
  " AND j.escalation_id = e.id::text AND j.escalation_id <> '' AND j.id <> ALL ($2::text[])) AS left_processing" \
  " FROM escalations e JOIN unnest($1::text[]) AS asked (id)"                                                    \
  " ON e.id = CASE WHEN asked.id ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'"             \
  " THEN asked.id::uuid END"
constexpr std::string_view kAskedRows = ASKED_ROWS;
// From here on until the commit the app cannot write these rows. Locked after the jobs, as the mirror does it.
constexpr std::string_view kLockAskedRows = ASKED_ROWS " ORDER BY e.id FOR NO KEY UPDATE OF e";
#undef ASKED_ROWS

// The newest job of each escalation, but for those of $4. `untouched`: adopted for this very text, and no start was
// ever made for it. `in_doubt`: the starts that may have been charged, of any job of the escalation for this very text;
// one that was not ours goes by its job's id.
constexpr std::string_view kNewestJobs =
    "SELECT asked.escalation_id, j.id, " VIDEOJOBS_GOES_ON
    " AS unfinished,"
    "       j.adopted AND j.status = 'pending'"
    "       AND j.response_sha256 = encode(sha256(convert_to(asked.response_text, 'UTF8')), 'hex')"
    "       AND NOT EXISTS (SELECT FROM video_starts s WHERE s.job_id = j.id) AS untouched,"
    "       (SELECT string_agg(" VIDEOJOBS_NAME_OF_DOUBT
    ", ' ' ORDER BY d.created_at, c.clip, s.attempt)"
    "          FROM video_jobs d JOIN video_clips c ON c.job_id = d.id" VIDEOJOBS_JOIN_DOUBTS
    "         WHERE d.tenant = '' AND d.mock = $1 AND d.escalation_id = asked.escalation_id AND d.escalation_id <> ''"
    "           AND d.response_sha256 = encode(sha256(convert_to(asked.response_text, 'UTF8')), 'hex')"
    "           AND " VIDEOJOBS_IN_DOUBT
    ") AS in_doubt"
    "  FROM unnest($2::text[], $3::text[]) AS asked (escalation_id, response_text)"
    " CROSS JOIN LATERAL ("
    "       SELECT * FROM video_jobs"
    "        WHERE tenant = '' AND mock = $1 AND escalation_id = asked.escalation_id AND escalation_id <> ''"
    "          AND id <> ALL ($4::text[])"
    "        ORDER BY created_at DESC, id DESC LIMIT 1) AS j";

// What is there for the escalations of a batch.
struct Existing {
  std::unordered_set<std::string> known;            // rows of the web app's table
  std::unordered_set<std::string> left_processing;  // those of them that another hand left so
  struct NewestJob {
    std::string id;
    bool unfinished;
    bool untouched;
    std::vector<std::string> in_doubt;
  };
  std::unordered_map<std::string, NewestJob> newest;
};

std::vector<NewJob> WithEscalation(const NewBatch& batch) {
  std::vector<NewJob> jobs;
  for (const NewJob& n : batch.jobs) {
    if (!n.job.escalation_id.empty()) jobs.push_back(n);
  }
  return jobs;
}

// `ours`: the jobs that are just being created.
Existing ReadExisting(pqxx::transaction_base& transaction, bool mock, bool has_table, const NewBatch& batch,
                      const std::vector<std::string>& ours = {}) {
  const std::vector<NewJob> jobs = WithEscalation(batch);
  if (jobs.empty()) return {};
  const Value ids = Column(jobs, [](const NewJob& n) { return n.job.escalation_id; });
  Existing existing;
  if (has_table) {
    for (const pqxx::row& row : Execute(transaction, kAskedRows, {ids, Texts(ours)})) {
      if (BoolOf(row, "left_processing")) existing.left_processing.insert(TextOf(row, "id"));
      existing.known.insert(TextOf(row, "id"));
    }
  }
  const Value texts = Column(jobs, [](const NewJob& n) { return n.job.response_text; });
  for (const pqxx::row& row : Execute(transaction, kNewestJobs, {mock, ids, texts, Texts(ours)})) {
    existing.newest[TextOf(row, "escalation_id")] = {TextOf(row, "id"), BoolOf(row, "unfinished"),
                                                     BoolOf(row, "untouched"),
                                                     absl::StrSplit(TextOf(row, "in_doubt"), ' ', absl::SkipEmpty())};
  }
  return existing;
}

// What becomes of a batch: which jobs are new, which are there already, and what is in the way of the others.
struct Plan {
  std::vector<NewJob> insert;
  std::vector<std::string> job_ids;  // in the batch's order
  std::vector<IntakeConflict> conflicts;
};

// Those starts in doubt that the caller did not accept.
std::vector<std::string> NotAccepted(const std::vector<std::string>& in_doubt, const NewJob& n) {
  std::vector<std::string> left;
  for (const std::string& start_id : in_doubt) {
    if (std::find(n.accepted_starts.begin(), n.accepted_starts.end(), start_id) == n.accepted_starts.end()) {
      left.push_back(start_id);
    }
  }
  return left;
}

// The job as it is inserted. What was accepted is what is in doubt: other names in the request say nothing.
NewJob WithAccepted(NewJob n, std::vector<std::string> accepted) {
  n.accepted_starts = std::move(accepted);
  return n;
}

void PlanOne(const NewJob& n, int index, const Existing& existing, bool has_table, Plan& plan) {
  const std::string& escalation = n.job.escalation_id;
  if (has_table && !escalation.empty() && existing.known.count(escalation) == 0) {
    plan.conflicts.push_back({IntakeProblem::kUnknownEscalation, index, ""});
    return;
  }
  if (existing.left_processing.count(escalation) == 1) {
    plan.conflicts.push_back({IntakeProblem::kNotAdoptedYet, index, ""});
    return;
  }
  const auto newest = existing.newest.find(escalation);
  const bool again = newest != existing.newest.end() && !newest->second.unfinished && n.regenerate;
  const auto in_doubt = again ? NotAccepted(newest->second.in_doubt, n) : std::vector<std::string>();
  if (!in_doubt.empty()) {
    plan.conflicts.push_back({IntakeProblem::kStartInDoubt, index, newest->second.id, in_doubt});
  } else if (newest == existing.newest.end() || again) {
    plan.insert.push_back(WithAccepted(n, again ? newest->second.in_doubt : std::vector<std::string>()));
    plan.job_ids.push_back(n.job.id);
  } else if (newest->second.untouched) {
    plan.job_ids.push_back(newest->second.id);
  } else {
    const auto problem = newest->second.unfinished ? IntakeProblem::kUnfinishedJob : IntakeProblem::kFinishedJob;
    plan.conflicts.push_back({problem, index, newest->second.id});
  }
}

Plan PlanOf(const NewBatch& batch, const Existing& existing, bool has_table) {
  Plan plan;
  for (std::size_t i = 0; i < batch.jobs.size(); ++i) {
    PlanOne(batch.jobs[i], static_cast<int>(i), existing, has_table, plan);
  }
  return plan;
}

// Whether the app's rows of the jobs just inserted are still as they were planned for. They are locked from here on.
bool RowsAreFree(pqxx::transaction_base& transaction, const std::vector<NewJob>& inserted) {
  const Value escalations = Column(inserted, [](const NewJob& n) { return n.job.escalation_id; });
  const Value jobs = Column(inserted, [](const NewJob& n) { return n.job.id; });
  Execute(transaction, kWaitThreeSeconds);
  const pqxx::result rows = Execute(transaction, kLockAskedRows, {escalations, jobs});
  return std::none_of(rows.begin(), rows.end(), [](const pqxx::row& row) { return BoolOf(row, "left_processing"); });
}

}  // namespace

void ShareIntake(pqxx::transaction_base& transaction) {
  Execute(transaction, kWaitThreeSeconds);
  Execute(transaction, kShareIntake);
}

// Whoever waits for the exclusive lock holds up all that want to share it: not for long, should one of those who have
// it wait for a row that the app has locked. Adoption's next round tries again.
void LockIntake(pqxx::transaction_base& transaction) {
  Execute(transaction, kWaitOneSecond);
  Execute(transaction, kLockIntake);
}

IntakeResult PostgresJobIntake::EarlierRequest(pqxx::work& transaction, const std::string& request_id,
                                               const std::string& fingerprint) {
  IntakeResult result;
  if (request_id.empty()) return result;
  const pqxx::result rows = Execute(transaction, kFindRequest, {mock_, request_id});
  if (rows.empty()) return result;
  if (TextOf(rows[0], "fingerprint") != fingerprint) {
    result.conflicts.push_back({IntakeProblem::kRequestIdReused, 0, TextOf(rows[0], "id")});
    return result;
  }
  result.jobs = ReadJobs(transaction, mock_, IdsOf(rows), Reading::kWithoutTexts);
  result.replayed = true;
  return result;
}

absl::StatusOr<IntakeResult> PostgresJobIntake::FindRequest(const std::string& request_id,
                                                            const std::string& fingerprint) {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::StatusOr<IntakeResult> {
    return EarlierRequest(transaction, request_id, fingerprint);
  });
}

// ABORTED: another caller, or the web app, was quicker with one of the escalations; a new look says what it made.
absl::StatusOr<IntakeResult> PostgresJobIntake::CreateIn(pqxx::work& transaction, const NewBatch& batch) {
  const bool has_table = escalations_.Tables(transaction).escalations;
  if (has_table) ShareIntake(transaction);
  const Plan plan = PlanOf(batch, ReadExisting(transaction, mock_, has_table, batch), has_table);
  if (!batch.request_id.empty()) {
    const bool first =
        !Execute(transaction, kInsertRequest, {mock_, batch.request_id, batch.fingerprint, Texts(plan.job_ids)})
             .empty();
    if (!first) return EarlierRequest(transaction, batch.request_id, batch.fingerprint);
  }
  IntakeResult result;
  result.conflicts = plan.conflicts;
  if (!result.conflicts.empty()) return result;
  const auto inserted = InsertJobs(transaction, mock_, plan.insert, Origin::kCaller, has_table);
  if (inserted.size() < plan.insert.size()) return absl::AbortedError("another caller was quicker");
  // Whoever waited since for another caller planned on what is past: that one's job may have ended, in doubt.
  const Plan now = PlanOf(batch, ReadExisting(transaction, mock_, has_table, batch, inserted), has_table);
  if (!now.conflicts.empty() || now.job_ids != plan.job_ids) return absl::AbortedError("another caller was quicker");
  if (has_table && !RowsAreFree(transaction, plan.insert)) return absl::AbortedError("the web app was quicker");
  escalations_.Mirror(transaction, inserted);
  result.jobs = ReadJobs(transaction, mock_, plan.job_ids, Reading::kWithoutTexts);
  return result;
}

absl::StatusOr<IntakeResult> PostgresJobIntake::Create(const NewBatch& batch) {
  constexpr int kLooks = 5;
  absl::StatusOr<IntakeResult> result;
  for (int look = 0; look < kLooks; ++look) {
    result = absl::InternalError("the transaction did not run");
    const absl::Status status = pool_.Transact([&](pqxx::work& transaction) -> absl::Status {
      result = CreateIn(transaction, batch);
      // A conflict leaves nothing behind, its request_id included.
      return result.ok() && result->conflicts.empty() ? absl::OkStatus() : absl::CancelledError();
    });
    if (!status.ok() && !absl::IsCancelled(status)) return status;
    if (!absl::IsAborted(result.status())) break;
  }
  return result;
}

}  // namespace videojobs::postgres
