#include "adapters/postgres/escalations.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "adapters/postgres/doubt.h"
#include "adapters/postgres/rows.h"
#include "adapters/postgres/sql.h"

namespace videojobs::postgres {
namespace {

constexpr std::string_view kAppColumns = R"sql(
SELECT t.name || '.' || a.attname AS id
  FROM unnest(ARRAY['escalations', 'profiles', 'courses']) AS t (name)
  JOIN pg_attribute a ON a.attrelid = to_regclass(t.name)
 WHERE a.attnum > 0 AND NOT a.attisdropped
)sql";

// Newest jobs of escalations, with the first clip's operation, as `j`.
#define NEWEST_JOBS                                                                           \
  "(SELECT job.*, coalesce(first.operation_name, '') AS operation_name FROM video_jobs job"   \
  " LEFT JOIN video_clips first ON first.job_id = job.id AND first.clip = 0"                  \
  " WHERE job.tenant = '' AND job.mock = $1 AND job.escalation_uuid IS NOT NULL"              \
  " AND NOT EXISTS (SELECT FROM video_jobs newer WHERE newer.tenant = '' AND newer.mock = $1" \
  " AND newer.escalation_id = job.escalation_id AND newer.escalation_id <> ''"                \
  " AND (newer.created_at, newer.id) > (job.created_at, job.id))) AS j"

// While an adopted job has no operation, the name that the app wrote stays: it may be the only trace of a video that
// was paid for. The name of an operation of ours does not: it is that of an older job.
#define SHOWN_OPERATION                                                                                     \
  "coalesce(nullif(j.operation_name, ''), CASE WHEN j.adopted AND NOT EXISTS (SELECT FROM video_clips ours" \
  " WHERE ours.operation_name = e.video_job_id AND ours.operation_name <> '') THEN e.video_job_id END)"

// A job for the row's text has a start that may have been charged: the app's wish for that text is not granted, unless
// nothing is to be started for it.
#define IN_DOUBT                                                                                         \
  "NOT (j.status = 'failed' AND " VIDEOJOBS_KEEPS_ITS_CLIPS                                              \
  ") AND EXISTS (SELECT FROM video_jobs d JOIN video_clips c ON c.job_id = d.id"                         \
  " WHERE d.tenant = '' AND d.mock = $1 AND d.escalation_id = j.escalation_id AND d.escalation_id <> ''" \
  " AND d.response_sha256 = encode(sha256(convert_to(e.response, 'UTF8')), 'hex')"                       \
  " AND " VIDEOJOBS_IN_DOUBT ")"

// The row shows something else than its newest job. A `pending` over what we showed as finished is not drift but the
// app's wish, unless the very video that it asks for is there already, or may have been paid for.
#define DRIFTED                                                                                                \
  "(j.status IN ('pending', 'processing') OR e.video_generation_status IS DISTINCT FROM 'pending'"             \
  " OR j.mirrored_status IS DISTINCT FROM j.status"                                                            \
  " OR (j.status = 'completed' AND j.response_sha256 = encode(sha256(convert_to(e.response, 'UTF8')), 'hex'))" \
  " OR " IN_DOUBT                                                                                              \
  ")"                                                                                                          \
  " AND (e.video_generation_status IS DISTINCT FROM j.status OR j.mirrored_status IS DISTINCT FROM j.status"   \
  " OR e.video_job_id IS DISTINCT FROM " SHOWN_OPERATION                                                       \
  " OR (j.status = 'completed' AND (e.video_url IS DISTINCT FROM j.video_url OR e.video_generated_at IS NULL)))"

// The old URL stays until a new one replaces it.
#define SHOW(condition)                                                                                     \
  "WITH shown AS (UPDATE escalations e SET video_generation_status = j.status,"                             \
  " video_job_id = " SHOWN_OPERATION                                                                        \
  ", video_url = CASE WHEN j.video_url <> '' THEN j.video_url ELSE e.video_url END,"                        \
  " video_generated_at = CASE WHEN j.status = 'completed' THEN j.finished_at ELSE e.video_generated_at END" \
  " FROM " NEWEST_JOBS " WHERE j.id = ANY ($2::text[]) AND e.id = j.escalation_uuid" condition              \
  " RETURNING j.id)"                                                                                        \
  " UPDATE video_jobs SET mirrored_status = status FROM shown WHERE video_jobs.id = shown.id RETURNING shown.id"

constexpr std::string_view kShow = SHOW("");
// The condition is asked again of the row as it is when it is locked: the app may have written in between.
constexpr std::string_view kShowWhereDrifted = SHOW(" AND " DRIFTED);
constexpr std::string_view kShowWhereAskedAgain = SHOW(
    " AND e.video_generation_status = 'pending' AND j.status = 'failed' AND j.mirrored_status = 'failed'"
    " AND j.response_sha256 = encode(sha256(convert_to(e.response, 'UTF8')), 'hex')");

// Locks those of these jobs' rows that nobody else has locked: the app may hold one for as long as it likes.
constexpr std::string_view kLockFreeRows =
    "SELECT j.id FROM video_jobs j JOIN escalations e ON e.id = j.escalation_uuid WHERE j.id = ANY ($1::text[])"
    " ORDER BY e.id FOR NO KEY UPDATE OF e SKIP LOCKED";

// What such a row shows is not what its job is, so that the sweep restores it, and so that what it says is not taken
// for the app's wish.
constexpr std::string_view kNotShown =
    "UPDATE video_jobs j SET mirrored_status = NULL WHERE j.id = ANY ($1::text[]) AND j.id <> ALL ($2::text[])"
    " AND EXISTS (SELECT FROM escalations e WHERE e.id = j.escalation_uuid)";
constexpr std::string_view kFindDrifted =
    "SELECT job.id FROM video_jobs job WHERE job.id IN (SELECT j.id FROM " NEWEST_JOBS
    " JOIN escalations e ON e.id = j.escalation_uuid WHERE " DRIFTED ") ORDER BY job.id FOR UPDATE SKIP LOCKED";

#undef NEWEST_JOBS
#undef SHOWN_OPERATION
#undef DRIFTED
#undef IN_DOUBT
#undef SHOW

}  // namespace

