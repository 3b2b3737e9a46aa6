#include "adapters/http/curl_failure.h"

#include "adapters/http/failure.h"

namespace videojobs::http {
namespace {

// https://curl.se/libcurl/c/libcurl-errors.html
absl::StatusCode CodeFromCurl(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_NO_CONNECTION_AVAILABLE:
    case CURLE_SEND_ERROR:
    case CURLE_SEND_FAIL_REWIND:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_WEIRD_SERVER_REPLY:
      return absl::StatusCode::kUnavailable;
    case CURLE_OPERATION_TIMEDOUT:
      return absl::StatusCode::kDeadlineExceeded;
    case CURLE_PARTIAL_FILE:
      return absl::StatusCode::kDataLoss;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
      return absl::StatusCode::kFailedPrecondition;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return absl::StatusCode::kInvalidArgument;
    case CURLE_OUT_OF_MEMORY:
      return absl::StatusCode::kResourceExhausted;
    default:
      return absl::StatusCode::kInternal;
  }
}

// These mean "no answer" before the first byte of one, and "half an answer" after it.
bool BreaksOff(CURLcode code) { return code == CURLE_RECV_ERROR || code == CURLE_HTTP2 || code == CURLE_HTTP2_STREAM; }

}  // namespace

absl::Status FailureFromCurl(CURLcode code, Progress progress, absl::string_view detail) {
  const bool broke_off = progress == Progress::kAnswerBegun && BreaksOff(code);
  return WithFailure(
      absl::Status(broke_off ? absl::StatusCode::kDataLoss : CodeFromCurl(code), detail),
      progress == Progress::kNothingSent ? TransportFailure::kNothingSent : TransportFailure::kMaybeSent);
}

}  // namespace videojobs::http
