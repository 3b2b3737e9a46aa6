#include "server/engine/explaining.h"

#include <utility>

#include "absl/algorithm/container.h"

namespace videojobs {
namespace {

constexpr int kMostListed = 1000;
constexpr std::size_t kMostCandidates = 50;

// One that was adopted has no start of ours.
bool HasUnknownStart(const JobHistory& history) {
  return absl::c_any_of(history.job.clips, [](const Clip& clip) { return clip.state == ClipState::kUnknown; }) ||
         absl::c_any_of(history.starts, [](const LoggedStart& start) { return start.outcome == "unknown"; });
}

absl::StatusOr<std::vector<ListedOperation>> CandidatesFor(const Job& job, Audit& audit, const Generators& generators) {
  auto listed = generators.Of(job.provider).ListOperations(job.options.model, kMostListed);
  if (!listed.ok()) return listed.status();
  std::vector<std::string> names;
  for (const ListedOperation& operation : *listed) names.push_back(operation.name);
  const auto nobodys = audit.NobodysOperations(names);
  if (!nobodys.ok()) return nobodys.status();
  std::vector<ListedOperation> candidates;
  for (ListedOperation& operation : *listed) {
    if (candidates.size() < kMostCandidates && absl::c_linear_search(*nobodys, operation.name)) {
      candidates.push_back(std::move(operation));
    }
  }
  return candidates;
}

}  // namespace

absl::StatusOr<Explanation> Explain(const std::string& job_id, Audit& audit, const Generators& generators) {
  auto history = audit.History(job_id);
  if (!history.ok()) return history.status();
  Explanation explanation;
  explanation.history = *std::move(history);
  if (!HasUnknownStart(explanation.history)) return explanation;
  auto candidates = CandidatesFor(explanation.history.job, audit, generators);
  if (candidates.ok()) {
    explanation.candidates = *std::move(candidates);
  } else {
    explanation.candidates_problem = std::string(candidates.status().message());
  }
  return explanation;
}

}  // namespace videojobs
