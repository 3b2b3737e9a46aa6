#ifndef VIDEOJOBS_ADAPTERS_POSTGRES_MIGRATOR_H_
#define VIDEOJOBS_ADAPTERS_POSTGRES_MIGRATOR_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pqxx {
class transaction_base;
}

namespace videojobs::postgres {

struct MigrationReport {
  std::vector<std::string> done;  // names such as "0001_create_job_tables", in the order in which they ran
};

// Applies the migrations that this program carries and the database lacks, each in a transaction of its own under a
// lock, so that any number of replicas may do so at once. Sees what psql applied from the same files, and the other way
// round. Idempotent. An error names the file; those before it stay applied. Errors as in JobWork, and PERMISSION_DENIED
// or FAILED_PRECONDITION in the database's words.
absl::StatusOr<MigrationReport> Migrate(const std::string& url);

// The names that `Migrate` would run. Changes nothing.
absl::StatusOr<std::vector<std::string>> PendingMigrations(const std::string& url);

// Undoes, latest first, every migration above number `to`; 0 undoes all and with them all jobs. The web app's table
// stays as it is.
absl::StatusOr<MigrationReport> MigrateDown(const std::string& url, int to);

// For this folder: OK when the database has exactly this program's migrations; FAILED_PRECONDITION names the
// difference.
absl::Status CheckMigrations(pqxx::transaction_base& transaction);

}  // namespace videojobs::postgres

#endif  // VIDEOJOBS_ADAPTERS_POSTGRES_MIGRATOR_H_
