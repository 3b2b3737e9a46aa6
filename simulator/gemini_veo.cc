#include "simulator/gemini_veo.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "simulator/calls.h"
#include "simulator/models.h"
#include "simulator/operation_id.h"
#include "simulator/veo_request.h"
#include "simulator/videos.h"

namespace videojobs::simulator {
namespace {

using nlohmann::json;

constexpr char kFilesUrl[] = "https://generativelanguage.googleapis.com/v1beta/files/";

// All doors but Vertex AI's share this API's list of models.
bool IsOffered(const Model& model) { return model.door != Door::kVertex; }

std::string_view MethodOf(Door door) {
  if (door == Door::kInteractions) return "createInteraction";
  return door == Door::kText ? "generateContent" : "predictLongRunning";
}

json ModelResource(const Model& model) {
  return {{"name", "models/" + std::string(model.id)},
          {"version", "3.1"},
          {"displayName", model.display_name},
          {"supportedGenerationMethods", json::array({MethodOf(model.door)})}};
}

json Response(json generate_video_response) {
  return {
      {"@type", "type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse"},
      {"generateVideoResponse", std::move(generate_video_response)},
  };
}

json SampleResponse(json video) {
  return Response({{"generatedSamples", json::array({json{{"video", std::move(video)}}})}});
}

Operation Draft(const VeoRequest& video, int model) {
  Operation draft;
  draft.model = model;
  draft.shape = video.shape;
  draft.resolution = video.resolution;
  draft.duration_seconds = video.duration_seconds;
  return draft;
}

json InlineVideo(const Operation& operation) {
  return {{"encodedVideo", absl::Base64Escape(Video(operation).Bytes())}, {"encoding", "video/mp4"}};
}

json FilteredResponse() {
  return Response({{"raiMediaFilteredCount", 1}, {"raiMediaFilteredReasons", json::array({FilteredReason()})}});
}

json Finished(const Operation& operation) {
  json body = {{"name", OperationName(operation)}, {"done", true}};
  switch (operation.outcome) {
    case Outcome::kVideo:
      body["response"] = SampleResponse({{"uri", kFilesUrl + FileId(operation) + ":download?alt=media"}});
      break;
    case Outcome::kInline:
      body["response"] = SampleResponse(InlineVideo(operation));
      break;
    case Outcome::kFiltered:
      body["response"] = FilteredResponse();
      break;
    case Outcome::kEmptySamples:
      body["response"] = Response({{"generatedSamples", json::array()}});
      break;
    case Outcome::kError:
      body["error"] = {{"code", operation.error_code}, {"message", FailureMessage(operation.error_code)}};
      break;
    default:
      break;
  }
  return body;
}

class GeminiVeo {
 public:
  explicit GeminiVeo(Backend& backend) : backend_(backend) {}

  Reply Start(const httplib::Request& request, const std::string& model_id) {
    backend_.ledger.CountStartRequest();
    Occasion occasion{Call::kStart, model_id, {}};
    if (auto refusal = backend_.RefuseKey(request, occasion)) return refusal;
    if (auto refusal = RefuseModel(occasion)) return refusal;
    const std::optional<int> model = FindModel(Door::kGeminiVeo, model_id);
    if (!model.has_value()) return ModelUnknown(model_id);
    auto parsed = ParseVeoRequest(Models()[static_cast<size_t>(*model)], request.body);
    if (auto* refusal = std::get_if<Answer>(&parsed)) return std::move(*refusal);

    const auto& video = std::get<VeoRequest>(parsed);
    occasion.prompt = video.prompt;
    return AcceptStart(backend_, occasion, Draft(video, *model), AnswerOf, [](const Operation& operation) {
      return JsonAnswer({{"name", OperationName(operation)}});
    });
  }

