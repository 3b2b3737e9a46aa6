#include "adapters/postgres/postgres_store.h"

#include <utility>

#include "adapters/postgres/audit.h"
#include "adapters/postgres/connection_pool.h"
#include "adapters/postgres/escalations.h"
#include "adapters/postgres/job_changes.h"
#include "adapters/postgres/job_intake.h"
#include "adapters/postgres/job_reader.h"
#include "adapters/postgres/job_work.h"
#include "adapters/postgres/lanes.h"
#include "adapters/postgres/start_ledger.h"

namespace videojobs {

struct PostgresStore::Parts {
  Parts(const std::string& url, const Options& options)
      : pool(url, options.max_connections),
        renewals(url, 1),
        escalations(options.mock, options.mirror),
        intake(pool, escalations, options.mock),
        work(pool, renewals, escalations, options.mock),
        ledger(pool, options.mock),
        lanes(pool, options.mock),
        reader(pool, options.mock),
        changes(pool, escalations, options.mock),
        audit(pool, options.mock) {}

  postgres::ConnectionPool pool;
  postgres::ConnectionPool renewals;
  postgres::Escalations escalations;
  postgres::PostgresJobIntake intake;
  postgres::PostgresJobWork work;
  postgres::PostgresStartLedger ledger;
  postgres::PostgresLanes lanes;
  postgres::PostgresJobReader reader;
  postgres::PostgresJobChanges changes;
  postgres::PostgresAudit audit;
};

PostgresStore::PostgresStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
PostgresStore::~PostgresStore() = default;

absl::StatusOr<std::unique_ptr<PostgresStore>> PostgresStore::Open(const std::string& url, const Options& options) {
  auto parts = std::make_unique<Parts>(url, options);
  if (absl::Status status = parts->pool.Connect(); !status.ok()) return status;
  return std::unique_ptr<PostgresStore>(new PostgresStore(std::move(parts)));
}

JobIntake& PostgresStore::intake() { return parts_->intake; }
JobWork& PostgresStore::work() { return parts_->work; }
StartLedger& PostgresStore::ledger() { return parts_->ledger; }
Lanes& PostgresStore::lanes() { return parts_->lanes; }
JobReader& PostgresStore::reader() { return parts_->reader; }
JobChanges& PostgresStore::changes() { return parts_->changes; }
Audit& PostgresStore::audit() { return parts_->audit; }

}  // namespace videojobs
