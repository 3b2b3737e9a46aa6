#include "adapters/postgres/job_reader.h"

#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "adapters/postgres/migrator.h"
#include "adapters/postgres/rows.h"
#include "adapters/postgres/sql.h"
#include "statemachine/edges.h"

namespace videojobs::postgres {
namespace {

constexpr std::string_view kNewestOf = R"sql(
SELECT id FROM video_jobs WHERE tenant = '' AND mock = $1 AND escalation_id = $2 AND escalation_id <> ''
 ORDER BY created_at DESC, id DESC LIMIT 1
)sql";

// A filter that is NULL does not filter.
#define AT(parameter) "timestamptz 'epoch' + " parameter "::bigint * interval '1 microsecond'"
constexpr std::string_view kList =
    "SELECT id FROM video_jobs WHERE tenant = '' AND mock = $1"
    " AND ($2::text[] IS NULL OR status = ANY ($2::text[]))"
    " AND ($3::text IS NULL OR (escalation_id = $3 AND escalation_id <> ''))"
    " AND ($4::bigint IS NULL OR created_at >= " AT("$4") ")"
    " AND ($5::bigint IS NULL OR created_at < " AT("$5") ")"
    " AND ($6::bigint IS NULL OR (created_at, id) < (" AT("$6") ", $7::text))"
    " ORDER BY created_at DESC, id DESC LIMIT $8";
#undef AT

constexpr std::string_view kNow = "SELECT " VIDEOJOBS_MICROS("clock_timestamp()") " AS now";

// A job in work keeps the time at which it was due.
constexpr std::string_view kCountOverdue = R"sql(
SELECT count(*) AS overdue FROM video_jobs
 WHERE tenant = '' AND mock = $1
   AND greatest(due_at, lease_until) < clock_timestamp() - $2::bigint * interval '1 microsecond'
   AND due_at IS NOT NULL
)sql";

// Our own tables have no policy, so row-level security that is active for this role hides every row of them, those of
// the migrations' table too: this is asked first.
constexpr std::string_view kSeesOurRows = R"sql(
SELECT current_user AS role,
       to_regclass('videojobs_migrations') IS NULL
       OR NOT row_security_active(to_regclass('videojobs_migrations')) AS sees
)sql";

// Policies that let a role read and write everything are no obstacle.
constexpr std::string_view kSeesAppsRows = R"sql(
SELECT current_user AS role,
       to_regclass('escalations') IS NULL OR NOT row_security_active(to_regclass('escalations'))
       OR (SELECT count(DISTINCT needed.command)
             FROM unnest(ARRAY['r', 'w']) AS needed (command)
             JOIN pg_policy p ON p.polcmd::text IN ('*', needed.command)
            WHERE p.polrelid = to_regclass('escalations') AND p.polpermissive
              AND pg_get_expr(p.polqual, p.polrelid) = 'true'
              AND EXISTS (SELECT FROM unnest(p.polroles) AS r (id)
                           WHERE r.id = 0 OR pg_has_role(current_user, r.id, 'USAGE'))) = 2 AS sees
)sql";

// Every right that a statement of this folder needs, as the GRANT that would give it. Tables and columns that are not
// there are passed over: others say so. Rights on single columns of the web app's tables are enough.
constexpr std::string_view kMissingGrants = R"sql(
WITH ours (name, verbs) AS (VALUES
  ('videojobs_migrations', 'SELECT'), ('video_job_edges', 'SELECT'), ('video_clip_edges', 'SELECT'),
  ('video_escalation_backlog', 'SELECT'), ('video_spending', 'SELECT,UPDATE'),
  ('video_jobs', 'SELECT,INSERT,UPDATE'), ('video_clips', 'SELECT,INSERT,UPDATE'),
  ('video_starts', 'SELECT,INSERT,UPDATE'), ('video_asked_scenes', 'SELECT,INSERT'),
  ('video_job_events', 'SELECT,INSERT'), ('video_requests', 'SELECT,INSERT'),
  ('video_lanes', 'SELECT,INSERT,UPDATE,DELETE')),
