#ifndef VIDEOJOBS_ADAPTERS_POSTGRES_MIGRATOR_H_
#define VIDEOJOBS_ADAPTERS_POSTGRES_MIGRATOR_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace pqxx {
class transaction_base;
}

namespace videojobs::postgres {

// What was done, or is to be done: names such as "0001_create_job_tables", in order.
struct MigrationReport {
  std::vector<std::string> applied;  // by this call
  std::vector<std::string> pending;  // still missing
};

// Applies the migrations that this program carries and the database lacks, each in a transaction of its own under a
// lock, so that any number of replicas may do so at once. Sees what psql applied from the same files, and the other way
// round. Idempotent. An error names the file; those before it stay applied. Errors as in JobWork, and PERMISSION_DENIED
// or FAILED_PRECONDITION in the database's words.
absl::StatusOr<MigrationReport> Migrate(const std::string& url);

// What Migrate would apply. Changes nothing.
absl::StatusOr<MigrationReport> MigrationStatus(const std::string& url);

// Undoes the applied migrations with a number above `to`, the latest first; 0 undoes all. Their data are lost, the web
// app's table stays as it is. `applied` names what was undone.
absl::StatusOr<MigrationReport> MigrateDown(const std::string& url, int to);

// The same look within a transaction.
std::vector<std::string> PendingMigrations(pqxx::transaction_base& transaction);

}  // namespace videojobs::postgres

#endif  // VIDEOJOBS_ADAPTERS_POSTGRES_MIGRATOR_H_
