#ifndef VIDEOJOBS_ADAPTERS_POSTGRES_LANES_H_
#define VIDEOJOBS_ADAPTERS_POSTGRES_LANES_H_

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "adapters/lanes.h"
#include "adapters/postgres/connection_pool.h"

namespace videojobs::postgres {

class PostgresLanes : public Lanes {
 public:
  PostgresLanes(ConnectionPool& pool, bool mock) : pool_(pool), mock_(mock) {}

  absl::Status Close(const LaneKey& key, LaneReason reason, const std::string& detail,
                     absl::Duration duration) override;
  absl::Status Open(const LaneKey& key) override;
  absl::StatusOr<std::vector<ClosedLane>> Closed() override;

 private:
  ConnectionPool& pool_;
  const bool mock_;
};

// The same within a caller's transaction.
void CloseLane(pqxx::transaction_base& transaction, bool mock, const LaneKey& key, LaneReason reason,
               const std::string& detail, absl::Duration duration);
void OpenLane(pqxx::transaction_base& transaction, bool mock, const LaneKey& key);
std::optional<ClosedLane> FindClosedLane(pqxx::transaction_base& transaction, bool mock, const LaneKey& key);

}  // namespace videojobs::postgres

#endif  // VIDEOJOBS_ADAPTERS_POSTGRES_LANES_H_
