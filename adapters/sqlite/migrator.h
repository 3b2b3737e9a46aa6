#ifndef VIDEOJOBS_ADAPTERS_SQLITE_MIGRATOR_H_
#define VIDEOJOBS_ADAPTERS_SQLITE_MIGRATOR_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "adapters/sqlite/connection.h"

namespace videojobs::sqlite {

struct MigrationReport {
  std::vector<std::string> done;  // names, in the order in which they ran
};

// Brings the database file at `path` to what this program was built with. SqliteStore::Open does so by itself. Each
// file of migrations/sqlite/ runs in one transaction: what fails leaves the ones before it. Idempotent.
// FAILED_PRECONDITION: a server has the file, or a newer program migrated it. Else as in status.h.
absl::StatusOr<MigrationReport> Migrate(const std::string& path);

// The names that `Migrate` would run. Makes the file where it is missing.
absl::StatusOr<std::vector<std::string>> PendingMigrations(const std::string& path);

// Undoes, latest first, every migration above number `to`; 0 undoes all and with them all jobs.
absl::StatusOr<MigrationReport> MigrateDown(const std::string& path, int to);

// For this folder: the same on an open connection. They throw Error.
absl::StatusOr<MigrationReport> ApplyMissing(Connection& connection);
// FAILED_PRECONDITION: a newer program migrated the database.
absl::Status RefuseNewer(Connection& connection);
// OK when the database has exactly this program's migrations; FAILED_PRECONDITION names the difference.
absl::Status CheckMigrations(Connection& connection);

}  // namespace videojobs::sqlite

#endif  // VIDEOJOBS_ADAPTERS_SQLITE_MIGRATOR_H_
