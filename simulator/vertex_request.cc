#include "simulator/vertex_request.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace videojobs::simulator {
namespace {

using nlohmann::json;
using Refusal = std::optional<Answer>;

Refusal Wrong(const std::string& name, const std::string& right) {
  return InvalidArgument(absl::StrCat("The value for `", name, "` is invalid. It must be ", right, "."));
}

Refusal CheckInteger(const json& parameters, const char* name, int64_t low, int64_t high) {
  if (!parameters.contains(name)) return std::nullopt;
  const json& value = parameters[name];
  if (value.is_number_integer() && value >= low && value <= high) return std::nullopt;
  return Wrong(name, absl::StrCat("an integer from ", low, " to ", high));
}

Refusal CheckWord(const json& parameters, const char* name, const std::vector<std::string>& words) {
  if (!parameters.contains(name)) return std::nullopt;
  const json& value = parameters[name];
  if (value.is_string() && std::find(words.begin(), words.end(), value.get<std::string>()) != words.end()) {
    return std::nullopt;
  }
  return Wrong(name, absl::StrCat("one of ", absl::StrJoin(words, ", ")));
}

Refusal CheckTypes(const json& parameters) {
  for (const char* name : {"generateAudio", "enhancePrompt"}) {
    if (parameters.contains(name) && !parameters[name].is_boolean()) return Wrong(name, "a boolean");
  }
  for (const char* name : {"negativePrompt", "pubsubTopic"}) {
    if (parameters.contains(name) && !parameters[name].is_string()) return Wrong(name, "a string");
  }
  return std::nullopt;
}

Refusal CheckParameters(const Model& model, const json& parameters) {
  if (Refusal refusal = CheckTypes(parameters)) return refusal;
  if (Refusal refusal = CheckInteger(parameters, "durationSeconds", 4, 8)) return refusal;
  if (Refusal refusal = CheckInteger(parameters, "sampleCount", 1, 4)) return refusal;
  if (Refusal refusal = CheckInteger(parameters, "fps", 24, 24)) return refusal;
  if (Refusal refusal = CheckInteger(parameters, "seed", 0, std::numeric_limits<uint32_t>::max())) return refusal;
  if (Refusal refusal = CheckWord(parameters, "aspectRatio", {"16:9", "9:16"})) return refusal;
  std::vector<std::string> resolutions = {"720p", "1080p"};
  if (!model.lite) resolutions.emplace_back("4k");
  if (Refusal refusal = CheckWord(parameters, "resolution", resolutions)) return refusal;
  const std::vector<std::string> persons = {"allow_adult", "dont_allow", "allow_all"};
  if (Refusal refusal = CheckWord(parameters, "personGeneration", persons)) return refusal;
  if (Refusal refusal = CheckWord(parameters, "compressionQuality", {"optimized", "lossless", "OPTIMIZED", "LOSSLESS"}))
    return refusal;
  return CheckWord(parameters, "resizeMode", {"crop", "pad", "CROP", "PAD"});
}

// gs://bucket or gs://bucket/prefix; Google makes a folder of the prefix if it is none.
Refusal ReadStorage(const json& parameters, Storage& storage) {
  if (!parameters.contains("storageUri")) return std::nullopt;
  const json& value = parameters["storageUri"];
  const std::string uri = value.is_string() ? value.get<std::string>() : "";
  constexpr std::string_view kScheme = "gs://";
  if (uri.substr(0, kScheme.size()) != kScheme || uri.size() == kScheme.size() || uri[kScheme.size()] == '/') {
    return Wrong("storageUri", "a Cloud Storage address such as gs://bucket/prefix/");
  }
  const size_t slash = uri.find('/', kScheme.size());
  storage.bucket = uri.substr(kScheme.size(), slash - kScheme.size());
  storage.prefix = slash == std::string::npos ? "" : uri.substr(slash + 1);
  if (!storage.prefix.empty() && storage.prefix.back() != '/') storage.prefix += '/';
  return std::nullopt;
}

Refusal ReadParameters(const Model& model, const json& parameters, Operation& draft) {
  if (Refusal refusal = CheckParameters(model, parameters)) return refusal;
  draft.duration_seconds = parameters.value("durationSeconds", 8);
  if (draft.duration_seconds % 2 != 0) return Wrong("durationSeconds", "4, 6 or 8");
  draft.samples = parameters.value("sampleCount", 1);
  draft.shape = *ParseShape(parameters.value("aspectRatio", "16:9"));
  draft.resolution = *ParseResolution(parameters.value("resolution", "720p"));
  return ReadStorage(parameters, draft.storage);
}

// A picture or a video comes as bytes or from Cloud Storage, and says what it is.
Refusal CheckMedia(const json& instance, const char* name) {
  if (!instance.contains(name)) return std::nullopt;
  const json& media = instance[name];
  const bool has_source = media.is_object() && (media.contains("bytesBase64Encoded") != media.contains("gcsUri"));
  if (!has_source) return Wrong(name, "an object with either bytesBase64Encoded or gcsUri");
  if (!media.contains("mimeType")) return Wrong(absl::StrCat(name, ".mimeType"), "given");
  return std::nullopt;
}

Refusal ReadInstance(const json& instance, std::string& prompt) {
  for (const char* name : {"image", "lastFrame", "video", "mask"}) {
    if (Refusal refusal = CheckMedia(instance, name)) return refusal;
  }
  const json text = instance.value("prompt", json());
  if (text.is_string()) prompt = text.get<std::string>();
  if (prompt.empty() && !instance.contains("image") && !instance.contains("video")) {
    return InvalidArgument("Text prompt is empty. Please provide a prompt, an image or a video.");
  }
  return std::nullopt;
}

}  // namespace

std::variant<VertexRequest, Answer> ParseVertexRequest(const Model& model, std::string_view body) {
  const json parsed = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object()) return InvalidArgument("Invalid JSON payload received. Unexpected token.");
  const json instances = parsed.value("instances", json());
  if (!instances.is_array() || instances.size() != 1 || !instances[0].is_object()) {
    return InvalidArgument("The request must contain exactly one instance.");
  }
  const json parameters = parsed.value("parameters", json::object());
  if (!parameters.is_object()) return InvalidArgument("`parameters` must be an object.");

  VertexRequest request;
  if (Refusal refusal = ReadInstance(instances[0], request.prompt)) return *refusal;
  if (Refusal refusal = ReadParameters(model, parameters, request.draft)) return *refusal;
  return request;
}

}  // namespace videojobs::simulator
