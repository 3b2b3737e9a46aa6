#include "adapters/google/operation.h"

#include <string>
#include <utility>

namespace videojobs::google {

PollAnswer AnswerOfOperation(absl::string_view operation_name, const http::Response& response, const Hidden& hidden,
                             absl::FunctionRef<PollAnswer(const Json& response)> of_response) {
  if (!response.ok()) return AnswerOfError(response, hidden);
  const Json operation = ParseJson(response.body);
  const int status = response.status;
  if (!operation.is_object()) return Answer(PollKind::kTroubled, status, "the answer is not an operation in JSON");
  // Taken for its own it would show one student's video to another.
  if (const Json& name = Member(operation, "name"); !name.is_null() && TextOf(name) != operation_name) {
    return Answer(PollKind::kTroubled, status, "the answer is about another operation");
  }
  const Json& done = Member(operation, "done");
  if (!done.is_null() && !done.is_boolean()) {
    return Answer(PollKind::kTroubled, status, "the answer does not say whether the operation is done");
  }
  if (done.is_null() || !done.get<bool>()) return Answer(PollKind::kRunning, status);
  const Json& error = Member(operation, "error");
  return error.is_object() ? AnswerOfOperationError(error, status, hidden) : of_response(Member(operation, "response"));
}

StartOutcome OutcomeOfOperation(const http::Response& response, const Hidden& hidden, absl::Time now,
                                absl::FunctionRef<bool(absl::string_view)> is_name) {
  if (!response.ok()) return OutcomeOfError(response, hidden, now);
  const Json answer = ParseJson(response.body);
  std::string name = TextOf(Member(answer, "name"));
  if (is_name(name)) return Accepted(std::move(name), response.status);
  return UnknownUnder(Member(answer, "name"), "the name of an operation", response.status, hidden);
}

}  // namespace videojobs::google
