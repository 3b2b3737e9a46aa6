// Long-running operations in JSON, as Veo's are behind both of its doors: https://google.aip.dev/151. Pure.
#ifndef VIDEOJOBS_ADAPTERS_GOOGLE_OPERATION_H_
#define VIDEOJOBS_ADAPTERS_GOOGLE_OPERATION_H_

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "adapters/google/answers.h"
#include "adapters/google/detail.h"
#include "adapters/google/json.h"
#include "adapters/http/message.h"
#include "adapters/video_generator.h"

namespace videojobs::google {

// What an answer to a poll of `operation_name` means; `of_response` is asked about the response of one that is done
// without an error. An answer about another operation, or not about one, is trouble.
PollAnswer AnswerOfOperation(absl::string_view operation_name, const http::Response& response, const Hidden& hidden,
                             absl::FunctionRef<PollAnswer(const Json& response)> of_response);

// The outcome of a start that was answered with an operation, whose name `is_name` must accept.
StartOutcome OutcomeOfOperation(const http::Response& response, const Hidden& hidden, absl::Time now,
                                absl::FunctionRef<bool(absl::string_view)> is_name);

}  // namespace videojobs::google

#endif  // VIDEOJOBS_ADAPTERS_GOOGLE_OPERATION_H_
