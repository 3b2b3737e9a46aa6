#ifndef VIDEOJOBS_ADAPTERS_SQLITE_SQLITE_STORE_H_
#define VIDEOJOBS_ADAPTERS_SQLITE_SQLITE_STORE_H_

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

namespace videojobs {

namespace sqlite {
class Database;
}

// The embedded default: all that the engine stores, in one SQLite file that one process owns. There is no web app's
// table here: an escalation's id is a label. Every write is on the disk when it returns (synchronous=FULL).
// Thread-safe.
class SqliteStore {
 public:
  struct Options {
    bool mock = false;  // sees and makes only jobs of this kind, and has lanes and caps of its own for them
  };

  // Opens the file at `path`, makes and migrates it where needed, and ends all leases: their holders are gone with the
  // process that had the file before. ":memory:" is a store of its own, gone with this object. All times are `clock`'s,
  // which outlives the store.
  // FAILED_PRECONDITION: another process has the file (named by folder and pid), or a newer program migrated it.
  // PERMISSION_DENIED, RESOURCE_EXHAUSTED, DATA_LOSS: the message says what to do.
  static absl::StatusOr<std::unique_ptr<SqliteStore>> Open(const std::string& path, const Options& options,
                                                           Clock& clock);
  // Opens the file that is there to read it only: makes, migrates and locks nothing, and ends no lease, so that it may
  // be looked at while a process owns it. What writes is PERMISSION_DENIED.
  // FAILED_PRECONDITION: a newer program migrated it. OUT_OF_RANGE: an older one did; Open brings it up to date.
  static absl::StatusOr<std::unique_ptr<SqliteStore>> OpenToLook(const std::string& path, const Options& options,
                                                                 Clock& clock);
  ~SqliteStore();

  // Live as long as the store.
  JobIntake& intake() { return *intake_; }
  JobWork& work() { return *work_; }
  StartLedger& ledger() { return *ledger_; }
  Lanes& lanes() { return *lanes_; }
  JobReader& reader() { return *reader_; }
  JobChanges& changes() { return *changes_; }
  Audit& audit() { return *audit_; }

 private:
  SqliteStore(std::unique_ptr<sqlite::Database> database, bool mock);

  const std::unique_ptr<sqlite::Database> database_;
  const std::unique_ptr<JobIntake> intake_;
  const std::unique_ptr<JobWork> work_;
  const std::unique_ptr<StartLedger> ledger_;
  const std::unique_ptr<Lanes> lanes_;
  const std::unique_ptr<JobReader> reader_;
  const std::unique_ptr<JobChanges> changes_;
  const std::unique_ptr<Audit> audit_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_SQLITE_SQLITE_STORE_H_
