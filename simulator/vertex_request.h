// Reading the body of a start on Vertex AI:
// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "simulator/answers.h"
#include "simulator/models.h"
#include "simulator/operation_id.h"

namespace videojobs::simulator {

// The prompt, and the operation that is asked for; or the 400 that Google would answer. Parameters that it does not
// know are ignored, as on the Gemini API.
struct VertexRequest {
  std::string prompt;
  Operation draft;  // Shape, resolution, length, storage and samples.
};
std::variant<VertexRequest, Answer> ParseVertexRequest(const Model& model, std::string_view body);

}  // namespace videojobs::simulator