theirs (name, verb, columns) AS (VALUES
  ('escalations', 'SELECT', ARRAY['id', 'response', 'category', 'student_id', 'course_id', 'video_url',
                                  'video_generated_at', 'video_generation_status', 'video_job_id']),
  ('escalations', 'UPDATE', ARRAY['video_url', 'video_generated_at', 'video_generation_status', 'video_job_id']),
  ('profiles', 'SELECT', ARRAY['id', 'name']), ('courses', 'SELECT', ARRAY['id', 'name'])),
missing (name, verb) AS (
  SELECT ours.name, needed.verb FROM ours, unnest(string_to_array(ours.verbs, ',')) AS needed (verb)
   WHERE NOT has_table_privilege(to_regclass(ours.name), needed.verb)
   UNION SELECT theirs.name, theirs.verb FROM theirs
   WHERE to_regclass('escalations') IS NOT NULL
     AND EXISTS (SELECT FROM pg_attribute a
                  WHERE a.attrelid = to_regclass(theirs.name) AND a.attname = ANY (theirs.columns)
                    AND NOT a.attisdropped AND NOT has_column_privilege(a.attrelid, a.attnum, theirs.verb)))
SELECT 'GRANT ' || string_agg(verb, ', ' ORDER BY verb) || ' ON ' || name || ' TO ' || quote_ident(current_user) AS id
  FROM missing GROUP BY name
 UNION ALL SELECT 'GRANT USAGE ON SCHEMA public TO ' || quote_ident(current_user) WHERE current_schema() IS NULL
 ORDER BY id
)sql";

constexpr std::string_view kMissingAppColumns = R"sql(
SELECT needed.name AS id
  FROM unnest(ARRAY['id', 'response', 'video_url', 'video_generated_at', 'video_generation_status', 'video_job_id'])
       AS needed (name)
 WHERE to_regclass('escalations') IS NOT NULL
   AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = to_regclass('escalations')
                      AND a.attname = needed.name AND NOT a.attisdropped)
)sql";

Value StatesOf(const JobFilter& filter) {
  if (filter.states.empty()) return std::nullopt;
  return Column(filter.states, [](JobState state) { return Name(state); });
}

Value MicrosOf(const std::optional<absl::Time>& time) {
  if (!time) return std::nullopt;
  return absl::ToUnixMicros(*time);
}

// A bound of times that are whole microseconds: one in between lets through what the next whole one does.
Value BoundOf(const std::optional<absl::Time>& time) {
  if (!time) return std::nullopt;
  return MicrosOf(absl::UnixEpoch() + absl::Ceil(*time - absl::UnixEpoch(), absl::Microseconds(1)));
}

absl::Status CheckVisible(pqxx::transaction_base& transaction, std::string_view sql, absl::string_view table) {
  const pqxx::row row = Execute(transaction, sql)[0];
  if (BoolOf(row, "sees")) return absl::OkStatus();
  const std::string role = TextOf(row, "role");
  return absl::FailedPreconditionError(
      absl::StrCat("row-level security hides rows of ", table, " from the database role \"", role,
                   "\": connect as the owner of the table, or run ALTER ROLE \"", role, "\" BYPASSRLS"));
}

// Caps are exact, and duplicates refused, because each statement sees what others committed before it began.
absl::Status CheckIsolation(pqxx::transaction_base& transaction) {
  const std::string isolation = TextOf(Execute(transaction, "SHOW transaction_isolation")[0], "transaction_isolation");
  if (isolation == "read committed") return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("transactions are \"", isolation,
                   "\" by default here, and the service needs \"read committed\": as the database "
                   "role run ALTER ROLE CURRENT_USER SET default_transaction_isolation = 'read committed'"));
}

