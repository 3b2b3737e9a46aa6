#ifndef VIDEOJOBS_SERVER_ENGINE_EXPLAINING_H_
#define VIDEOJOBS_SERVER_ENGINE_EXPLAINING_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "adapters/audit.h"
#include "server/engine/generators.h"

namespace videojobs {

// All that is known of one job.
struct Explanation {
  JobHistory history;
  // Where a start is unknown: the provider's operations of the same model that no job has. Hints for a person, never
  // matched by guess: a wrong match would show one student's video to another.
  std::vector<ListedOperation> candidates;
  std::string candidates_problem;  // why they could not be asked for
};

// NOT_FOUND: there is no such job. Asks the provider only where a start is unknown, and at no cost; its failure is
// told, and fails nothing.
absl::StatusOr<Explanation> Explain(const std::string& job_id, Audit& audit, const Generators& generators);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_EXPLAINING_H_
