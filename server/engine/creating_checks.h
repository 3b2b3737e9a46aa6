#ifndef VIDEOJOBS_SERVER_ENGINE_CREATING_CHECKS_H_
#define VIDEOJOBS_SERVER_ENGINE_CREATING_CHECKS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "adapters/refusal.h"
#include "server/engine/creating.h"

namespace videojobs {

// Checks everything about a request that takes no database: counts, lengths, encodings, ids named twice. The status
// carries every violation found.
absl::Status CheckRequest(const CreateRequest& request);

// Checks the names of starts whose second charge is accepted, as the request's field accept_possible_second_charge has
// them: up to 100, each of the form that a start's id has.
absl::Status CheckAcceptedStarts(const std::vector<std::string>& accepted);

// Checks a response read from the web app's row in place of the request's field `field`.
absl::Status CheckEscalationResponse(const std::string& response, const std::string& field);

// INVALID_ARGUMENT, INVALID_REQUEST, with the first violation in the message.
absl::Status RefuseRequest(std::vector<Violation> violations);

// SHA-256 in hex over everything that the request says but its request_id. Equal requests, and only those, have equal
// fingerprints, on every replica and in every version.
std::string Fingerprint(const CreateRequest& request);

// Fills names that the caller did not give from those of the row.
void MergeContext(const Context& from_row, Context& context);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_CREATING_CHECKS_H_
