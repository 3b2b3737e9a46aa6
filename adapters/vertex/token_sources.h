// Where access tokens come from.
#ifndef VIDEOJOBS_ADAPTERS_VERTEX_TOKEN_SOURCES_H_
#define VIDEOJOBS_ADAPTERS_VERTEX_TOKEN_SOURCES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/clock.h"
#include "adapters/google/detail.h"
#include "adapters/http/client.h"
#include "adapters/vertex/credentials.h"

namespace videojobs::vertex {

struct AccessToken {
  std::string value;  // a header's value
  absl::Duration lives;
};

// Asks for an access token to Google Cloud, by whichever kind the credentials are of. One call, not repeated.
// PERMISSION_DENIED: the credentials are refused, or cannot sign. UNAVAILABLE: no answer that says so. Messages hold no
// secret.
absl::StatusOr<AccessToken> FetchToken(const Credentials& credentials, http::Client& client, Clock& clock);

// The project that the metadata server's machine belongs to; empty where it names none. UNAVAILABLE: there is no
// metadata server.
absl::StatusOr<std::string> FetchProject(const Credentials& metadata_server, http::Client& client);

// What a token endpoint's answer means, with errors as FetchToken. Pure.
absl::StatusOr<AccessToken> TokenIn(const absl::StatusOr<http::Response>& response, const google::Hidden& hidden);

}  // namespace videojobs::vertex

#endif  // VIDEOJOBS_ADAPTERS_VERTEX_TOKEN_SOURCES_H_
