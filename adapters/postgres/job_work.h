#ifndef VIDEOJOBS_ADAPTERS_POSTGRES_JOB_WORK_H_
#define VIDEOJOBS_ADAPTERS_POSTGRES_JOB_WORK_H_

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "adapters/job_work.h"
#include "adapters/postgres/connection_pool.h"
#include "adapters/postgres/escalations.h"

namespace videojobs::postgres {

class PostgresJobWork : public JobWork {
 public:
  // `renewals` is for renewals alone: they wait behind no other call.
  PostgresJobWork(ConnectionPool& pool, ConnectionPool& renewals, Escalations& escalations, bool mock)
      : pool_(pool), renewals_(renewals), escalations_(escalations), mock_(mock) {}

  absl::StatusOr<std::vector<ClaimedJob>> Claim(int limit, const std::string& token, absl::Duration duration) override;
  absl::StatusOr<Renewal> Renew(absl::Span<const Lease> leases, absl::Duration duration) override;
  absl::Status Release(absl::Span<const ReleasedJob> jobs) override;
  absl::Status WriteStoryboardIfHeld(const Lease& lease, absl::Span<const PlannedClip> clips) override;
  absl::Status MoveIfHeld(const Lease& lease, const Moves& moves) override;
  absl::StatusOr<int> CountDue() override;
  absl::StatusOr<std::optional<absl::Duration>> NextDueIn() override;

 private:
  absl::Status MoveIn(pqxx::work& transaction, const Lease& lease, const Moves& moves);

  ConnectionPool& pool_;
  ConnectionPool& renewals_;
  Escalations& escalations_;
  const bool mock_;
};

}  // namespace videojobs::postgres

#endif  // VIDEOJOBS_ADAPTERS_POSTGRES_JOB_WORK_H_
