#include "server/doors/job_lookup.h"

#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "adapters/refusal.h"
#include "server/engine/creating_checks.h"
#include "server/engine/text_check.h"

namespace videojobs {
namespace {

absl::Status NoJob(const std::string& field) {
  return Refuse(absl::StatusCode::kNotFound, absl::StrCat("there is no job of this ", field),
                {"JOB_NOT_FOUND", {{field, "names no job"}}, {}});
}

}  // namespace

std::optional<std::string> NormalJobId(absl::string_view text) {
  constexpr absl::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (text.size() != kForm.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (kForm[i] == '-' ? c != '-' : !absl::ascii_isxdigit(c)) return std::nullopt;
  }
  return absl::AsciiStrToLower(text);
}

absl::Status CheckEscalationId(absl::string_view text, const std::string& field) {
  std::string problem = TextProblem(text, 1, 200);
  return problem.empty() ? absl::OkStatus() : RefuseRequest({{field, std::move(problem)}});
}

absl::StatusOr<Job> JobOfId(const std::string& job_id, JobReader& reader) {
  const auto id = NormalJobId(job_id);
  if (!id) return RefuseRequest({{"job_id", "is not a UUID such as CreateJobs gives"}});
  auto jobs = reader.Get({*id});
  if (!jobs.ok()) return jobs.status();
  if (jobs->empty()) return NoJob("job_id");
  return std::move(jobs->front());
}

absl::StatusOr<Job> NewestOfEscalation(const std::string& escalation_id, JobReader& reader) {
  if (absl::Status checked = CheckEscalationId(escalation_id, "escalation_id"); !checked.ok()) return checked;
  auto job = reader.NewestOf(escalation_id);
  if (absl::IsNotFound(job.status())) return NoJob("escalation_id");
  return job;
}

}  // namespace videojobs
