// Reading the body of an interaction: https://ai.google.dev/api/interactions-api. Unlike Veo's doors, this API refuses
// the names that it does not know.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "simulator/answers.h"
#include "simulator/operation_id.h"

namespace videojobs::simulator {

struct InteractionRequest {
  std::string prompt;  // Every text of the input, a line each.
  Operation draft;     // Shape, resolution and length; the outcome says how the video shall be delivered.
};

// The request, or the 400 that Google would answer. The model is for the caller to check.
std::variant<InteractionRequest, Answer> ParseInteractionRequest(std::string_view body);

}  // namespace videojobs::simulator
