#include "simulator/interaction_request.h"

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "simulator/interaction_errors.h"

namespace videojobs::simulator {
namespace {

using nlohmann::json;
using Refusal = std::optional<Answer>;
using Words = std::initializer_list<absl::string_view>;

constexpr int kShortest = 3;
constexpr int kLongest = 10;

bool IsIn(const std::string& word, Words words) {
  for (const absl::string_view known : words) {
    if (word == known) return true;
  }
  return false;
}

Refusal CheckNames(const json& object, const std::string& where, Words known) {
  if (!object.is_object()) return InvalidInteraction(absl::StrCat("`", where, "` must be an object."));
  for (const auto& [name, value] : object.items()) {
    if (IsIn(name, known)) continue;
    const std::string at = where.empty() ? "" : absl::StrCat(" at '", where, "'");
    return InteractionError(
        400, "parameter_unknown",
        absl::StrCat("Invalid JSON payload received. Unknown name \"", name, "\"", at, ": Cannot find field."));
  }
  return std::nullopt;
}

Refusal CheckWord(const json& object, const char* name, Words words) {
  if (!object.contains(name)) return std::nullopt;
  if (object[name].is_string() && IsIn(object[name], words)) return std::nullopt;
  return InvalidInteraction(
      absl::StrCat("Invalid value for `", name, "`: it is one of ", absl::StrJoin(words, ", "), "."));
}

Refusal CheckSwitches(const json& request) {
  for (const char* name : {"background", "store", "stream"}) {
    if (request.contains(name) && !request[name].is_boolean()) {
      return InvalidInteraction(absl::StrCat("`", name, "` must be a boolean."));
    }
  }
  if (!request.value("background", false) || request.value("stream", false)) {
    return InvalidInteraction("The simulator takes interactions with `background` true and without `stream` only.");
  }
  if (!request.value("store", true)) return InvalidInteraction("`background` requires `store` to be true.");
  return std::nullopt;
}

// A string, a content, a list of contents, or steps that hold them.
Refusal ReadInput(const json& input, std::string& prompt) {
  if (input.is_string()) {
    absl::StrAppend(&prompt, prompt.empty() ? "" : "\n", input.get<std::string>());
    return std::nullopt;
  }
  if (input.is_array()) {
    for (const json& part : input) {
      if (Refusal refusal = ReadInput(part, prompt)) return refusal;
    }
    return std::nullopt;
  }
  if (!input.is_object()) return InvalidInteraction("`input` must be a string, a content or a list of contents.");
  const json type = input.value("type", json());
  if (type == "text" && input.contains("text")) return ReadInput(input["text"], prompt);
  if (type == "user_input" && input.contains("content")) return ReadInput(input["content"], prompt);
  const bool is_media = type == "image" || type == "video";
  if (is_media && (input.contains("data") || input.contains("uri"))) return std::nullopt;
  return InvalidInteraction("Invalid content in `input`: it is a text, or an image or video with data or uri.");
}

Refusal CheckGeneration(const json& request) {
  if (!request.contains("generation_config")) return std::nullopt;
  const json& config = request["generation_config"];
  if (Refusal refusal = CheckNames(config, "generation_config", {"video_config"})) return refusal;
  if (!config.contains("video_config")) return std::nullopt;
  const json& video = config["video_config"];
  if (Refusal refusal = CheckNames(video, "generation_config.video_config", {"task"})) return refusal;
  return CheckWord(video, "task",
                   {"text_to_video", "image_to_video", "reference_to_video", "edit", "extend", "upscale"});
}

// A protobuf Duration in JSON, such as "6s".
Refusal ReadDuration(const json& format, Operation& draft) {
  if (!format.contains("duration")) return std::nullopt;
  const json& value = format["duration"];
  const std::string text = value.is_string() ? value.get<std::string>() : "";
  const bool has_unit = !text.empty() && text.back() == 's';
  int seconds = 0;
  if (!has_unit || !absl::SimpleAtoi(text.substr(0, text.size() - 1), &seconds) || seconds < kShortest ||
      seconds > kLongest) {
    return InvalidInteraction(
        absl::StrCat("Invalid value for `duration`: it is a string from \"", kShortest, "s\" to \"", kLongest, "s\"."));
  }
  draft.duration_seconds = seconds;
  return std::nullopt;
}

Refusal ReadFormat(json format, Operation& draft) {
  if (format.is_array() && format.size() == 1) format = json(format[0]);
  if (Refusal refusal =
          CheckNames(format, "response_format", {"type", "aspect_ratio", "resolution", "delivery", "duration"})) {
    return refusal;
  }
  if (format.value("type", json()) != "video") return InvalidInteraction("`response_format.type` must be \"video\".");
  if (Refusal refusal = CheckWord(format, "aspect_ratio", {"16:9", "9:16"})) return refusal;
  if (Refusal refusal = CheckWord(format, "resolution", {"360p", "720p", "1080p", "4k"})) return refusal;
  if (Refusal refusal = CheckWord(format, "delivery", {"inline", "uri"})) return refusal;
  draft.shape = *ParseShape(format.value("aspect_ratio", "16:9"));
  draft.resolution = *ParseResolution(format.value("resolution", "720p"));
  draft.outcome = format.value("delivery", "inline") == "uri" ? Outcome::kVideo : Outcome::kInline;
  return ReadDuration(format, draft);
}

}  // namespace

std::variant<InteractionRequest, Answer> ParseInteractionRequest(std::string_view body) {
  const json parsed = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object()) return InvalidInteraction("Invalid JSON payload received. Unexpected token.");
  if (Refusal refusal = CheckNames(parsed, "",
                                   {"model", "input", "generation_config", "response_format", "store", "background",
                                    "stream", "previous_interaction_id", "webhook_config", "labels",
                                    "system_instruction", "service_tier", "safety_settings", "response_modalities"})) {
    return *refusal;
  }
  InteractionRequest request;
  request.draft.outcome = Outcome::kInline;
  if (Refusal refusal = CheckSwitches(parsed)) return *refusal;
  if (Refusal refusal = ReadInput(parsed.value("input", json()), request.prompt)) return *refusal;
  if (request.prompt.empty()) return InvalidInteraction("`input` must contain a text.");
  if (Refusal refusal = CheckGeneration(parsed)) return *refusal;
  if (parsed.contains("response_format")) {
    if (Refusal refusal = ReadFormat(parsed["response_format"], request.draft)) return *refusal;
  }
  return request;
}

}  // namespace videojobs::simulator
