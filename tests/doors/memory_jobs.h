#ifndef VIDEOJOBS_TESTS_DOORS_MEMORY_JOBS_H_
#define VIDEOJOBS_TESTS_DOORS_MEMORY_JOBS_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "adapters/job_intake.h"
#include "adapters/job_reader.h"

namespace videojobs {

// As much of a store as the doors see: jobs come in and are read. For tests of one thread at a time.
class MemoryJobs : public JobIntake, public JobReader {
 public:
  // What every call answers from now on, where it is not OK.
  void FailWith(absl::Status error) { error_ = std::move(error); }
  // A web app's table with these rows; without it there is none.
  void SetEscalations(std::vector<Escalation> rows);
  // A job that is there already. Jobs are a second apart, in the order in which they came.
  Job& Add(Job job);
  Job& At(const std::string& job_id);
  std::size_t size() const { return jobs_.size(); }

  absl::StatusOr<bool> HasEscalations() override;
  absl::StatusOr<std::vector<Escalation>> ReadEscalations(absl::Span<const std::string> ids) override;
  absl::StatusOr<IntakeResult> FindRequest(const std::string& request_id, const std::string& fingerprint) override;
  absl::StatusOr<IntakeResult> Create(const NewBatch& batch) override;
  absl::StatusOr<std::vector<Escalation>> FindAdoptable(AdoptPolicy policy, int limit) override;
  absl::StatusOr<int> Adopt(absl::Span<const NewJob> jobs) override;
  absl::StatusOr<std::vector<std::string>> FindAskedAgain(int limit) override;
  absl::Status ShowAsTheyAre(absl::Span<const std::string> job_ids) override;
  absl::StatusOr<Upkeep> KeepMirrors() override;

  absl::StatusOr<std::vector<Job>> Get(absl::Span<const std::string> job_ids) override;
  absl::StatusOr<Job> NewestOf(const std::string& escalation_id) override;
  absl::StatusOr<JobPage> List(const JobFilter& filter, const std::optional<PageEnd>& after, int limit) override;
  absl::StatusOr<int> CountOverdue(absl::Duration) override { return 0; }
  absl::Status Check() override;

 private:
  struct Request {
    std::string fingerprint;
    std::vector<std::string> job_ids;
  };

  std::vector<IntakeConflict> ConflictsOf(const NewBatch& batch) const;

  absl::Status error_;
  std::optional<std::vector<Escalation>> rows_;
  std::vector<Job> jobs_;
  std::map<std::string, Request> requests_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_DOORS_MEMORY_JOBS_H_
