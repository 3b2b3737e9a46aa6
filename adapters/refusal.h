#ifndef VIDEOJOBS_ADAPTERS_REFUSAL_H_
#define VIDEOJOBS_ADAPTERS_REFUSAL_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace videojobs {

// One wrong field of a request.
struct Violation {
  std::string field;        // its path in the request, e.g. "videos[3].response_text"
  std::string description;  // what is wrong and what is right
};

// Why a caller's request was refused: what a door needs for its error beside the status code and the message.
struct Refusal {
  std::string reason;  // UPPER_SNAKE_CASE, stable: clients match on it
  std::vector<Violation> violations;
  std::vector<std::pair<std::string, std::string>> metadata;  // e.g. {"job_id", "0192…"}
};

// A status of `code` that carries `refusal` along to the door. The message is for people.
absl::Status Refuse(absl::StatusCode code, absl::string_view message, const Refusal& refusal);

// The refusal that `status` carries; an empty one (no reason) where it carries none.
Refusal RefusalOf(const absl::Status& status);

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_REFUSAL_H_
