#include "simulator/calls.h"

#include <utility>

#include "simulator/models.h"

namespace videojobs::simulator {
namespace {

std::string_view ProviderOf(Door door) {
  switch (door) {
    case Door::kVertex:
      return "vertex";
    case Door::kInteractions:
      return "interactions";
    case Door::kGeminiVeo:
    case Door::kText:
      break;
  }
  return "gemini";
}

Outcome OutcomeOf(const std::optional<Fault>& fault, Outcome otherwise) {
  if (!fault.has_value()) return otherwise;
  switch (fault->kind) {
    case FaultKind::kOperationError:
      return Outcome::kError;
    case FaultKind::kFiltered:
      return Outcome::kFiltered;
    case FaultKind::kEmptyResult:
      return Outcome::kEmpty;
    case FaultKind::kEmptySamples:
      return Outcome::kEmptySamples;
    case FaultKind::kInline:
      return Outcome::kInline;
    case FaultKind::kStuck:
      return Outcome::kStuck;
    case FaultKind::kInteractionRequiresAction:
      return Outcome::kRequiresAction;
    case FaultKind::kInteractionBudgetExceeded:
      return Outcome::kBudgetExceeded;
    case FaultKind::kInteractionIncomplete:
      return Outcome::kIncomplete;
    case FaultKind::kFileStaysProcessing:
      return Outcome::kFileProcessing;
    case FaultKind::kFileFails:
      return Outcome::kFileFailed;
    case FaultKind::kInteractionWords:
      return Outcome::kWords;
    default:
      return otherwise;
  }
}

std::optional<Fault> DrawOutcome(Backend& backend, const Occasion& occasion, Door door) {
  if (door == Door::kInteractions) {
    if (auto fault = backend.faults.Draw(Moment::kInteractionOutcome, occasion)) return fault;
  }
  return backend.faults.Draw(Moment::kOutcome, occasion);
}

void Complete(Backend& backend, const Occasion& occasion, Operation& operation) {
  const std::optional<Fault> fault = DrawOutcome(backend, occasion, operation.door());
  operation.started = backend.Now();
  operation.latency = backend.options.latency;
  operation.outcome = OutcomeOf(fault, operation.outcome);
  operation.error_code = operation.outcome == Outcome::kError ? fault->code : 0;
  operation.padded_mib = backend.options.padded_mib;
  operation.nonce = backend.NextNonce();
}

void Record(Backend& backend, const Operation& operation, std::string_view prompt, bool answer_spoilt) {
  PaidStart start;
  start.at = operation.started;
  start.provider = std::string(ProviderOf(operation.door()));
  start.model = std::string(Models()[static_cast<size_t>(operation.model)].id);
  start.prompt = std::string(prompt);
  start.duration_seconds = operation.duration_seconds;
  start.operation = OperationName(operation);
  start.aspect_ratio = std::string(ToText(operation.shape));
  start.resolution = std::string(ToText(operation.resolution));
  start.answer_spoilt = answer_spoilt;
  backend.ledger.Record(std::move(start), operation);
}

std::nullopt_t Cut(Backend& backend) {
  backend.connections.Cut();
  return std::nullopt;
}

bool ClosesKeptConnection(Backend& backend, const Occasion& occasion) {
  return backend.connections.CarriedEarlierRequest() &&
         backend.faults.Draw(Moment::kKeptConnection, occasion).has_value();
}

}  // namespace

void SendIfAny(const Reply& reply, httplib::Response& response) {
  if (reply.has_value()) Send(*reply, response);
}

Reply AcceptStart(Backend& backend, const Occasion& occasion, Operation draft, const FaultWords& words,
                  const std::function<Answer(const Operation& operation)>& answer) {
  if (auto fault = backend.faults.Draw(Moment::kRefusal, occasion)) return words(*fault, occasion.model);
  Complete(backend, occasion, draft);

  // Recorded before anything can be seen of it from outside.
  const bool closes = ClosesKeptConnection(backend, occasion);
  const std::optional<Fault> spoilt = closes ? std::nullopt : backend.faults.Draw(Moment::kAnswer, occasion);
  Record(backend, draft, occasion.prompt, closes || spoilt.has_value());
  if (closes) return Cut(backend);
  backend.Delay(occasion);
  if (!spoilt.has_value()) return answer(draft);
  if (spoilt->kind == FaultKind::kLostAnswer) return Cut(backend);
  return words(*spoilt, occasion.model);
}

Reply AnswerPoll(Backend& backend, const Occasion& occasion, const std::string& name, const FaultWords& words,
                 const std::function<Answer()>& answer) {
  backend.ledger.CountPoll(name);
  if (ClosesKeptConnection(backend, occasion)) return Cut(backend);
  backend.Delay(occasion);
  if (auto fault = backend.faults.Draw(Moment::kPoll, occasion)) return words(*fault, occasion.model);
  return answer();
}

std::string_view FailureMessage(int code) {
  return code == 3 ? "Veo could not generate videos because the input violates Google's usage guidelines. "
                     "Support codes: 15236754"
                   : "Video generation failed due to an internal server issue. Please try again.";
}

std::string_view FilteredReason() {
  return "Veo could not generate 1 videos based on the prompt provided. You will not be charged for this request. Try "
         "rephrasing the prompt. If you think this was an error, send feedback. Support codes: 42237218";
}

}  // namespace videojobs::simulator