  Reply Poll(const httplib::Request& request, const std::string& name, const std::string& model_id) {
    const Occasion occasion{Call::kPoll, model_id, {}};
    if (auto refusal = backend_.RefuseKey(request, occasion)) return refusal;
    return AnswerPoll(backend_, occasion, name, AnswerOf, [&] {
      const std::optional<Operation> operation = DecodeOperationName(name);
      return operation.has_value() ? JsonAnswer(State(*operation)) : OperationUnknown();
    });
  }

  Answer List(const httplib::Request& request, const std::string& model_id) {
    const Occasion occasion{Call::kPoll, model_id, {}};
    if (auto refusal = backend_.RefuseKey(request, occasion)) return *refusal;
    json operations = json::array();
    for (const PaidStart& start : backend_.ledger.starts()) {
      const bool is_ours = start.provider == "gemini" && start.model == model_id;
      if (is_ours) operations.push_back(State(*DecodeOperationName(start.operation)));
    }
    return JsonAnswer({{"operations", std::move(operations)}});
  }

  Answer GetModel(const httplib::Request& request, const std::string& model_id) {
    const Occasion occasion{Call::kModel, model_id, {}};
    backend_.ledger.CountModelRequest();
    if (auto refusal = backend_.RefuseKey(request, occasion)) return *refusal;
    backend_.Delay(occasion);
    if (auto refusal = RefuseModel(occasion)) return *refusal;
    return JsonAnswer(ModelResource(Models()[static_cast<size_t>(*FindModel(model_id))]));
  }

  Answer ListModels(const httplib::Request& request) {
    if (auto refusal = backend_.RefuseKey(request, {Call::kModel, {}, {}})) return *refusal;
    json models = json::array();
    for (const Model& model : Models()) {
      if (IsOffered(model) && !model.retired) models.push_back(ModelResource(model));
    }
    return JsonAnswer({{"models", std::move(models)}});
  }

 private:
  std::optional<Answer> RefuseModel(const Occasion& occasion) {
    const std::optional<int> model = FindModel(occasion.model);
    if (!model.has_value() || !IsOffered(Models()[static_cast<size_t>(*model)])) return ModelUnknown(occasion.model);
    if (Models()[static_cast<size_t>(*model)].retired) return ModelGone(occasion.model);
    if (auto fault = backend_.faults.Draw(Moment::kModel, occasion)) return AnswerOf(*fault, occasion.model);
    return std::nullopt;
  }

  // A running operation has no `done`: Google leaves false out, and there is no progress to report.
  json State(const Operation& operation) const {
    if (backend_.Now() < operation.DoneAt()) return {{"name", OperationName(operation)}};
    return Finished(operation);
  }

  Backend& backend_;
};

}  // namespace

// No pattern may contain "/:": newer versions of cpp-httplib would not read it as a regular expression then.
void AddGeminiVeo(httplib::Server& server, Backend& backend) {
  using httplib::Request;
  server.Post(R"(/v1beta/models/([^:/]+):predictLongRunning)", [&backend](const Request& request, auto& response) {
    SendIfAny(GeminiVeo(backend).Start(request, request.matches[1]), response);
  });
  server.Get(R"(/v1beta/(models/([^:/]+)/operations/[^:/]+))", [&backend](const Request& request, auto& response) {
    SendIfAny(GeminiVeo(backend).Poll(request, request.matches[1], request.matches[2]), response);
  });
  server.Get(R"(/v1beta/models/([^:/]+)/operations)", [&backend](const Request& request, auto& response) {
    Send(GeminiVeo(backend).List(request, request.matches[1]), response);
  });
  server.Get(R"(/v1beta/models/([^:/]+))", [&backend](const Request& request, auto& response) {
    Send(GeminiVeo(backend).GetModel(request, request.matches[1]), response);
  });
  server.Get("/v1beta/models", [&backend](const Request& request, auto& response) {
    Send(GeminiVeo(backend).ListModels(request), response);
  });
}

}  // namespace videojobs::simulator
