#include "adapters/postgres/migrator.h"

#include <algorithm>
#include <pqxx/pqxx>
#include <set>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "adapters/postgres/connection_pool.h"
#include "adapters/postgres/sql.h"
#include "embedded_migrations.h"

namespace videojobs::postgres {
namespace {

constexpr std::string_view kLockMigrations = "SELECT pg_advisory_xact_lock(7086530118252)";
constexpr std::string_view kHasTable = "SELECT to_regclass('videojobs_migrations') IS NOT NULL AS has";
constexpr std::string_view kApplied = "SELECT number FROM videojobs_migrations";

std::set<int> AppliedNumbers(pqxx::transaction_base& transaction) {
  std::set<int> numbers;
  if (!BoolOf(Execute(transaction, kHasTable)[0], "has")) return numbers;
  for (const pqxx::row& row : Execute(transaction, kApplied)) numbers.insert(IntOf(row, "number"));
  return numbers;
}

// Each file is one transaction for psql's sake. Here it runs inside ours, which holds the lock.
std::string WithoutTransaction(std::string_view sql) {
  constexpr std::string_view kBegin = "\nBEGIN;\n";
  constexpr std::string_view kCommit = "\nCOMMIT;\n";
  const std::size_t begin = sql.find(kBegin);
  const std::size_t commit = sql.rfind(kCommit);
  if (begin == std::string_view::npos || commit == std::string_view::npos) return std::string(sql);
  return std::string(sql.substr(begin + kBegin.size(), commit - begin - kBegin.size()));
}

enum class Direction { kUp, kDown };

// Whether it was done: not where another was quicker.
absl::StatusOr<bool> RunOne(ConnectionPool& pool, const EmbeddedMigration& migration, Direction direction) {
  const bool up = direction == Direction::kUp;
  auto done = pool.Transact([&](pqxx::work& transaction) -> absl::StatusOr<bool> {
    Execute(transaction, kLockMigrations);
    if ((AppliedNumbers(transaction).count(migration.number) == 1) == up) return false;
    transaction.exec(WithoutTransaction(up ? migration.up : migration.down));
    return true;
  });
  if (done.ok()) return done;
  return absl::Status(done.status().code(), absl::StrCat(std::string(migration.name),
                                                         up ? ".up.sql: " : ".down.sql: ", done.status().message()));
}

std::vector<std::string> MissingIn(pqxx::transaction_base& transaction) {
  const std::set<int> applied = AppliedNumbers(transaction);
  std::vector<std::string> missing;
  for (const EmbeddedMigration& migration : kEmbeddedMigrations) {
    if (applied.count(migration.number) == 0) missing.emplace_back(migration.name);
  }
  return missing;
}

absl::StatusOr<MigrationReport> RunAll(const std::string& url, const std::vector<EmbeddedMigration>& migrations,
                                       Direction direction) {
  ConnectionPool pool(url, 1);
  if (absl::Status status = pool.Connect(); !status.ok()) return status;
  MigrationReport report;
  for (const EmbeddedMigration& migration : migrations) {
    const auto ran = RunOne(pool, migration, direction);
    if (!ran.ok()) return ran.status();
    if (*ran) report.done.emplace_back(migration.name);
  }
  return report;
}

}  // namespace

absl::StatusOr<MigrationReport> Migrate(const std::string& url) {
  return RunAll(url, {kEmbeddedMigrations.begin(), kEmbeddedMigrations.end()}, Direction::kUp);
}

absl::StatusOr<std::vector<std::string>> PendingMigrations(const std::string& url) {
  ConnectionPool pool(url, 1);
  if (absl::Status status = pool.Connect(); !status.ok()) return status;
  return pool.Transact(
      [](pqxx::work& transaction) -> absl::StatusOr<std::vector<std::string>> { return MissingIn(transaction); });
}

absl::StatusOr<MigrationReport> MigrateDown(const std::string& url, int to) {
  std::vector<EmbeddedMigration> above;
  for (const EmbeddedMigration& migration : kEmbeddedMigrations) {
    if (migration.number > to) above.push_back(migration);
  }
  std::reverse(above.begin(), above.end());
  return RunAll(url, above, Direction::kDown);
}

absl::Status CheckMigrations(pqxx::transaction_base& transaction) {
  const auto missing = MissingIn(transaction);
  if (!missing.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("migrations are missing: ", absl::StrJoin(missing, ", "), "; run videojobs migrate"));
  }
  const std::set<int> applied = AppliedNumbers(transaction);
  if (applied.size() == kEmbeddedMigrations.size()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("the database was migrated to number ", *applied.rbegin(),
                                                    " by a newer program, and this one knows ",
                                                    kEmbeddedMigrations.back().number, ": update this one"));
}

}  // namespace videojobs::postgres
