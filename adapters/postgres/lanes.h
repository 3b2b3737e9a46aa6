#ifndef VIDEOJOBS_ADAPTERS_POSTGRES_LANES_H_
#define VIDEOJOBS_ADAPTERS_POSTGRES_LANES_H_

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "adapters/lanes.h"
#include "adapters/postgres/connection_pool.h"
#include "adapters/start_ledger.h"

namespace videojobs::postgres {

class PostgresLanes : public Lanes {
 public:
  PostgresLanes(ConnectionPool& pool, bool mock) : pool_(pool), mock_(mock) {}

  absl::Status Close(const LaneKey& key, LaneReason reason, const std::string& detail, const Closing& closing) override;
  absl::StatusOr<std::vector<ClosedLane>> Closed() override;
  absl::StatusOr<std::vector<ClosedLane>> TakeChecks(const ChecksWanted& wanted) override;
  absl::Status PassCheck(const LaneKey& key, const std::string& token) override;

 private:
  ConnectionPool& pool_;
  const bool mock_;
};

// The same within a caller's transaction.
void CloseLane(pqxx::transaction_base& transaction, bool mock, const LaneKey& key, LaneReason reason,
               const std::string& detail, const Closing& closing);
void OpenLane(pqxx::transaction_base& transaction, bool mock, const LaneKey& key);

// A lane that is not open, locked until the transaction ends.
struct LockedLane {
  ClosedLane lane;
  bool checked = false;  // the free check has passed
  bool probed = false;   // a probe is under way
};
std::optional<LockedLane> LockLane(pqxx::transaction_base& transaction, bool mock, const LaneKey& key);

// This start is the lane's probe from now on.
void ProbeLane(pqxx::transaction_base& transaction, bool mock, const LaneKey& key, const std::string& start_id);
// A start ended so, and the lane was not closed because of it: nothing, where it was not the lane's probe.
void HearProbe(pqxx::transaction_base& transaction, bool mock, const LaneKey& key, const std::string& start_id,
               OutcomeKind outcome);

}  // namespace videojobs::postgres

#endif  // VIDEOJOBS_ADAPTERS_POSTGRES_LANES_H_
