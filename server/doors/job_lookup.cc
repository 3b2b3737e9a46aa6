#include "server/doors/job_lookup.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "adapters/refusal.h"
#include "server/engine/creating_checks.h"
#include "server/engine/text_check.h"
#include "server/engine/uuid.h"

namespace videojobs {
namespace {

absl::Status NoJob(const std::string& field) {
  return Refuse(absl::StatusCode::kNotFound, absl::StrCat("there is no job of this ", field),
                {"JOB_NOT_FOUND", {{field, "names no job"}}, {}});
}

}  // namespace

absl::Status CheckEscalationId(absl::string_view text, const std::string& field) {
  std::string problem = TextProblem(text, 1, 200);
  return problem.empty() ? absl::OkStatus() : RefuseRequest({{field, std::move(problem)}});
}

absl::StatusOr<Job> JobOfId(const std::string& job_id, JobReader& reader) {
  const auto id = NormalUuid(job_id);
  if (!id) return RefuseRequest({{"job_id", "is not a UUID such as CreateJobs gives"}});
  auto jobs = reader.Get({*id});
  if (!jobs.ok()) return jobs.status();
  if (jobs->empty()) return NoJob("job_id");
  return std::move(jobs->front());
}

absl::StatusOr<Job> NewestOfEscalation(const std::string& escalation_id, JobReader& reader) {
  if (absl::Status checked = CheckEscalationId(escalation_id, "escalation_id"); !checked.ok()) return checked;
  auto job = reader.NewestOf(NormalEscalationId(escalation_id));
  if (absl::IsNotFound(job.status())) return NoJob("escalation_id");
  return job;
}

}  // namespace videojobs
