#include "simulator/interaction_errors.h"

#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace videojobs::simulator {
namespace {

using nlohmann::json;

// The message of the same fault behind the other APIs.
std::string MessageOf(const Fault& fault, std::string_view model) {
  const json answer = json::parse(AnswerOf(fault, model).body, nullptr, /*allow_exceptions=*/false);
  return answer.is_object() && answer.contains("error") ? answer["error"].value("message", "") : "";
}

// The form has no place for the time to wait. Nobody recorded whether Google sends the header; here it is sent, so that
// a client that reads it is put to the test.
Answer RateLimited(const Fault& fault, std::string_view model) {
  Answer answer = InteractionError(429, "rate_limit_exceeded", MessageOf(fault, model));
  answer.retry_after = absl::StrCat(absl::ToInt64Seconds(absl::Ceil(fault.retry_after, absl::Seconds(1))));
  return answer;
}

}  // namespace

Answer InteractionError(int http_status, std::string_view code, std::string_view message) {
  return JsonAnswer({{"error", {{"code", code}, {"message", message}}}}, http_status);
}

Answer InvalidInteraction(std::string_view message) { return InteractionError(400, "invalid_request", message); }

Answer InteractionKeyRefused() {
  return InteractionError(401, "authentication", "API key not valid. Please pass a valid API key.");
}

Answer InteractionForbidden() {
  return InteractionError(403, "permission_denied", "The caller does not have permission");
}

Answer InteractionModelUnknown(std::string_view model) {
  return InteractionError(404, "model_not_found", "Model " + std::string(model) + " was not found.");
}

Answer InteractionUnknown() { return InteractionError(404, "not_found", "Requested entity was not found."); }

Answer InteractionAnswerOf(const Fault& fault, std::string_view model) {
  const auto error = [&](int http_status, std::string_view code) {
    return InteractionError(http_status, code, MessageOf(fault, model));
  };
  switch (fault.kind) {
    case FaultKind::kRefused:
    case FaultKind::kPollNameInvalid:
      return error(400, "invalid_request");
    case FaultKind::kBilling:
      return error(400, "failed_precondition");
    case FaultKind::kBillingPaymentRequired:
      return error(402, "payment_required");
    case FaultKind::kForbidden:
    case FaultKind::kPollForbidden:
      return InteractionForbidden();
    case FaultKind::kModelGone:
      return error(404, "model_not_found");
    case FaultKind::kPollNotFound:
      return InteractionUnknown();
    case FaultKind::kQuota:
    case FaultKind::kPollQuota:
      return RateLimited(fault, model);
    case FaultKind::kQuotaSpend:
      return error(429, "rate_limit_exceeded");
    case FaultKind::kQuotaBare:
      return error(429, "too_many_requests");
    case FaultKind::kQuotaDaily:
      return error(429, "quota_exceeded");
    case FaultKind::kOverloaded:
    case FaultKind::kHighDemand:
    case FaultKind::kPollOverloaded:
      return error(503, "service_unavailable");
    case FaultKind::kInternal:
    case FaultKind::kInternalAfterAccepting:
    case FaultKind::kPollInternal:
      return error(500, "api_error");
    default:
      return AnswerOf(fault, model);
  }
}

}  // namespace videojobs::simulator
