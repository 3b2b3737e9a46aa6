#ifndef VIDEOJOBS_ADAPTERS_POSTGRES_JOB_CHANGES_H_
#define VIDEOJOBS_ADAPTERS_POSTGRES_JOB_CHANGES_H_

#include <optional>
#include <pqxx/pqxx>
#include <string>

#include "adapters/job_changes.h"
#include "adapters/postgres/connection_pool.h"
#include "adapters/postgres/escalations.h"

namespace videojobs::postgres {

class PostgresJobChanges : public JobChanges {
 public:
  PostgresJobChanges(ConnectionPool& pool, Escalations& escalations, bool mock)
      : pool_(pool), escalations_(escalations), mock_(mock) {}

  absl::StatusOr<Job> Change(const std::string& job_id, const ChangeDecision& decide) override;

 private:
  absl::StatusOr<Job> ChangeIn(pqxx::work& transaction, const std::string& job_id, const ChangeDecision& decide);
  std::optional<JobAtHand> Lock(pqxx::work& transaction, const std::string& job_id);
  absl::Status Apply(pqxx::work& transaction, const std::string& job_id, const JobChange& change);

  ConnectionPool& pool_;
  Escalations& escalations_;
  const bool mock_;
};

}  // namespace videojobs::postgres

#endif  // VIDEOJOBS_ADAPTERS_POSTGRES_JOB_CHANGES_H_
