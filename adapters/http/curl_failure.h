// The one translation of libcurl's errors.
#ifndef VIDEOJOBS_ADAPTERS_HTTP_CURL_FAILURE_H_
#define VIDEOJOBS_ADAPTERS_HTTP_CURL_FAILURE_H_

#include <curl/curl.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace videojobs::http {

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

}  // namespace videojobs::http

#endif  // VIDEOJOBS_ADAPTERS_HTTP_CURL_FAILURE_H_
