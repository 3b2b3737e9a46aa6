// Whoever pays for a request must know whether it can have arrived, so every error of this client carries that as a
// fact of its own, apart from its code.
#ifndef VIDEOJOBS_ADAPTERS_HTTP_FAILURE_H_
#define VIDEOJOBS_ADAPTERS_HTTP_FAILURE_H_

#include <optional>

#include "absl/status/status.h"

namespace videojobs::http {

enum class TransportFailure {
  // Surely not a byte of the request left: the host was not resolved, not connected to, its TLS handshake or its proxy
  // did not succeed, or the call ended before any of that.
  kNothingSent,
  // A connection stood ready and the request was begun: the server may have acted on it.
  kMaybeSent,
};

// Marks `status`, which is not OK.
absl::Status WithFailure(absl::Status status, TransportFailure failure);

// The mark of an error that this client gave; nothing for any other status.
std::optional<TransportFailure> FailureOf(const absl::Status& status);

}  // namespace videojobs::http

#endif  // VIDEOJOBS_ADAPTERS_HTTP_FAILURE_H_
