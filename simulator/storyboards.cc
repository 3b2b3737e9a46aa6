#include "simulator/storyboards.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "simulator/calls.h"
#include "simulator/models.h"
#include "simulator/schema_sample.h"

namespace videojobs::simulator {
namespace {

using nlohmann::json;

constexpr int kScenes = 3;
constexpr int kMostScenes = 50;
constexpr size_t kMostText = 200;

// The answer where no schema is asked for.
json DefaultSchema() {
  const json scene = {{"type", "object"},
                      {"properties", {{"prompt", {{"type", "string"}}}, {"duration_seconds", {{"type", "integer"}}}}}};
  return {{"type", "object"}, {"properties", {{"scenes", {{"type", "array"}, {"items", scene}}}}}};
}

struct ContentRequest {
  std::string text;
  json schema;
};

// The texts of all turns.
std::optional<std::string> TextOf(const json& contents) {
  if (!contents.is_array() || contents.empty()) return std::nullopt;
  std::string text;
  for (const json& content : contents) {
    if (!content.is_object() || !content.contains("parts") || !content["parts"].is_array()) return std::nullopt;
    for (const json& part : content["parts"]) {
      const bool has_text = part.is_object() && part.contains("text") && part["text"].is_string();
      if (has_text) absl::StrAppend(&text, text.empty() ? "" : "\n", part["text"].get<std::string>());
    }
  }
  return text;
}

std::optional<Answer> Read(const std::string& body, ContentRequest& request) {
  const json parsed = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object()) return InvalidArgument("Invalid JSON payload received. Unexpected token.");
  const std::optional<std::string> text = TextOf(parsed.value("contents", json()));
  if (!text.has_value()) return InvalidArgument("* GenerateContentRequest.contents: contents is not specified");
  request.text = *text;
  const json config = parsed.value("generationConfig", json::object());
  if (!config.is_object()) return InvalidArgument("`generationConfig` must be an object.");
  const bool has_json_schema = config.contains("responseJsonSchema");
  const bool has_schema = config.contains("responseSchema");
  if (has_json_schema && has_schema) {
    return InvalidArgument("Only one of responseSchema and responseJsonSchema may be set.");
  }
  if ((has_json_schema || has_schema) && config.value("responseMimeType", json()) != "application/json") {
    return InvalidArgument("responseMimeType must be application/json when a response schema is set.");
  }
  request.schema = has_json_schema ? config["responseJsonSchema"]
                   : has_schema    ? config["responseSchema"]
                                   : DefaultSchema();
  return std::nullopt;
}

// "5 scenes" in the request asks for five.
int ScenesAskedFor(const std::string& text) {
  const std::vector<std::string> words =
      absl::StrSplit(absl::AsciiStrToLower(text), absl::ByAnyChar(" \t\n\"(,;:"), absl::SkipEmpty());
  int scenes = kScenes;
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& counted = words[i + 1];
    const bool counts_scenes =
        absl::StartsWith(counted, "scene") || absl::StartsWith(counted, "shot") || absl::StartsWith(counted, "clip");
    if (counts_scenes && words[i].size() <= 2 && absl::SimpleAtoi(words[i], &scenes)) break;
    scenes = kScenes;
  }
  return std::clamp(scenes, 1, kMostScenes);
}

// The beginning, at a whole character.
std::string Shortened(const std::string& text) {
  size_t size = std::min(text.size(), kMostText);
  while (size > 0 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return text.substr(0, size);
}

json Body(const std::string& model, const json& candidate, size_t asked) {
  return {{"candidates", json::array({candidate})},
          {"usageMetadata", {{"promptTokenCount", asked / 4 + 1}, {"totalTokenCount", asked / 4 + 101}}},
          {"modelVersion", model},
          {"responseId", "simulated"}};
}

json Candidate(json parts, std::string_view finish_reason) {
  return {{"content", {{"role", "model"}, {"parts", std::move(parts)}}}, {"finishReason", finish_reason}, {"index", 0}};
}

json TextPart(std::string_view text) { return {{"text", text}}; }

json Blocked(const std::string& model) {
  return {{"promptFeedback", {{"blockReason", "PROHIBITED_CONTENT"}}},
          {"usageMetadata", {{"promptTokenCount", 1}, {"totalTokenCount", 1}}},
          {"modelVersion", model}};
}

json AnswerTo(const std::string& model, const ContentRequest& request, const std::optional<Fault>& fault) {
  // ASCII alone, so that it can be cut anywhere.
  const std::string text =
      SampleOf(request.schema, Shortened(request.text), ScenesAskedFor(request.text)).dump(-1, ' ', true);
  const size_t asked = request.text.size();
  if (!fault.has_value()) return Body(model, Candidate(json::array({TextPart(text)}), "STOP"), asked);
  switch (fault->kind) {
    case FaultKind::kStoryboardMaxTokens:
      return Body(model, Candidate(json::array({TextPart(text.substr(0, text.size() / 2))}), "MAX_TOKENS"), asked);
    case FaultKind::kStoryboardBlocked:
      return Blocked(model);
    case FaultKind::kStoryboardOffSchema:
      return Body(model, Candidate(json::array({TextPart(R"({"shots":["another shape"]})")}), "STOP"), asked);
    default: {
      const size_t half = text.size() / 2;
      const json thought = {{"text", "The user wants a storyboard."}, {"thought", true}};
      return Body(
          model, Candidate(json::array({thought, TextPart(text.substr(0, half)), TextPart(text.substr(half))}), "STOP"),
          asked);
    }
  }
}

class Storyboards {
 public:
  explicit Storyboards(Backend& backend) : backend_(backend) {}

  Reply Generate(const httplib::Request& request, const std::string& model) {
    backend_.ledger.CountStoryboardRequest();
    Occasion occasion{Call::kStoryboard, model, {}};
    if (auto refusal = backend_.RefuseKey(request, occasion)) return refusal;
    if (auto refusal = RefuseModel(occasion)) return refusal;
    ContentRequest content;
    if (auto refusal = Read(request.body, content)) return refusal;
    occasion.prompt = content.text;
    if (auto fault = backend_.faults.Draw(Moment::kRefusal, occasion)) return AnswerOf(*fault, model);
    backend_.Delay(occasion);
    if (auto spoilt = backend_.faults.Draw(Moment::kAnswer, occasion)) return Spoilt(*spoilt, model);
    return JsonAnswer(AnswerTo(model, content, backend_.faults.Draw(Moment::kStoryboard, occasion)));
  }

 private:
  std::optional<Answer> RefuseModel(const Occasion& occasion) {
    if (FindModel(Door::kInteractions, occasion.model).has_value()) {
      return InvalidArgument("This model only supports Interactions API.");
    }
    if (!FindModel(Door::kText, occasion.model).has_value()) return ModelUnknown(occasion.model, "generateContent");
    if (auto fault = backend_.faults.Draw(Moment::kModel, occasion)) return AnswerOf(*fault, occasion.model);
    return std::nullopt;
  }

  Reply Spoilt(const Fault& fault, const std::string& model) {
    if (fault.kind != FaultKind::kLostAnswer) return AnswerOf(fault, model);
    backend_.connections.Cut();
    return std::nullopt;
  }

  Backend& backend_;
};

}  // namespace

void AddStoryboards(httplib::Server& server, Backend& backend) {
  server.Post(R"(/v1beta/models/([^:/]+):generateContent)",
              [&backend](const httplib::Request& request, httplib::Response& response) {
                SendIfAny(Storyboards(backend).Generate(request, request.matches[1]), response);
              });
}

}  // namespace videojobs::simulator
