#ifndef VIDEOJOBS_ADAPTERS_VERTEX_SIGNED_CLAIM_H_
#define VIDEOJOBS_ADAPTERS_VERTEX_SIGNED_CLAIM_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "adapters/vertex/credentials.h"

namespace videojobs::vertex {

// A claim signed with a service account's key (a JWT with RS256), good for an hour from `now`, for which Google gives
// an access token to `scope`: https://developers.google.com/identity/protocols/oauth2/service-account#httprest
// INVALID_ARGUMENT: the private key is not one that can sign so; the message does not repeat it. Pure.
absl::StatusOr<std::string> SignedClaim(const Credentials& service_account, absl::string_view scope, absl::Time now);

}  // namespace videojobs::vertex

#endif  // VIDEOJOBS_ADAPTERS_VERTEX_SIGNED_CLAIM_H_
