#include "tests/doors/memory_jobs.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/time/time.h"

namespace videojobs {
namespace {

constexpr std::int64_t kFirstSecond = 1'800'000'000;

bool Shows(const JobFilter& filter, const Job& job) {
  const bool state =
      filter.states.empty() || std::find(filter.states.begin(), filter.states.end(), job.state) != filter.states.end();
  return state && (filter.escalation_id.empty() || filter.escalation_id == job.escalation_id) &&
         (!filter.created_after || job.created_at >= *filter.created_after) &&
         (!filter.created_before || job.created_at < *filter.created_before);
}

}  // namespace

void MemoryJobs::SetEscalations(std::vector<Escalation> rows) { rows_ = std::move(rows); }

Job& MemoryJobs::Add(Job job) {
  job.created_at = absl::FromUnixSeconds(kFirstSecond + static_cast<std::int64_t>(jobs_.size()));
  job.updated_at = job.pending_since = job.created_at;
  return jobs_.emplace_back(std::move(job));
}

Job& MemoryJobs::At(const std::string& job_id) {
  return *std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& job) { return job.id == job_id; });
}

absl::StatusOr<bool> MemoryJobs::HasEscalations() {
  if (!error_.ok()) return error_;
  return rows_.has_value();
}

absl::StatusOr<std::vector<Escalation>> MemoryJobs::ReadEscalations(absl::Span<const std::string> ids) {
  std::vector<Escalation> found;
  for (const Escalation& row : *rows_) {
    if (std::find(ids.begin(), ids.end(), row.id) != ids.end()) found.push_back(row);
  }
  return found;
}

absl::StatusOr<IntakeResult> MemoryJobs::FindRequest(const std::string& request_id, const std::string& fingerprint) {
  if (!error_.ok()) return error_;
  IntakeResult result;
  const auto known = requests_.find(request_id);
  if (known == requests_.end()) return result;
  if (known->second.fingerprint != fingerprint) {
    result.conflicts.push_back({IntakeProblem::kRequestIdReused, 0, ""});
    return result;
  }
  result.replayed = true;
  for (const std::string& id : known->second.job_ids) result.jobs.push_back(At(id));
  return result;
}

std::vector<IntakeConflict> MemoryJobs::ConflictsOf(const NewBatch& batch) const {
  std::vector<IntakeConflict> conflicts;
  for (std::size_t i = 0; i < batch.jobs.size(); ++i) {
    const NewJob& wanted = batch.jobs[i];
    for (const Job& job : jobs_) {
      if (job.escalation_id.empty() || job.escalation_id != wanted.job.escalation_id) continue;
      const int index = static_cast<int>(i);
      if (!IsFinished(job.state)) {
        conflicts.push_back({IntakeProblem::kUnfinishedJob, index, job.id});
      } else if (!wanted.regenerate) {
        conflicts.push_back({IntakeProblem::kFinishedJob, index, job.id});
      }
    }
  }
  return conflicts;
}

absl::StatusOr<IntakeResult> MemoryJobs::Create(const NewBatch& batch) {
  if (!error_.ok()) return error_;
  IntakeResult result;
  result.conflicts = ConflictsOf(batch);
  if (!result.conflicts.empty()) return result;
  Request request{batch.fingerprint, {}};
  for (const NewJob& created : batch.jobs) {
    result.jobs.push_back(Add(created.job));
    request.job_ids.push_back(created.job.id);
  }
  if (!batch.request_id.empty()) requests_[batch.request_id] = request;
  return result;
}

absl::StatusOr<std::vector<Escalation>> MemoryJobs::FindAdoptable(AdoptPolicy, int) {
  return std::vector<Escalation>();
}

absl::StatusOr<int> MemoryJobs::Adopt(absl::Span<const NewJob>) { return 0; }

absl::StatusOr<std::vector<std::string>> MemoryJobs::FindAskedAgain(int) { return std::vector<std::string>(); }

absl::Status MemoryJobs::ShowAsTheyAre(absl::Span<const std::string>) { return absl::OkStatus(); }

absl::StatusOr<Upkeep> MemoryJobs::KeepMirrors() { return Upkeep(); }

absl::StatusOr<std::vector<Job>> MemoryJobs::Get(absl::Span<const std::string> job_ids) {
  if (!error_.ok()) return error_;
  std::vector<Job> found;
  for (const std::string& id : job_ids) {
    for (const Job& job : jobs_) {
      if (job.id == id) found.push_back(job);
    }
  }
  return found;
}

absl::StatusOr<Job> MemoryJobs::NewestOf(const std::string& escalation_id) {
  if (!error_.ok()) return error_;
  for (std::size_t i = jobs_.size(); i > 0; --i) {
    if (jobs_[i - 1].escalation_id == escalation_id) return jobs_[i - 1];
  }
  return absl::NotFoundError("none");
}

absl::StatusOr<JobPage> MemoryJobs::List(const JobFilter& filter, const std::optional<PageEnd>& after, int limit) {
  if (!error_.ok()) return error_;
  JobPage page;
  for (std::size_t i = jobs_.size(); i > 0; --i) {
    const Job& job = jobs_[i - 1];
    if (!Shows(filter, job) || (after && job.created_at >= after->created_at)) continue;
    if (page.jobs.size() == static_cast<std::size_t>(limit)) {
      page.next = PageEnd{page.jobs.back().created_at, page.jobs.back().id};
      break;
    }
    page.jobs.push_back(job);
  }
  return page;
}

absl::Status MemoryJobs::Check() { return error_; }

}  // namespace videojobs
