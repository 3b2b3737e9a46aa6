#include "adapters/sqlite/sqlite_store.h"

#include <utility>

#include "adapters/sqlite/database.h"
#include "adapters/sqlite/ports.h"

namespace videojobs {

absl::StatusOr<std::unique_ptr<SqliteStore>> SqliteStore::Open(const std::string& path, const Options& options,
                                                               Clock& clock) {
  auto database = sqlite::Database::Open(path, clock);
  if (!database.ok()) return database.status();
  return std::unique_ptr<SqliteStore>(new SqliteStore(*std::move(database), options.mock));
}

absl::StatusOr<std::unique_ptr<SqliteStore>> SqliteStore::OpenToLook(const std::string& path, const Options& options,
                                                                     Clock& clock) {
  auto database = sqlite::Database::OpenToLook(path, clock);
  if (!database.ok()) return database.status();
  return std::unique_ptr<SqliteStore>(new SqliteStore(*std::move(database), options.mock));
}

SqliteStore::SqliteStore(std::unique_ptr<sqlite::Database> database, bool mock)
    : database_(std::move(database)),
      intake_(sqlite::MakeJobIntake({*database_, mock})),
      work_(sqlite::MakeJobWork({*database_, mock})),
      ledger_(sqlite::MakeStartLedger({*database_, mock})),
      lanes_(sqlite::MakeLanes({*database_, mock})),
      reader_(sqlite::MakeJobReader({*database_, mock})),
      changes_(sqlite::MakeJobChanges({*database_, mock})),
      audit_(sqlite::MakeAudit({*database_, mock})) {}

SqliteStore::~SqliteStore() = default;

}  // namespace videojobs
