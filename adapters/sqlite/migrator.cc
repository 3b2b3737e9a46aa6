#include "adapters/sqlite/migrator.h"

#include <set>
#include <string_view>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "adapters/sqlite/folder_lock.h"
#include "adapters/sqlite/status.h"
#include "embedded_migrations.h"

namespace videojobs::sqlite {
namespace {

constexpr char kHasTable[] =
    "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'videojobs_migrations'";
constexpr char kApplied[] = "SELECT number FROM videojobs_migrations";

std::set<int> Applied(Connection& connection) {
  std::set<int> numbers;
  Statement table = connection.Query(kHasTable);
  if (!table.Step() || !table.Flag()) return numbers;
  Statement applied = connection.Query(kApplied);
  while (applied.Step()) numbers.insert(applied.Count());
  return numbers;
}

std::vector<const EmbeddedMigration*> Missing(Connection& connection) {
  const std::set<int> applied = Applied(connection);
  std::vector<const EmbeddedMigration*> missing;
  for (const EmbeddedMigration& migration : kEmbeddedMigrations) {
    if (applied.count(migration.number) == 0) missing.push_back(&migration);
  }
  return missing;
}

std::vector<std::string> NamesOf(const std::vector<const EmbeddedMigration*>& migrations) {
  std::vector<std::string> names;
  for (const EmbeddedMigration* migration : migrations) names.emplace_back(migration->name);
  return names;
}

// A file has its own BEGIN and COMMIT, so that it is atomic in the sqlite3 shell as well.
void RunFile(Connection& connection, std::string_view script) {
  try {
    connection.RunScript(std::string(script));
  } catch (const Error&) {
    if (connection.InTransaction()) connection.Run("ROLLBACK");
    throw;
  }
}

absl::StatusOr<MigrationReport> UndoAbove(Connection& connection, int to) {
  const std::set<int> applied = Applied(connection);
  MigrationReport report;
  for (auto migration = kEmbeddedMigrations.rbegin(); migration != kEmbeddedMigrations.rend(); ++migration) {
    if (migration->number <= to || applied.count(migration->number) == 0) continue;
    RunFile(connection, migration->down);
    report.done.emplace_back(migration->name);
  }
  return report;
}

// Runs `work(Connection&)` on the file while no server has it.
template <typename Work>
std::invoke_result_t<Work, Connection&> OnOwnFile(const std::string& path, Work work) {
  const auto lock = FolderLock::Take(path);
  if (!lock.ok()) return lock.status();
  try {
    Connection connection(path);
    return work(connection);
  } catch (const Error& error) {
    return StatusFrom(error, path);
  }
}

}  // namespace

absl::Status RefuseNewer(Connection& connection) {
  for (const int number : Applied(connection)) {
    if (number > kEmbeddedMigrations.back().number) {
      return absl::FailedPreconditionError(
          absl::StrCat("the SQLite database has migration ", number, ", which this program does not know (its last is ",
                       kEmbeddedMigrations.back().number, "): use the newer program that made it"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<MigrationReport> ApplyMissing(Connection& connection) {
  if (absl::Status known = RefuseNewer(connection); !known.ok()) return known;
  MigrationReport report;
  for (const EmbeddedMigration* migration : Missing(connection)) {
    RunFile(connection, migration->up);
    report.done.emplace_back(migration->name);
  }
  return report;
}

absl::Status CheckMigrations(Connection& connection) {
  if (absl::Status known = RefuseNewer(connection); !known.ok()) return known;
  const std::vector<std::string> names = NamesOf(Missing(connection));
  if (names.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the SQLite database lacks migrations: ", absl::StrJoin(names, ", "), "; run videojobs migrate"));
}

absl::StatusOr<MigrationReport> Migrate(const std::string& path) { return OnOwnFile(path, ApplyMissing); }

absl::StatusOr<std::vector<std::string>> PendingMigrations(const std::string& path) {
  return OnOwnFile(path, [](Connection& connection) -> absl::StatusOr<std::vector<std::string>> {
    return NamesOf(Missing(connection));
  });
}

absl::StatusOr<MigrationReport> MigrateDown(const std::string& path, int to) {
  return OnOwnFile(path, [to](Connection& connection) { return UndoAbove(connection, to); });
}

}  // namespace videojobs::sqlite
