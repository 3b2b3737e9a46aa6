#include "server/doors/caller_status.h"

#include <string>

#include "adapters/refusal.h"

namespace videojobs {
namespace {

absl::Status InPublicWords(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kAborted:
      return Refuse(absl::StatusCode::kUnavailable,
                    "the database is out of reach or busy; nothing was done, call again in a moment",
                    {"DATABASE_UNAVAILABLE", {}, {}});
    case absl::StatusCode::kUnknown:
      return Refuse(absl::StatusCode::kUnknown,
                    "the database's answer was lost, so that nobody knows whether it was done; call again with the "
                    "same request_id",
                    {"OUTCOME_UNKNOWN", {}, {}});
    default:
      return Refuse(absl::StatusCode::kInternal, "an error inside the server; see the server's log",
                    {"INTERNAL_ERROR", {}, {}});
  }
}

}  // namespace

absl::Status ForCaller(const absl::Status& status, absl::string_view call, Log& log) {
  if (!RefusalOf(status).reason.empty()) return status;
  log.Write({Severity::kError,
             Component::kPollApi,
             "a call failed",
             {{"call", std::string(call)},
              {"code", absl::StatusCodeToString(status.code())},
              {"error", std::string(status.message())}}});
  return InPublicWords(status.code());
}

}  // namespace videojobs
