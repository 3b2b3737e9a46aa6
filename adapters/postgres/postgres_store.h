#ifndef VIDEOJOBS_ADAPTERS_POSTGRES_POSTGRES_STORE_H_
#define VIDEOJOBS_ADAPTERS_POSTGRES_POSTGRES_STORE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "adapters/audit.h"
#include "adapters/job_changes.h"
#include "adapters/job_intake.h"
#include "adapters/job_reader.h"
#include "adapters/job_work.h"
#include "adapters/lanes.h"
#include "adapters/start_ledger.h"

namespace videojobs {

// All ports of the store on one Postgres database (14 or newer), for any number of replicas at once. Thread-safe.
//
// Works through a pooler in transaction mode (PgBouncer, Supabase's port 6543): no prepared statements, no session
// state, no session locks, no LISTEN. Time is the database's clock_timestamp() alone. Where nothing was committed and
// the database asked to repeat (a deadlock, a connection that had died while idle), a transaction is repeated here a
// few times before its error is given back. Messages carry neither rows' data nor the password.
class PostgresStore {
 public:
  struct Options {
    bool mock = false;   // sees and makes only jobs of this kind
    bool mirror = true;  // writes the four columns of the web app's table
    // A call takes one for its duration, and waits for one while all are taken. Renewals of leases have one more, for
    // themselves.
    int max_connections = 10;
  };

  // Opens the first connection. `url` is what libpq takes: postgres://USER:PASSWORD@HOST:PORT/DATABASE?…
  // INVALID_ARGUMENT: not such a URL. UNAVAILABLE: no connection, with libpq's own words. Migrations are not looked at:
  // see reader().Check() and migrator.h.
  static absl::StatusOr<std::unique_ptr<PostgresStore>> Open(const std::string& url, const Options& options);
  ~PostgresStore();

  PostgresStore(const PostgresStore&) = delete;
  PostgresStore& operator=(const PostgresStore&) = delete;

  // The ports live as long as the store does.
  JobIntake& intake();
  JobWork& work();
  StartLedger& ledger();
  Lanes& lanes();
  JobReader& reader();
  JobChanges& changes();
  Audit& audit();

 private:
  struct Parts;
  explicit PostgresStore(std::unique_ptr<Parts> parts);
  const std::unique_ptr<Parts> parts_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_POSTGRES_POSTGRES_STORE_H_
