#include "adapters/google/envelope.h"

#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "adapters/google/error_codes.h"
#include "adapters/google/json.h"

namespace videojobs::google {
namespace {

void ReadDetail(const Json& detail, Envelope& envelope) {
  const std::string type = TextOf(Member(detail, "@type"));
  if (absl::EndsWith(type, "google.rpc.ErrorInfo")) {
    envelope.reasons.push_back(TextOf(Member(detail, "reason")));
  } else if (absl::EndsWith(type, "google.rpc.RetryInfo")) {
    absl::Duration delay;
    if (absl::ParseDuration(TextOf(Member(detail, "retryDelay")), &delay)) envelope.retry_delay = delay;
  } else if (absl::EndsWith(type, "google.rpc.QuotaFailure")) {
    for (const Json& violation : Member(detail, "violations")) {
      envelope.quota_ids.push_back(TextOf(Member(violation, "quotaId")));
    }
  }
}

// Google's front ends give the error of a list as a list of one.
const Json& ErrorIn(const Json& answer) {
  const bool is_list_of_one = answer.is_array() && answer.size() == 1;
  return Member(is_list_of_one ? answer.front() : answer, "error");
}

// The error's status and the HTTP status that it says; 0 where it says none. Proxies that speak OpenAI's API use some
// of the same words, with a type beside them: not Google's.
std::pair<std::string, int> StatusIn(const Json& error) {
  const Json& code = Member(error, "code");
  if (!code.is_string()) return {TextOf(Member(error, "status")), IntOf(code)};
  const ErrorCode* known = Member(error, "type").is_null() ? FindErrorCode(TextOf(code)) : nullptr;
  return {TextOf(code), known == nullptr ? 0 : known->http_status};
}

}  // namespace

std::optional<Envelope> ParseEnvelope(int http_status, absl::string_view body) {
  const Json answer = ParseJson(body);
  const Json& error = ErrorIn(answer);
  Envelope envelope;
  std::tie(envelope.status, envelope.code) = StatusIn(error);
  envelope.message = TextOf(Member(error, "message"));
  if (envelope.code != http_status || envelope.status.empty() || !Member(error, "message").is_string()) {
    return std::nullopt;
  }
  for (const Json& detail : Member(error, "details")) ReadDetail(detail, envelope);
  return envelope;
}

}  // namespace videojobs::google
