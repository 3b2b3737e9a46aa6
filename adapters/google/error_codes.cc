#include "adapters/google/error_codes.h"

#include <algorithm>
#include <array>

namespace videojobs::google {
namespace {

// https://ai.google.dev/gemini-api/docs/api-errors. Of the codes by which content is blocked the page gives no HTTP
// status; content_blocked was seen with 400: https://github.com/LiveBench/LiveBench/pull/476
constexpr std::array kErrorCodes = {
    ErrorCode{"invalid_request", 400, Blame::kRequest},
    ErrorCode{"failed_precondition", 400, Blame::kRequest},
    ErrorCode{"parameter_unknown", 400, Blame::kRequest},
    ErrorCode{"out_of_range", 416, Blame::kRequest},
    ErrorCode{"authentication", 401, Blame::kOther},
    ErrorCode{"payment_required", 402, Blame::kOther},
    ErrorCode{"permission_denied", 403, Blame::kRequest},
    ErrorCode{"not_found", 404, Blame::kOther},
    ErrorCode{"model_not_found", 404, Blame::kOther},
    ErrorCode{"already_exists", 409, Blame::kOther},
    ErrorCode{"aborted", 409, Blame::kOther},
    ErrorCode{"rate_limit_exceeded", 429, Blame::kOther},
    ErrorCode{"quota_exceeded", 429, Blame::kOther},
    ErrorCode{"too_many_requests", 429, Blame::kOther},
    ErrorCode{"cancelled", 499, Blame::kOther},
    ErrorCode{"api_error", 500, Blame::kOther},
    ErrorCode{"unimplemented", 501, Blame::kOther},
    ErrorCode{"service_unavailable", 503, Blame::kOther},
    ErrorCode{"deadline_exceeded", 504, Blame::kOther},
    ErrorCode{"safety", 400, Blame::kContent},
    ErrorCode{"recitation", 400, Blame::kContent},
    ErrorCode{"language", 400, Blame::kContent},
    ErrorCode{"prohibited_content", 400, Blame::kContent},
    ErrorCode{"spii", 400, Blame::kContent},
    ErrorCode{"blocklist", 400, Blame::kContent},
    ErrorCode{"image_safety", 400, Blame::kContent},
    ErrorCode{"image_prohibited_content", 400, Blame::kContent},
    ErrorCode{"image_recitation", 400, Blame::kContent},
    ErrorCode{"image_other", 400, Blame::kContent},
    ErrorCode{"content_blocked", 400, Blame::kContent},
};

}  // namespace

const ErrorCode* FindErrorCode(absl::string_view name) {
  const auto found =
      std::find_if(kErrorCodes.begin(), kErrorCodes.end(), [&](const ErrorCode& code) { return code.name == name; });
  return found == kErrorCodes.end() ? nullptr : &*found;
}

}  // namespace videojobs::google
