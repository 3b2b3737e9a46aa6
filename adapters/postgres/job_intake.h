#ifndef VIDEOJOBS_ADAPTERS_POSTGRES_JOB_INTAKE_H_
#define VIDEOJOBS_ADAPTERS_POSTGRES_JOB_INTAKE_H_

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "adapters/job_intake.h"
#include "adapters/postgres/connection_pool.h"
#include "adapters/postgres/escalations.h"

namespace videojobs::postgres {

// Callers' jobs are in job_intake.cc, those of the web app's table in adoption.cc.
class PostgresJobIntake : public JobIntake {
 public:
  PostgresJobIntake(ConnectionPool& pool, Escalations& escalations, bool mock)
      : pool_(pool), escalations_(escalations), mock_(mock) {}

  absl::StatusOr<bool> HasEscalations() override;
  absl::StatusOr<std::vector<Escalation>> ReadEscalations(absl::Span<const std::string> ids) override;
  absl::StatusOr<IntakeResult> FindRequest(const std::string& request_id, const std::string& fingerprint) override;
  absl::StatusOr<IntakeResult> Create(const NewBatch& batch) override;
  absl::StatusOr<std::vector<Escalation>> FindAdoptable(AdoptPolicy policy, int limit) override;
  absl::StatusOr<int> Adopt(absl::Span<const NewJob> jobs) override;
  absl::StatusOr<std::vector<std::string>> FindAskedAgain(int limit) override;
  absl::Status ShowAsTheyAre(absl::Span<const std::string> job_ids) override;
  absl::StatusOr<Upkeep> KeepMirrors() override;

 private:
  absl::StatusOr<IntakeResult> CreateIn(pqxx::work& transaction, const NewBatch& batch);
  IntakeResult EarlierRequest(pqxx::work& transaction, const std::string& request_id, const std::string& fingerprint);
  int AdoptIn(pqxx::work& transaction, std::vector<NewJob> jobs);

  ConnectionPool& pool_;
  Escalations& escalations_;
  const bool mock_;
};

enum class Origin { kCaller, kAdopted };

// Inserts the jobs with their clips and asked scenes and the first events of each. Passes over those whose escalation
// has an unfinished job by now. Returns the ids of the others.
std::vector<std::string> InsertJobs(pqxx::transaction_base& transaction, bool mock, const std::vector<NewJob>& jobs,
                                    Origin origin, bool escalation_known);

// While a caller's jobs are inserted no row is adopted, and the other way round; callers do not wait for each other.
// Adoption locks the app's rows before it inserts, creation after: without this they could wait for each other.
// LockIntake waits for a second at most, and so does every lock of its transaction from then on; then it throws.
void ShareIntake(pqxx::transaction_base& transaction);
void LockIntake(pqxx::transaction_base& transaction);

}  // namespace videojobs::postgres

#endif  // VIDEOJOBS_ADAPTERS_POSTGRES_JOB_INTAKE_H_
