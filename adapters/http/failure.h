// The one translation of libcurl's errors. Whoever pays for a request must know whether it can have arrived, so every
// error carries that as a fact of its own, apart from its code.
#ifndef VIDEOJOBS_ADAPTERS_HTTP_FAILURE_H_
#define VIDEOJOBS_ADAPTERS_HTTP_FAILURE_H_

#include <curl/curl.h>

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace videojobs::http {

enum class TransportFailure {
  // Surely not a byte of the request left: the host was not resolved, not connected to, its TLS handshake or its proxy
  // did not succeed, or the call ended before any of that.
  kNothingSent,
  // A connection stood ready and the request was begun: the server may have acted on it.
  kMaybeSent,
};

// How far a transfer had come when it failed.
enum class Progress {
  kNothingSent,
  kRequestBegun,
  kAnswerBegun,
};

// What libcurl's `code`, which is not CURLE_OK, means at that point. `detail` goes into the message and must be free of
// secrets. UNAVAILABLE: the network or the server, another time may do. DEADLINE_EXCEEDED: a time limit. DATA_LOSS: the
// answer broke off. FAILED_PRECONDITION: the server's certificate, or our own TLS files. INVALID_ARGUMENT: the request.
// RESOURCE_EXHAUSTED: memory. INTERNAL: every code that is not listed; not worth repeating. Pure.
absl::Status FailureFromCurl(CURLcode code, Progress progress, absl::string_view detail);

// Marks `status`, which is not OK.
absl::Status WithFailure(absl::Status status, TransportFailure failure);

// The mark of an error that this client gave; nothing for any other status.
std::optional<TransportFailure> FailureOf(const absl::Status& status);

}  // namespace videojobs::http

#endif  // VIDEOJOBS_ADAPTERS_HTTP_FAILURE_H_
