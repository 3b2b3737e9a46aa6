#include "adapters/google/envelope.h"

#include "absl/strings/match.h"
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

}  // namespace

std::optional<Envelope> ParseEnvelope(int http_status, absl::string_view body) {
  const Json answer = ParseJson(body);
  const Json& error = Member(answer, "error");
  Envelope envelope;
  envelope.code = IntOf(Member(error, "code"));
  envelope.status = TextOf(Member(error, "status"));
  envelope.message = TextOf(Member(error, "message"));
  if (envelope.code != http_status || envelope.status.empty() || !Member(error, "message").is_string()) {
    return std::nullopt;
  }
  for (const Json& detail : Member(error, "details")) ReadDetail(detail, envelope);
  return envelope;
}

}  // namespace videojobs::google