// Without this a role that may only read would be found out by its first job.
absl::Status CheckRights(pqxx::transaction_base& transaction) {
  const auto missing = IdsOf(Execute(transaction, kMissingGrants));
  if (missing.empty()) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat("the database role may not do what the service needs: as the owner of the tables, run ",
                   absl::StrJoin(missing, "; ")));
}

absl::Status CheckAppColumns(pqxx::transaction_base& transaction) {
  const auto missing = IdsOf(Execute(transaction, kMissingAppColumns));
  if (missing.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the table escalations lacks ", absl::StrJoin(missing, ", "), ": run the web app's own migrations"));
}

}  // namespace

absl::StatusOr<std::vector<Job>> PostgresJobReader::Get(absl::Span<const std::string> job_ids) {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::StatusOr<std::vector<Job>> {
    return ReadJobs(transaction, mock_, {job_ids.begin(), job_ids.end()}, Reading::kWithoutTexts);
  });
}

absl::StatusOr<Job> PostgresJobReader::NewestOf(const std::string& escalation_id) {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::StatusOr<Job> {
    const auto ids = IdsOf(Execute(transaction, kNewestOf, {mock_, escalation_id}));
    if (ids.empty()) return absl::NotFoundError("the escalation has no job");
    return std::move(ReadJobs(transaction, mock_, ids, Reading::kWithoutTexts).at(0));
  });
}

absl::StatusOr<JobPage> PostgresJobReader::List(const JobFilter& filter, const std::optional<PageEnd>& after,
                                                int limit) {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::StatusOr<JobPage> {
    const Value escalation = filter.escalation_id.empty() ? Value(std::nullopt) : Value(filter.escalation_id);
    // One more than asked for says whether there is a next page.
    auto ids = IdsOf(Execute(transaction, kList,
                             {mock_, StatesOf(filter), escalation, BoundOf(filter.created_after),
                              BoundOf(filter.created_before), after ? MicrosOf(after->created_at) : std::nullopt,
                              after ? Value(after->job_id) : Value(std::nullopt), limit + 1}));
    const bool more = ids.size() > static_cast<std::size_t>(limit);
    if (more) ids.pop_back();
    JobPage page;
    page.jobs = ReadJobs(transaction, mock_, ids, Reading::kWithoutTexts);
    if (more) page.next = PageEnd{page.jobs.back().created_at, page.jobs.back().id};
    page.now = TimeOf(Execute(transaction, kNow)[0], "now");
    return page;
  });
}

namespace {

Edges EdgesIn(pqxx::work& transaction, const std::string& table) {
  Edges edges;
  for (const pqxx::row& row : Execute(transaction, "SELECT from_state, to_state FROM " + table)) {
    edges.emplace(TextOf(row, "from_state"), TextOf(row, "to_state"));
  }
  return edges;
}

// Somebody who edited these tables by hand would have the database refuse what is right, or allow what is wrong.
absl::Status CheckEdges(pqxx::work& transaction) {
  if (EdgesIn(transaction, "video_job_edges") == JobEdges() &&
      EdgesIn(transaction, "video_clip_edges") == ClipEdges()) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      "the legal moves in video_job_edges and video_clip_edges are not those of this program; restore them as "
      "migrations/postgres has them");
}

}  // namespace

absl::StatusOr<int> PostgresJobReader::CountOverdue(absl::Duration by) {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::StatusOr<int> {
    return IntOf(Execute(transaction, kCountOverdue, {mock_, Micros(by)})[0], "overdue");
  });
}

absl::Status PostgresJobReader::Check() {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::Status {
    absl::Status status = CheckIsolation(transaction);
    if (status.ok()) status = CheckVisible(transaction, kSeesOurRows, "our own tables");
    if (status.ok()) status = CheckRights(transaction);
    if (status.ok()) status = CheckMigrations(transaction);
    if (status.ok()) status = CheckEdges(transaction);
    if (status.ok()) status = CheckVisible(transaction, kSeesAppsRows, "escalations");
    if (status.ok()) status = CheckAppColumns(transaction);
    return status;
  });
}

}  // namespace videojobs::postgres
