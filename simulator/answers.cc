#include "simulator/answers.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"

namespace videojobs::simulator {
namespace {

using nlohmann::json;

constexpr std::string_view kHtml = "text/html; charset=UTF-8";

Answer Html(int http_status, std::string_view title) {
  return {http_status, "<!DOCTYPE html><html><title>" + std::string(title) + "</title></html>\n", std::string(kHtml)};
}

json QuotaFailure(std::string_view quota_id, std::string_view model) {
  return {{"@type", "type.googleapis.com/google.rpc.QuotaFailure"},
          {"violations", json::array({{{"quotaMetric", "generativelanguage.googleapis.com/generate_requests_per_model"},
                                       {"quotaId", quota_id},
                                       {"quotaDimensions", {{"location", "global"}, {"model", model}}},
                                       {"quotaValue", "10"}}})}};
}

json Help() {
  return {{"@type", "type.googleapis.com/google.rpc.Help"},
          {"links", json::array({{{"description", "Learn more about Gemini API quotas"},
                                  {"url", "https://ai.google.dev/gemini-api/docs/rate-limits"}}})}};
}

// A protobuf Duration in JSON: seconds with up to nine decimals.
json RetryInfo(absl::Duration delay) {
  return {{"@type", "type.googleapis.com/google.rpc.RetryInfo"},
          {"retryDelay", absl::StrCat(absl::ToDoubleSeconds(delay), "s")}};
}

// Codes seen in Google's answers: https://github.com/googleapis/js-genai/issues/1840
Answer Quota(std::string_view quota_id, std::string_view model, const json& last_detail) {
  json details = json::array({QuotaFailure(quota_id, model), Help()});
  if (!last_detail.is_null()) details.push_back(last_detail);
  return ErrorAnswer(429, "RESOURCE_EXHAUSTED",
                     "You exceeded your current quota, please check your plan and billing details.", details);
}

Answer QuotaPerMinute(const Fault& fault, std::string_view model) {
  return Quota("GenerateRequestsPerMinutePerProjectPerModel", model, RetryInfo(fault.retry_after));
}

Answer Overloaded() { return ErrorAnswer(503, "UNAVAILABLE", "The model is overloaded. Please try again later."); }

// https://github.com/continuedev/continue/issues/11549
Answer HighDemand() {
  return ErrorAnswer(503, "UNAVAILABLE",
                     "This model is currently experiencing high demand. Spikes in demand are usually temporary. Please "
                     "try again later.");
}

Answer Internal() {
  return ErrorAnswer(500, "INTERNAL",
                     "An internal error has occurred. Please retry or report in "
                     "https://developers.generativeai.google/guide/troubleshooting");
}

// Reasons: https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto
Answer Unauthenticated(std::string_view reason, std::string_view message) {
  const json info = {{"@type", "type.googleapis.com/google.rpc.ErrorInfo"},
                     {"reason", reason},
                     {"domain", "googleapis.com"},
                     {"metadata", {{"service", "aiplatform.googleapis.com"}}}};
  return ErrorAnswer(401, "UNAUTHENTICATED", message, json::array({info}));
}

Answer Garbage() { return {200, "{\"name\":\"models/", "application/json; charset=UTF-8"}; }

}  // namespace

void Send(const Answer& answer, httplib::Response& response) {
  response.status = answer.http_status;
  response.set_content(answer.body, answer.content_type.c_str());
  if (!answer.retry_after.empty()) response.set_header("Retry-After", answer.retry_after);
}

Answer JsonAnswer(const json& body, int http_status) {
  return {http_status, body.dump(-1, ' ', false, json::error_handler_t::replace) + "\n"};
}

Answer ErrorAnswer(int http_status, std::string_view status, std::string_view message, const json& details) {
  json error = {{"code", http_status}, {"message", message}, {"status", status}};
  if (!details.is_null()) error["details"] = details;
  return JsonAnswer({{"error", error}}, http_status);
}

Answer InvalidArgument(std::string_view message) { return ErrorAnswer(400, "INVALID_ARGUMENT", message); }

Answer KeyMissing() {
  return ErrorAnswer(403, "PERMISSION_DENIED",
                     "Method doesn't allow unregistered callers (callers without established identity). Please use API "
                     "Key or other form of API consumer identity to call this API.");
}

Answer KeyInvalid() {
  const json info = {{"@type", "type.googleapis.com/google.rpc.ErrorInfo"},
                     {"reason", "API_KEY_INVALID"},
                     {"domain", "googleapis.com"},
                     {"metadata", {{"service", "generativelanguage.googleapis.com"}}}};
  return ErrorAnswer(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", json::array({info}));
}

Answer Forbidden() { return ErrorAnswer(403, "PERMISSION_DENIED", "The caller does not have permission"); }

Answer ForbiddenRepeating(std::string_view credential) {
  return ErrorAnswer(403, "PERMISSION_DENIED", "The credential \"" + std::string(credential) + "\" may not do this.");
}

Answer TokenMissing() {
  return Unauthenticated("CREDENTIALS_MISSING",
                         "Request is missing required authentication credential. Expected OAuth 2 access token, login "
                         "cookie or other valid authentication credential.");
}

Answer TokenInvalid() {
  return Unauthenticated("ACCESS_TOKEN_TYPE_UNSUPPORTED",
                         "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie "
                         "or other valid authentication credential.");
}

Answer TokenExpired() {
  return Unauthenticated("ACCESS_TOKEN_EXPIRED",
                         "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie "
                         "or other valid authentication credential.");
}

Answer ModelUnknown(std::string_view model, std::string_view method) {
  return ErrorAnswer(404, "NOT_FOUND",
                     "models/" + std::string(model) + " is not found for API version v1beta, or is not supported for " +
                         std::string(method) +
                         ". Call ListModels to see the list of available models and their supported methods.");
}

Answer ModelGone(std::string_view model) {
  return ErrorAnswer(404, "NOT_FOUND",
                     "This model models/" + std::string(model) +
                         " is no longer available. Please update your code to use a newer model.");
}

Answer OperationUnknown() { return ErrorAnswer(404, "NOT_FOUND", "Requested entity was not found."); }

Answer FileForbidden(std::string_view file) {
  return ErrorAnswer(403, "PERMISSION_DENIED",
                     "You do not have permission to access the File " + std::string(file) + " or it may not exist.");
}

Answer AnswerOf(const Fault& fault, std::string_view model) {
  switch (fault.kind) {
    case FaultKind::kRefused:
      return InvalidArgument("Request contains an invalid argument.");
    case FaultKind::kQuota:
    case FaultKind::kPollQuota:
      return QuotaPerMinute(fault, model);
    case FaultKind::kQuotaBare:
      return ErrorAnswer(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).");
    case FaultKind::kQuotaDaily:
      return Quota("GenerateRequestsPerDayPerProjectPerModel", model, nullptr);
    case FaultKind::kQuotaSpend:
      return ErrorAnswer(429, "RESOURCE_EXHAUSTED",
                         "You exceeded your spend-based rate limit. Your spending rate has exceeded the allowed limit "
                         "for your account's billing history and tier.");
    case FaultKind::kOverloaded:
    case FaultKind::kPollOverloaded:
      return Overloaded();
    case FaultKind::kHighDemand:
      return HighDemand();
    case FaultKind::kProxyUnavailable:
      return Html(503, "503 Service Temporarily Unavailable");
    case FaultKind::kBilling:
      return ErrorAnswer(400, "FAILED_PRECONDITION",
                         "Imagen and Veo are only accessible to billed users at this time. Please enable billing on "
                         "your project in Google AI Studio.");
    case FaultKind::kBillingPaymentRequired:
      return ErrorAnswer(402, "FAILED_PRECONDITION",
                         "Your prepayment credits are depleted. Please go to AI Studio to manage your project and "
                         "billing.");
    case FaultKind::kBadKey:
    case FaultKind::kBadKeyInFront:
      return KeyInvalid();
    case FaultKind::kForbidden:
    case FaultKind::kPollForbidden:
      return Forbidden();
    case FaultKind::kModelGone:
      return ModelGone(model);
    case FaultKind::kPollNotFound:
    case FaultKind::kDownloadNotFound:
      return OperationUnknown();
    case FaultKind::kPollNameInvalid:
      return InvalidArgument("Invalid interaction name.");
    case FaultKind::kGarbageAnswer:
    case FaultKind::kPollGarbage:
      return Garbage();
    case FaultKind::kWrongType:
      return Html(200, "Sign in");
    default:
      return Internal();
  }
}

}  // namespace videojobs::simulator
