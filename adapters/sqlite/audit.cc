#include "adapters/audit.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/ports.h"
#include "adapters/sqlite/rows.h"

namespace videojobs::sqlite {
namespace {

constexpr char kHash[] = "SELECT response_sha256 FROM video_jobs WHERE id = ?1";

constexpr char kEvents[] = R"(
SELECT seq, at, clip, event, from_state, to_state, reason, detail, start_id
  FROM video_job_events WHERE job_id = ?1 ORDER BY seq)";

constexpr char kStarts[] = R"(
SELECT start_id, clip, attempt, provider, model, location, price, intended_at, outcome, outcome_at, operation_name,
       http_status, detail, settled
  FROM video_starts WHERE job_id = ?1 ORDER BY intended_at, clip, attempt)";

constexpr char kIsSomebodys[] = R"(
SELECT EXISTS (SELECT 1 FROM video_clips WHERE operation_name = ?1)
    OR EXISTS (SELECT 1 FROM video_starts WHERE operation_name = ?1))";

// ?2 and ?3 are times, and a day's number since 1970-01-01 is its time without the rest.
constexpr char kCosts[] = R"(
SELECT intended_at / 86400000000, provider, model,
       CASE WHEN outcome = 'refused' OR settled = 0 THEN 3 WHEN settled IS NOT NULL THEN 1
            WHEN outcome = 'unknown' THEN 2 ELSE 0 END AS state,
       count(*), sum(CASE WHEN outcome = 'refused' THEN 0 ELSE coalesce(settled, price) END)
  FROM video_starts
 WHERE tenant = '' AND mock = ?1 AND intended_at >= ?2 AND intended_at < ?3
 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4)";

constexpr char kSpentSince[] = R"(
SELECT coalesce(sum(CASE WHEN outcome = 'refused' THEN 0 ELSE coalesce(settled, price) END), 0)
  FROM video_starts WHERE tenant = '' AND mock = ?1 AND intended_at >= ?2)";

constexpr absl::CivilDay kFirstDay(1970, 1, 1);

absl::Time TimeOf(absl::CivilDay day) { return absl::FromCivil(day, absl::UTCTimeZone()); }
absl::CivilDay DayOf(absl::Time time) { return absl::ToCivilDay(time, absl::UTCTimeZone()); }

std::optional<int> MaybeCount(Statement& row) {
  const auto number = row.MaybeNumber();
  if (!number) return std::nullopt;
  return static_cast<int>(*number);
}

std::vector<LoggedEvent> ReadEvents(Session& session, const std::string& job_id) {
  std::vector<LoggedEvent> events;
  Statement row = session.connection.Query(kEvents, job_id);
  while (row.Step()) {
    LoggedEvent event;
    event.sequence = row.Count();
    event.at = row.Time();
    event.clip = MaybeCount(row);
    event.event = row.Text();
    event.from = row.Text();
    event.to = row.Text();
    event.reason = FailureReasonNamed(row.Text());
    event.detail = row.Text();
    event.start_id = row.Text();
    events.push_back(std::move(event));
  }
  return events;
}

std::vector<LoggedStart> ReadStarts(Session& session, const std::string& job_id) {
  std::vector<LoggedStart> starts;
  Statement row = session.connection.Query(kStarts, job_id);
  while (row.Step()) {
    LoggedStart start;
    start.start_id = row.Text();
    start.clip = row.Count();
    start.attempt = row.Count();
    start.provider = row.Text();
    start.model = row.Text();
    start.location = row.Text();
    start.price_micros = row.Number();
    start.intended_at = row.Time();
    start.outcome = row.Text();
    start.outcome_at = row.MaybeTime();
    start.operation_name = row.Text();
    start.http_status = row.Count();
    start.detail = row.Text();
    start.settled_micros = row.MaybeNumber();
    starts.push_back(std::move(start));
  }
  return starts;
}

std::int64_t SpentSince(Session& session, absl::Time since) {
  Statement row = session.connection.Query(kSpentSince, session.mock, since);
  row.Step();
  return row.Number();
}

class SqliteAudit : public Audit {
 public:
  explicit SqliteAudit(Sessions sessions) : sessions_(sessions) {}

  absl::StatusOr<JobHistory> History(const std::string& job_id) override {
    return sessions_.Read([&](Session& session) -> absl::StatusOr<JobHistory> {
      auto job = ReadJob(session, job_id, Texts::kRead);
      if (!job) return absl::NotFoundError(absl::StrCat("there is no job ", job_id));
      Statement hash = session.connection.Query(kHash, job_id);
      hash.Step();
      return JobHistory{*std::move(job), hash.Text(), ReadEvents(session, job_id), ReadStarts(session, job_id)};
    });
  }

  absl::StatusOr<std::vector<std::string>> NobodysOperations(absl::Span<const std::string> operation_names) override {
    return sessions_.Read([&](Session& session) -> absl::StatusOr<std::vector<std::string>> {
      std::vector<std::string> nobodys;
      for (const std::string& name : operation_names) {
        Statement row = session.connection.Query(kIsSomebodys, name);
        row.Step();
        if (!row.Flag()) nobodys.push_back(name);
      }
      return nobodys;
    });
  }

  absl::StatusOr<std::vector<CostLine>> Costs(absl::CivilDay first, absl::CivilDay last) override {
    return sessions_.Read([&](Session& session) -> absl::StatusOr<std::vector<CostLine>> {
      std::vector<CostLine> lines;
      Statement row = session.connection.Query(kCosts, session.mock, TimeOf(first), TimeOf(last + 1));
      while (row.Step()) {
        CostLine line;
        line.day = kFirstDay + row.Count();
        line.provider = row.Text();
        line.model = row.Text();
        line.state = static_cast<CostState>(row.Count());
        line.starts = row.Count();
        line.micros = row.Number();
        lines.push_back(std::move(line));
      }
      return lines;
    });
  }

  absl::StatusOr<Spent> SpentSoFar() override {
    return sessions_.Read([](Session& session) -> absl::StatusOr<Spent> {
      return Spent{SpentSince(session, TimeOf(DayOf(session.now))), SpentSince(session, absl::UnixEpoch())};
    });
  }

  absl::StatusOr<absl::CivilDay> Today() override {
    return sessions_.Read([](Session& session) -> absl::StatusOr<absl::CivilDay> { return DayOf(session.now); });
  }

 private:
  Sessions sessions_;
};

}  // namespace

std::unique_ptr<Audit> MakeAudit(Sessions sessions) { return std::make_unique<SqliteAudit>(sessions); }

}  // namespace videojobs::sqlite
