#include "adapters/postgres/audit.h"

#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "adapters/postgres/rows.h"
#include "adapters/postgres/sql.h"

namespace videojobs::postgres {
namespace {

constexpr std::string_view kHash = "SELECT response_sha256 FROM video_jobs WHERE id = $1";

constexpr std::string_view kEvents =
    "SELECT seq, " VIDEOJOBS_MICROS("at") " AS at, clip, event, from_state, to_state, reason, detail, start_id"
    " FROM video_job_events WHERE job_id = $1 ORDER BY seq";

constexpr std::string_view kStarts =
    "SELECT start_id, clip, attempt, provider, model, location, price, outcome, operation_name, http_status, detail,"
    " settled, " VIDEOJOBS_MICROS("intended_at") " AS intended_at, " VIDEOJOBS_MICROS("outcome_at") " AS outcome_at"
    " FROM video_starts WHERE job_id = $1 ORDER BY intended_at, clip, attempt";

constexpr std::string_view kNobodys = R"sql(
SELECT o.name AS id FROM unnest($1::text[]) WITH ORDINALITY AS o (name, position)
 WHERE NOT EXISTS (SELECT FROM video_clips WHERE operation_name = o.name AND operation_name <> '')
   AND NOT EXISTS (SELECT FROM video_starts WHERE operation_name = o.name AND operation_name <> '')
 ORDER BY o.position
)sql";

// Days as whole numbers since 1970-01-01.
#define UTC_DAY(timestamp) "((" timestamp " AT TIME ZONE 'UTC')::date - date '1970-01-01')"
#define MICROS_OF_START "CASE WHEN outcome = 'refused' THEN 0 ELSE coalesce(settled, price) END"

constexpr std::string_view kCosts =
    "SELECT " UTC_DAY("intended_at") " AS day, provider, model, state, count(*) AS starts,"
    " sum(" MICROS_OF_START ")::bigint AS micros"
    " FROM (SELECT *, CASE WHEN outcome = 'refused' OR settled = 0 THEN 3 WHEN settled IS NOT NULL THEN 1"
    " WHEN outcome = 'unknown' THEN 2 ELSE 0 END AS state FROM video_starts"
    " WHERE tenant = '' AND mock = $1"
    " AND intended_at >= (date '1970-01-01' + $2::integer)::timestamp AT TIME ZONE 'UTC'"
    " AND intended_at < (date '1970-01-01' + $3::integer + 1)::timestamp AT TIME ZONE 'UTC') AS s"
    " GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4";

constexpr std::string_view kSpent =
    "SELECT coalesce(sum(" MICROS_OF_START
    "), 0)::bigint AS total,"
    " coalesce(sum(" MICROS_OF_START
    ") FILTER (WHERE intended_at >="
    " date_trunc('day', clock_timestamp() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'), 0)::bigint AS today"
    " FROM video_starts WHERE tenant = '' AND mock = $1";

constexpr std::string_view kToday = "SELECT " UTC_DAY("clock_timestamp()") " AS day";

#undef MICROS_OF_START
#undef UTC_DAY

constexpr absl::CivilDay kFirstDay(1970, 1, 1);

std::optional<int> OptionalIntOf(const pqxx::row& row, const char* column) {
  const auto number = OptionalInt64Of(row, column);
  return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

LoggedEvent EventOf(const pqxx::row& row) {
  LoggedEvent event;
  event.sequence = IntOf(row, "seq");
  event.at = TimeOf(row, "at");
  event.clip = OptionalIntOf(row, "clip");
  event.event = TextOf(row, "event");
  event.from = TextOf(row, "from_state");
  event.to = TextOf(row, "to_state");
  event.reason = FailureReasonNamed(TextOf(row, "reason"));
  event.detail = TextOf(row, "detail");
  event.start_id = TextOf(row, "start_id");
  return event;
}

LoggedStart StartOf(const pqxx::row& row) {
  LoggedStart start;
  start.start_id = TextOf(row, "start_id");
  start.clip = IntOf(row, "clip");
  start.attempt = IntOf(row, "attempt");
  start.provider = TextOf(row, "provider");
  start.model = TextOf(row, "model");
  start.location = TextOf(row, "location");
  start.price_micros = Int64Of(row, "price");
  start.intended_at = TimeOf(row, "intended_at");
  start.outcome = TextOf(row, "outcome");
  start.outcome_at = OptionalTimeOf(row, "outcome_at");
  start.operation_name = TextOf(row, "operation_name");
  start.http_status = IntOf(row, "http_status");
  start.detail = TextOf(row, "detail");
  start.settled_micros = OptionalInt64Of(row, "settled");
  return start;
}

}  // namespace

absl::StatusOr<JobHistory> PostgresAudit::History(const std::string& job_id) {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::StatusOr<JobHistory> {
    auto jobs = ReadJobs(transaction, mock_, {job_id}, Reading::kWithTexts);
    if (jobs.empty()) return absl::NotFoundError(absl::StrCat("there is no job ", job_id));
    JobHistory history;
    history.job = std::move(jobs.front());
    history.response_sha256 = TextOf(Execute(transaction, kHash, {job_id})[0], "response_sha256");
    for (const pqxx::row& row : Execute(transaction, kEvents, {job_id})) history.events.push_back(EventOf(row));
    for (const pqxx::row& row : Execute(transaction, kStarts, {job_id})) history.starts.push_back(StartOf(row));
    return history;
  });
}

absl::StatusOr<std::vector<std::string>> PostgresAudit::NobodysOperations(
    absl::Span<const std::string> operation_names) {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::StatusOr<std::vector<std::string>> {
    return IdsOf(Execute(transaction, kNobodys, {Texts(operation_names)}));
  });
}

absl::StatusOr<std::vector<CostLine>> PostgresAudit::Costs(absl::CivilDay first, absl::CivilDay last) {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::StatusOr<std::vector<CostLine>> {
    std::vector<CostLine> lines;
    const int from = static_cast<int>(first - kFirstDay), to = static_cast<int>(last - kFirstDay);
    for (const pqxx::row& row : Execute(transaction, kCosts, {mock_, from, to})) {
      lines.push_back({kFirstDay + IntOf(row, "day"), TextOf(row, "provider"), TextOf(row, "model"),
                       static_cast<CostState>(IntOf(row, "state")), IntOf(row, "starts"), Int64Of(row, "micros")});
    }
    return lines;
  });
}

absl::StatusOr<Spent> PostgresAudit::SpentSoFar() {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::StatusOr<Spent> {
    const pqxx::row row = Execute(transaction, kSpent, {mock_})[0];
    return Spent{Int64Of(row, "today"), Int64Of(row, "total")};
  });
}

absl::StatusOr<absl::CivilDay> PostgresAudit::Today() {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::StatusOr<absl::CivilDay> {
    return kFirstDay + IntOf(Execute(transaction, kToday)[0], "day");
  });
}

}  // namespace videojobs::postgres
