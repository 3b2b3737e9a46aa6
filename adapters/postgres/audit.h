#ifndef VIDEOJOBS_ADAPTERS_POSTGRES_AUDIT_H_
#define VIDEOJOBS_ADAPTERS_POSTGRES_AUDIT_H_

#include <string>
#include <vector>

#include "adapters/audit.h"
#include "adapters/postgres/connection_pool.h"

namespace videojobs::postgres {

class PostgresAudit : public Audit {
 public:
  PostgresAudit(ConnectionPool& pool, bool mock) : pool_(pool), mock_(mock) {}

  absl::StatusOr<JobHistory> History(const std::string& job_id) override;
  absl::StatusOr<std::vector<std::string>> NobodysOperations(absl::Span<const std::string> operation_names) override;
  absl::StatusOr<std::vector<CostLine>> Costs(absl::CivilDay first, absl::CivilDay last) override;
  absl::StatusOr<Spent> SpentSoFar() override;
  absl::StatusOr<absl::CivilDay> Today() override;

 private:
  ConnectionPool& pool_;
  const bool mock_;
};

}  // namespace videojobs::postgres

#endif  // VIDEOJOBS_ADAPTERS_POSTGRES_AUDIT_H_
