#include "simulator/veo_request.h"

#include <array>
#include <nlohmann/json.hpp>
#include <optional>

namespace videojobs::simulator {
namespace {

using nlohmann::json;
using Refusal = std::optional<Answer>;

// Known names that Veo on this API refuses; names it does not know, snake_case ones too, it ignores.
constexpr std::array<std::string_view, 3> kUnsupportedParameters = {"generateAudio", "numberOfVideos", "enhancePrompt"};

Answer Unsupported(std::string_view name) {
  return InvalidArgument(
      "`" + std::string(name) +
      "` isn't supported by this model. Please remove it or refer to the Gemini API documentation for "
      "supported usage.");
}

Answer OutOfRange(std::string_view name, std::string_view right) {
  return InvalidArgument("The value for `" + std::string(name) + "` is not supported. Please use " +
                         std::string(right) + ".");
}

bool Has(const json& object, const char* name) { return object.is_object() && object.contains(name); }

// What the instance brings beside its prompt.
struct Inputs {
  bool image = false;
  bool reference_images = false;
  bool extends_video = false;
};

Refusal ReadInstance(const Model& model, const json& instance, VeoRequest& request, Inputs& inputs) {
  inputs.image = Has(instance, "image");
  inputs.reference_images = Has(instance, "referenceImages");
  inputs.extends_video = Has(instance, "video");
  for (const char* name : {"image", "lastFrame", "video"}) {
    if (Has(instance, name) && Has(instance[name], "inlineData")) return Unsupported("inlineData");
  }
  if (inputs.reference_images && model.lite) return Unsupported("referenceImages");
  if (inputs.extends_video && model.lite) return Unsupported("video");
  if (inputs.extends_video && !Has(instance["video"], "uri")) {
    return InvalidArgument("Video URI not found in the request.");
  }
  const json prompt = instance.value("prompt", json());
  if (prompt.is_string()) request.prompt = prompt.get<std::string>();
  if (request.prompt.empty() && !inputs.image && !inputs.extends_video) {
    return InvalidArgument("The request must contain a `prompt`.");
  }
  return std::nullopt;
}

Refusal ReadDuration(const json& parameters, VeoRequest& request) {
  if (!Has(parameters, "durationSeconds")) return std::nullopt;
  const json& value = parameters["durationSeconds"];
  if (!value.is_number()) {
    return InvalidArgument(
        "The value type for `durationSeconds` needs to be a number. Please adjust your request accordingly.");
  }
  for (const int allowed : {4, 6, 8}) {
    if (value == allowed) request.duration_seconds = allowed;
  }
  if (value != request.duration_seconds) return OutOfRange("durationSeconds", "4, 6 or 8");
  return std::nullopt;
}

Refusal ReadPicture(const Model& model, const json& parameters, VeoRequest& request) {
  if (Has(parameters, "aspectRatio")) {
    const json& value = parameters["aspectRatio"];
    const auto shape = value.is_string() ? ParseShape(value.get<std::string>()) : std::nullopt;
    if (!shape.has_value()) return OutOfRange("aspectRatio", "16:9 or 9:16");
    request.shape = *shape;
  }
  if (Has(parameters, "resolution")) {
    const json& value = parameters["resolution"];
    const auto resolution = value.is_string() ? ParseResolution(value.get<std::string>()) : std::nullopt;
    if (!resolution.has_value() || (model.lite && resolution == Resolution::k4k)) {
      return OutOfRange("resolution", model.lite ? "720p or 1080p" : "720p, 1080p or 4k");
    }
    request.resolution = *resolution;
  }
  return std::nullopt;
}

// Recorded from the live API: text to video takes allow_all, image to video allow_adult as well.
Refusal CheckPersonGeneration(const json& parameters, const Inputs& inputs) {
  if (!Has(parameters, "personGeneration")) return std::nullopt;
  const json& value = parameters["personGeneration"];
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  const bool from_images = inputs.image || inputs.reference_images;
  if (text == "allow_all" || (text == "allow_adult" && from_images)) return std::nullopt;
  return InvalidArgument(text + " for personGeneration is currently not supported.");
}

Refusal CheckCombination(const VeoRequest& request, const Inputs& inputs) {
  const bool needs_eight = request.resolution != Resolution::k720p || inputs.reference_images || inputs.extends_video;
  if (needs_eight && request.duration_seconds != 8) {
    return OutOfRange("durationSeconds", "8 with 1080p, 4k, reference images or video extension");
  }
  if (inputs.extends_video && request.resolution != Resolution::k720p) {
    return OutOfRange("resolution", "720p with video extension");
  }
  return std::nullopt;
}

Refusal ReadParameters(const Model& model, const json& parameters, const Inputs& inputs, VeoRequest& request) {
  for (const std::string_view name : kUnsupportedParameters) {
    if (parameters.contains(std::string(name))) return Unsupported(name);
  }
  if (model.lite && parameters.contains("negativePrompt")) return Unsupported("negativePrompt");
  if (parameters.contains("sampleCount") && parameters["sampleCount"] != 1) return OutOfRange("sampleCount", "1");
  if (Refusal refusal = ReadDuration(parameters, request)) return refusal;
  if (Refusal refusal = ReadPicture(model, parameters, request)) return refusal;
  return CheckPersonGeneration(parameters, inputs);
}

}  // namespace

std::variant<VeoRequest, Answer> ParseVeoRequest(const Model& model, std::string_view body) {
  const json parsed = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object()) return InvalidArgument("Invalid JSON payload received. Unexpected token.");
  if (!Has(parsed, "instances") || !parsed["instances"].is_array() || parsed["instances"].size() != 1 ||
      !parsed["instances"][0].is_object()) {
    return InvalidArgument("The request must contain exactly one instance.");
  }
  const json parameters = parsed.value("parameters", json::object());
  if (!parameters.is_object()) return InvalidArgument("`parameters` must be an object.");

  VeoRequest request;
  Inputs inputs;
  if (Refusal refusal = ReadInstance(model, parsed["instances"][0], request, inputs)) return *refusal;
  if (Refusal refusal = ReadParameters(model, parameters, inputs, request)) return *refusal;
  if (Refusal refusal = CheckCombination(request, inputs)) return *refusal;
  return request;
}

}  // namespace videojobs::simulator
