// Reading the body of a start as Google reads it: strict about values, silent about names it does not know.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "simulator/answers.h"
#include "simulator/models.h"

namespace videojobs::simulator {

struct VeoRequest {
  std::string prompt;
  Shape shape = Shape::kLandscape;
  Resolution resolution = Resolution::k720p;
  int duration_seconds = 8;
};

// The request, or the 400 that Google would answer. Limits: https://ai.google.dev/gemini-api/docs/video
std::variant<VeoRequest, Answer> ParseVeoRequest(const Model& model, std::string_view body);

}  // namespace videojobs::simulator
