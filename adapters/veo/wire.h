// The Gemini API's JSON for Veo as pure functions: what we ask, and what its answers mean.
// https://ai.google.dev/gemini-api/docs/video, https://ai.google.dev/api/models#v1beta.models.predictLongRunning
#ifndef VIDEOJOBS_ADAPTERS_VEO_WIRE_H_
#define VIDEOJOBS_ADAPTERS_VEO_WIRE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "adapters/google/detail.h"
#include "adapters/http/message.h"
#include "adapters/start_ledger.h"
#include "adapters/video_generator.h"

namespace videojobs::veo {

// The body of a start. Names are in camelCase, since others are silently ignored
// (https://github.com/BerriAI/litellm/issues/16776), and durationSeconds is a number. What has the API's own default
// and what some keys are refused for (sampleCount; personGeneration unless it is asked for:
// https://github.com/SillyTavern/SillyTavern/issues/4824) is left out. Text that is not UTF-8 is repaired.
std::string StartBody(const StartRequest& request);

// What an answer to a start means. Accepted needs a 2xx and an operation's name of the right form; refused needs
// Google's own error and a rule of google/failures.h; everything else is unknown.
StartOutcome OutcomeOfStart(const http::Response& response, const google::Hidden& hidden, absl::Time now);

// What an answer to a poll of `operation_name` means. A body is read without its videos (google/base64_diverter.h), of
// which `inline_bytes` says the first one's size; 0: there was none.
PollAnswer AnswerOfPoll(absl::string_view operation_name, const http::Response& response, std::int64_t inline_bytes,
                        const google::Hidden& hidden);

// A page of the operations of a model; names that are none are left out. Errors as VideoGenerator::CheckModel.
struct OperationsPage {
  std::vector<ListedOperation> operations;
  std::string next_page_token;  // empty: the last page
};
absl::StatusOr<OperationsPage> OperationsIn(const http::Response& response, const google::Hidden& hidden);

}  // namespace videojobs::veo

#endif  // VIDEOJOBS_ADAPTERS_VEO_WIRE_H_
