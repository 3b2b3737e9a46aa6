// What every door does alike: accepting a paid start, and what can go wrong with the answer to a start or a poll.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "httplib.h"
#include "simulator/answers.h"
#include "simulator/backend.h"
#include "simulator/faults.h"
#include "simulator/operation_id.h"

namespace videojobs::simulator {

// What is sent; nothing: the connection was cut instead.
using Reply = std::optional<Answer>;

void SendIfAny(const Reply& reply, httplib::Response& response);

// A fault in a door's own words: AnswerOf, or VertexAnswerOf.
using FaultWords = std::function<Answer(const Fault& fault, std::string_view model)>;

// Of a request that is right in itself, so that no other uses up a fault: it is refused by a fault, or accepted, and
// from then on paid, whatever its client gets to hear. The draft's start, latency, padding and nonce are set here, its
// outcome where a fault is drawn. `answer` is the door's answer to an accepted start.
Reply AcceptStart(Backend& backend, const Occasion& occasion, Operation draft, const FaultWords& words,
                  const std::function<Answer(const Operation& operation)>& answer);

// Counts a poll, and answers or cuts it where a fault is drawn; else the reply is what `answer` gives.
Reply AnswerPoll(Backend& backend, const Occasion& occasion, const std::string& name, const FaultWords& words,
                 const std::function<Answer()>& answer);

// The message and google.rpc.Code of an operation that failed.
std::string_view FailureMessage(int code);
// Why the safety filter held a video back. What its numbers mean:
// https://cloud.google.com/vertex-ai/generative-ai/docs/video/responsible-ai-and-usage-guidelines#safety-filters
std::string_view FilteredReason();

}  // namespace videojobs::simulator
