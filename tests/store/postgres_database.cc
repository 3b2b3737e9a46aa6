#include "tests/store/postgres_database.h"

#include <map>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "adapters/postgres/migrator.h"
#include "tests/support/postgres_cluster.h"

namespace videojobs {
namespace {

std::string PathOf(const std::string& file) {
  return file.front() == '/' ? file : absl::StrCat(VIDEOJOBS_TESTS_STORE, "/", file);
}

std::string MakeTemplate(DatabaseKind kind) {
  PostgresCluster& cluster = SharedPostgresCluster();
  const std::string name = cluster.CreateDatabase();
  if (kind == DatabaseKind::kWebApp || kind == DatabaseKind::kWebAppMigrated) {
    EXPECT_EQ(cluster.Psql(name, {"-f", PathOf("web_app_schema.sql"), "-f", PathOf("web_app_video_columns.sql")}), 0);
  }
  if (kind == DatabaseKind::kMigrated || kind == DatabaseKind::kWebAppMigrated) {
    const auto migrated = postgres::Migrate(cluster.Url(name));
    EXPECT_TRUE(migrated.ok()) << migrated.status();
  }
  return name;
}

// What tests of this program have left clean, and what fresh databases are copied from.
struct Databases {
  std::mutex mutex;
  std::map<DatabaseKind, std::string> templates;
  std::map<DatabaseKind, std::vector<std::string>> clean;
};

Databases& AllDatabases() {
  static Databases databases;
  return databases;
}

std::string TakeDatabase(DatabaseKind kind) {
  Databases& all = AllDatabases();
  const std::lock_guard lock(all.mutex);
  std::vector<std::string>& clean = all.clean[kind];
  if (!clean.empty()) {
    const std::string name = clean.back();
    clean.pop_back();
    return name;
  }
  if (all.templates.count(kind) == 0) all.templates[kind] = MakeTemplate(kind);
  return SharedPostgresCluster().CreateDatabase(all.templates[kind]);
}

// Only a database whose schema no test of its kind changes is handed on: emptying it takes a moment, making one does
// not.
bool IsHandedOn(DatabaseKind kind) { return kind == DatabaseKind::kMigrated || kind == DatabaseKind::kWebAppMigrated; }

constexpr char kEmptyOurs[] =
    "SET LOCAL session_replication_role = replica; DELETE FROM video_lanes; DELETE FROM video_requests;"
    " DELETE FROM video_job_events; DELETE FROM video_starts; DELETE FROM video_clips; DELETE FROM video_asked_scenes;"
    " DELETE FROM video_jobs; DELETE FROM video_escalation_backlog; ";
constexpr char kEmptyApps[] = "DELETE FROM escalations; DELETE FROM profiles; DELETE FROM courses";

}  // namespace

PostgresDatabase::PostgresDatabase(DatabaseKind kind)
    : kind_(kind), name_(TakeDatabase(kind)), connection_(std::make_unique<pqxx::connection>(Url())) {}

PostgresDatabase::~PostgresDatabase() {
  if (!IsHandedOn(kind_)) {
    connection_.reset();
    SharedPostgresCluster().DropDatabase(name_);
    return;
  }
  const auto emptied = Execute(absl::StrCat(kEmptyOurs, kind_ == DatabaseKind::kWebAppMigrated ? kEmptyApps : ""));
  EXPECT_TRUE(emptied.ok()) << emptied;
  Databases& all = AllDatabases();
  const std::lock_guard lock(all.mutex);
  all.clean[kind_].push_back(name_);
}

std::string PostgresDatabase::Url(const std::string& user) const { return SharedPostgresCluster().Url(name_, user); }
std::string PostgresDatabase::PoolerUrl() const { return SharedPostgresCluster().PoolerUrl(name_); }

bool PostgresDatabase::RunFile(const std::string& file) const {
  return SharedPostgresCluster().Psql(name_, {"-f", PathOf(file)}) == 0;
}

absl::Status PostgresDatabase::Execute(const std::string& sql) { return Query(sql).status(); }

absl::StatusOr<SqlRows> PostgresDatabase::Query(const std::string& sql) {
  try {
    pqxx::work transaction(*connection_);
    const pqxx::result result = transaction.exec(sql);
    transaction.commit();
    SqlRows rows;
    for (const pqxx::row& row : result) {
      rows.emplace_back();
      for (const pqxx::field& field : row) rows.back().emplace_back(field.c_str());
    }
    return rows;
  } catch (const pqxx::sql_error& error) {
    return absl::InternalError(error.what());
  }
}

std::string PostgresDatabase::Value(const std::string& sql) {
  const auto rows = Query(sql);
  EXPECT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(rows->size(), 1u) << sql;
  return rows->at(0).at(0);
}

// The evidence is older as well, which its triggers would refuse.
void PostgresDatabase::Advance(absl::Duration duration) {
  const std::string by = absl::StrCat(" - interval '", absl::ToInt64Microseconds(duration), " microseconds'");
  const auto older = [&by](const std::string& table, const std::vector<std::string>& columns) {
    std::string sql = absl::StrCat("UPDATE ", table, " SET ");
    for (const std::string& column : columns) {
      absl::StrAppend(&sql, &column == &columns.front() ? "" : ", ", column, " = ", column, by);
    }
    return sql + "; ";
  };
  const auto status = Execute(absl::StrCat(
      "SET LOCAL session_replication_role = replica; ",
      older("video_jobs", {"created_at", "updated_at", "pending_since", "finished_at", "due_at", "lease_until"}),
      older("video_clips", {"accepted_at", "next_poll_at", "last_answer_at", "done_at"}),
      older("video_starts", {"intended_at", "outcome_at"}), older("video_lanes", {"closed_until", "check_until"})));
  EXPECT_TRUE(status.ok()) << status;
}

std::unique_ptr<PostgresStore> PostgresDatabase::Open(const PostgresStore::Options& options) {
  auto store = PostgresStore::Open(Url(), options);
  EXPECT_TRUE(store.ok()) << store.status();
  return *std::move(store);
}

}  // namespace videojobs
