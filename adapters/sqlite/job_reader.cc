#include "adapters/job_reader.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/migrator.h"
#include "adapters/sqlite/ports.h"
#include "adapters/sqlite/rows.h"
#include "statemachine/edges.h"

namespace videojobs::sqlite {
namespace {

constexpr char kNewestOf[] = R"(
SELECT id FROM video_jobs WHERE tenant = '' AND mock = ?1 AND escalation_id = ?2
 ORDER BY created_at DESC, id DESC LIMIT 1)";

// A job in work keeps the time at which it was due.
constexpr char kCountOverdue[] = R"(
SELECT count(*) FROM video_jobs
 WHERE tenant = '' AND mock = ?1 AND due_at < ?2 AND (lease_until IS NULL OR lease_until < ?2))";

// Each filter that is set adds its condition, so that SQLite chooses the index for those that are there.
constexpr char kList[] = "SELECT id FROM video_jobs WHERE tenant = '' AND mock = ?1";
constexpr char kOfStates[] =
    " AND status IN (iif(?2, 'pending', ''), iif(?3, 'processing', ''), "
    "iif(?4, 'completed', ''), iif(?5, 'failed', ''))";
constexpr char kOfEscalation[] = " AND escalation_id = ?6";
constexpr char kCreatedAfter[] = " AND created_at >= ?7";
constexpr char kCreatedBefore[] = " AND created_at < ?8";
constexpr char kBehind[] = " AND (created_at, id) < (?9, ?10)";
constexpr char kNewestFirst[] = " ORDER BY created_at DESC, id DESC LIMIT ?11";

std::string ListSql(const JobFilter& filter, const std::optional<PageEnd>& after) {
  return absl::StrCat(kList, filter.states.empty() ? "" : kOfStates, filter.escalation_id.empty() ? "" : kOfEscalation,
                      filter.created_after ? kCreatedAfter : "", filter.created_before ? kCreatedBefore : "",
                      after ? kBehind : "", kNewestFirst);
}

bool Contains(const std::vector<JobState>& states, JobState state) {
  return std::find(states.begin(), states.end(), state) != states.end();
}

// A bound of times that are whole microseconds: one in between lets through what the next whole one does.
absl::Time BoundOf(absl::Time time) {
  return absl::UnixEpoch() + absl::Ceil(time - absl::UnixEpoch(), absl::Microseconds(1));
}

Statement ListQuery(Session& session, const JobFilter& filter, const std::optional<PageEnd>& after, int limit) {
  Statement ids = session.connection.Query(ListSql(filter, after), session.mock);
  if (!filter.states.empty()) {
    ids.BindOne(2, Contains(filter.states, JobState::kPending));
    ids.BindOne(3, Contains(filter.states, JobState::kProcessing));
    ids.BindOne(4, Contains(filter.states, JobState::kCompleted));
    ids.BindOne(5, Contains(filter.states, JobState::kFailed));
  }
  if (!filter.escalation_id.empty()) ids.BindOne(6, filter.escalation_id);
  if (filter.created_after) ids.BindOne(7, BoundOf(*filter.created_after));
  if (filter.created_before) ids.BindOne(8, BoundOf(*filter.created_before));
  if (after) {
    ids.BindOne(9, after->created_at);
    ids.BindOne(10, after->job_id);
  }
  ids.BindOne(11, limit);
  return ids;
}

Edges EdgesIn(Session& session, const char* query) {
  Edges edges;
  Statement row = session.connection.Query(query);
  while (row.Step()) {
    std::string from = row.Text();
    edges.emplace(std::move(from), row.Text());
  }
  return edges;
}

// Somebody who edited these tables by hand would have the database refuse what is right, or allow what is wrong.
absl::Status CheckEdges(Session& session) {
  if (EdgesIn(session, "SELECT from_state, to_state FROM video_job_edges") == JobEdges() &&
      EdgesIn(session, "SELECT from_state, to_state FROM video_clip_edges") == ClipEdges()) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      "the legal moves in video_job_edges and video_clip_edges are not those of this program; restore them as "
      "migrations/sqlite has them");
}

class SqliteJobReader : public JobReader {
 public:
  explicit SqliteJobReader(Sessions sessions) : sessions_(sessions) {}

  absl::StatusOr<std::vector<Job>> Get(absl::Span<const std::string> job_ids) override {
    return sessions_.Read([&](Session& session) -> absl::StatusOr<std::vector<Job>> {
      std::vector<Job> jobs;
      for (const std::string& id : job_ids) {
        if (auto job = ReadJob(session, id, Texts::kLeftOut)) jobs.push_back(*std::move(job));
      }
      return jobs;
    });
  }

  absl::StatusOr<Job> NewestOf(const std::string& escalation_id) override {
    return sessions_.Read([&](Session& session) -> absl::StatusOr<Job> {
      Statement newest = session.connection.Query(kNewestOf, session.mock, escalation_id);
      if (!newest.Step()) return absl::NotFoundError("the escalation has no job");
      return *ReadJob(session, newest.Text(), Texts::kLeftOut);
    });
  }

  absl::StatusOr<JobPage> List(const JobFilter& filter, const std::optional<PageEnd>& after, int limit) override {
    return sessions_.Read([&](Session& session) -> absl::StatusOr<JobPage> {
      JobPage page;
      page.now = session.now;
      // One more than asked for tells whether there is a next page.
      Statement ids = ListQuery(session, filter, after, limit + 1);
      while (ids.Step()) {
        if (static_cast<int>(page.jobs.size()) == limit) {
          page.next = PageEnd{.created_at = page.jobs.back().created_at, .job_id = page.jobs.back().id};
          break;
        }
        page.jobs.push_back(*ReadJob(session, ids.Text(), Texts::kLeftOut));
      }
      return page;
    });
  }

  absl::StatusOr<int> CountOverdue(absl::Duration by) override {
    return sessions_.Read([&](Session& session) -> absl::StatusOr<int> {
      Statement count = session.connection.Query(kCountOverdue, session.mock, session.now - by);
      count.Step();
      return count.Count();
    });
  }

  absl::Status Check() override {
    return sessions_.Read([](Session& session) {
      const absl::Status migrated = CheckMigrations(session.connection);
      return migrated.ok() ? CheckEdges(session) : migrated;
    });
  }

 private:
  Sessions sessions_;
};

}  // namespace

std::unique_ptr<JobReader> MakeJobReader(Sessions sessions) { return std::make_unique<SqliteJobReader>(sessions); }

}  // namespace videojobs::sqlite
