#ifndef VIDEOJOBS_ADAPTERS_GOOGLE_ENVELOPE_H_
#define VIDEOJOBS_ADAPTERS_GOOGLE_ENVELOPE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace videojobs::google {

// Google's own error, in either of its forms: {"error":{"code","message","status","details"}}, whose code is the HTTP
// status (https://google.aip.dev/193), or the Interactions API's {"error":{"code","message"}}, whose code is a word
// (https://ai.google.dev/gemini-api/docs/api-errors).
struct Envelope {
  int code = 0;  // the HTTP status
  std::string message;
  std::string status;                         // e.g. "RESOURCE_EXHAUSTED", or the word: "rate_limit_exceeded"
  std::vector<std::string> reasons;           // of ErrorInfo, e.g. "API_KEY_INVALID"
  std::vector<std::string> quota_ids;         // of QuotaFailure, e.g. "GenerateRequestsPerDayPerProjectPerModel"
  std::optional<absl::Duration> retry_delay;  // of RetryInfo
};

// Nothing unless `body` is JSON of one of these forms, or a list of one of them, and says `http_status` itself, as a
// number or by a documented word that stands for it: what a proxy in between answers is not Google's word. Details of
// unknown form are passed over. Pure.
std::optional<Envelope> ParseEnvelope(int http_status, absl::string_view body);

}  // namespace videojobs::google

#endif  // VIDEOJOBS_ADAPTERS_GOOGLE_ENVELOPE_H_