AppTables Escalations::Tables(pqxx::transaction_base& transaction) {
  const std::lock_guard lock(mutex_);
  if (tables_.escalations) return tables_;
  std::set<std::string> columns;
  for (std::string& column : IdsOf(Execute(transaction, kAppColumns))) columns.insert(std::move(column));
  const auto has = [&](std::initializer_list<const char*> names) {
    return std::all_of(names.begin(), names.end(), [&](const char* name) { return columns.count(name) == 1; });
  };
  tables_.escalations =
      has({"escalations.id", "escalations.response", "escalations.video_url", "escalations.video_generated_at",
           "escalations.video_generation_status", "escalations.video_job_id"});
  tables_.categories = has({"escalations.category"});
  tables_.student_names = has({"escalations.student_id", "profiles.id", "profiles.name"});
  tables_.course_names = has({"escalations.course_id", "courses.id", "courses.name"});
  return tables_;
}

std::string Escalations::Columns(const AppTables& tables) {
  return absl::StrCat(" e.id, e.response, e.video_generation_status AS status, e.video_job_id AS operation_name, ",
                      tables.categories ? "e.category" : "''", " AS category, ",
                      tables.student_names ? "student.name" : "''", " AS student_name, ",
                      tables.course_names ? "course.name" : "''", " AS course_name ");
}

std::string Escalations::Joins(const AppTables& tables) {
  return absl::StrCat(tables.student_names ? " LEFT JOIN profiles student ON student.id = e.student_id" : "",
                      tables.course_names ? " LEFT JOIN courses course ON course.id = e.course_id" : "");
}

Escalation Escalations::EscalationOf(const pqxx::row& row) {
  Escalation escalation;
  escalation.id = TextOf(row, "id");
  escalation.response = TextOf(row, "response");
  escalation.context = {TextOf(row, "student_name"), TextOf(row, "category"), TextOf(row, "course_name")};
  escalation.status = TextOf(row, "status");
  escalation.operation_name = TextOf(row, "operation_name");
  return escalation;
}

void Escalations::Mirror(pqxx::transaction_base& transaction, const std::vector<std::string>& job_ids) {
  if (!mirror_ || job_ids.empty() || !Tables(transaction).escalations) return;
  const auto free = IdsOf(Execute(transaction, kLockFreeRows, {Texts(job_ids)}));
  if (!free.empty()) Execute(transaction, kShow, {mock_, Texts(free)});
  if (free.size() < job_ids.size()) Execute(transaction, kNotShown, {Texts(job_ids), Texts(free)});
}

void Escalations::ShowWhereAskedAgain(pqxx::transaction_base& transaction, const std::vector<std::string>& job_ids) {
  if (!mirror_) return;
  const auto free = IdsOf(Execute(transaction, kLockFreeRows, {Texts(job_ids)}));
  if (!free.empty()) Execute(transaction, kShowWhereAskedAgain, {mock_, Texts(free)});
}

int Escalations::RestoreMirrors(pqxx::transaction_base& transaction) {
  if (!mirror_) return 0;
  const auto drifted = IdsOf(Execute(transaction, kFindDrifted, {mock_}));
  if (drifted.empty()) return 0;
  const auto free = IdsOf(Execute(transaction, kLockFreeRows, {Texts(drifted)}));
  if (free.empty()) return 0;
  return static_cast<int>(Execute(transaction, kShowWhereDrifted, {mock_, Texts(free)}).size());
}

}  // namespace videojobs::postgres
