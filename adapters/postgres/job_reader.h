#ifndef VIDEOJOBS_ADAPTERS_POSTGRES_JOB_READER_H_
#define VIDEOJOBS_ADAPTERS_POSTGRES_JOB_READER_H_

#include <optional>
#include <string>
#include <vector>

#include "adapters/job_reader.h"
#include "adapters/postgres/connection_pool.h"

namespace videojobs::postgres {

class PostgresJobReader : public JobReader {
 public:
  PostgresJobReader(ConnectionPool& pool, bool mock) : pool_(pool), mock_(mock) {}

  absl::StatusOr<std::vector<Job>> Get(absl::Span<const std::string> job_ids) override;
  absl::StatusOr<Job> NewestOf(const std::string& escalation_id) override;
  absl::StatusOr<JobPage> List(const JobFilter& filter, const std::optional<PageEnd>& after, int limit) override;
  absl::StatusOr<int> CountOverdue(absl::Duration by) override;
  absl::Status Check() override;

 private:
  ConnectionPool& pool_;
  const bool mock_;
};

}  // namespace videojobs::postgres

#endif  // VIDEOJOBS_ADAPTERS_POSTGRES_JOB_READER_H_
