#ifndef VIDEOJOBS_ADAPTERS_VERTEX_PARAMETERS_H_
#define VIDEOJOBS_ADAPTERS_VERTEX_PARAMETERS_H_

#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace videojobs::vertex {

// What every start of an installation says besides what its job asks for. The names are Vertex AI's:
// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation#parameter_list
// There is no sampleCount, as each sample is paid for and a clip needs one, and no resizeMode, which is of pictures.
struct Parameters {
  std::string compression_quality{};            // "OPTIMIZED" or "LOSSLESS"; empty: the model's default
  std::optional<bool> enhance_prompt{};         // whether the model may rewrite a prompt; none: its default
  std::optional<int> fps{};                     // frames a second, 1 to 120; none: the model's default
  std::string pubsub_topic{};                   // "projects/PROJECT/topics/TOPIC", told of progress; empty: none
  std::map<std::string, std::string> labels{};  // in the bill, at most 64
};

// Reads a JSON object with any of compressionQuality, enhancePrompt, fps, pubsubTopic and labels; empty text names
// none. INVALID_ARGUMENT: another name or value, in words that say which and what is right, to stand after a variable's
// name.
absl::StatusOr<Parameters> ParseParameters(absl::string_view text);

}  // namespace videojobs::vertex

#endif  // VIDEOJOBS_ADAPTERS_VERTEX_PARAMETERS_H_
