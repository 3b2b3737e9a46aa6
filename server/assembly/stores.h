#ifndef VIDEOJOBS_SERVER_ASSEMBLY_STORES_H_
#define VIDEOJOBS_SERVER_ASSEMBLY_STORES_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "adapters/audit.h"
#include "adapters/clock.h"
#include "adapters/job_changes.h"
#include "adapters/job_intake.h"
#include "adapters/job_reader.h"
#include "adapters/job_work.h"
#include "adapters/lanes.h"
#include "adapters/start_ledger.h"
#include "server/settings.h"

namespace videojobs {

// The ports of whichever store is open, and what keeps them alive.
struct OpenStore {
  std::shared_ptr<void> owner;
  JobIntake* intake;
  JobWork* work;
  StartLedger* ledger;
  Lanes* lanes;
  JobReader* reader;
  JobChanges* changes;
  Audit* audit;
};

// Opens Postgres, or SQLite in the data folder. `clock` is borrowed. Errors as the stores' Open.
absl::StatusOr<OpenStore> OpenTheStore(const Settings& settings, Clock& clock);

// Opens what is there to look at it, beside a running server or without one: makes and migrates nothing, and ends no
// lease. OUT_OF_RANGE: SQLite's file is an older program's, which a server that starts brings up to date. Else errors
// as the stores'.
absl::StatusOr<OpenStore> OpenTheStoreToLook(const Settings& settings, Clock& clock);

// Where SQLite's file is.
std::string SqliteFile(const Settings& settings);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ASSEMBLY_STORES_H_
