#include "simulator/gemini_veo.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "simulator/models.h"
#include "simulator/operation_id.h"
#include "simulator/veo_request.h"
#include "simulator/videos.h"

namespace videojobs::simulator {
namespace {

using nlohmann::json;

constexpr char kFilesUrl[] = "https://generativelanguage.googleapis.com/v1beta/files/";

json ModelResource(const Model& model) {
  return {{"name", "models/" + std::string(model.id)},
          {"version", "3.1"},
          {"displayName", model.display_name},
          {"supportedGenerationMethods", json::array({"predictLongRunning"})}};
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

json InlineVideo(const Operation& operation) {
  return {{"encodedVideo", absl::Base64Escape(Video(operation).Bytes())}, {"encoding", "video/mp4"}};
}

// The words Google uses; what the numbers mean:
// https://cloud.google.com/vertex-ai/generative-ai/docs/video/responsible-ai-and-usage-guidelines#safety-filters
json FilteredResponse() {
  return Response(
      {{"raiMediaFilteredCount", 1},
       {"raiMediaFilteredReasons",
        json::array({"Veo could not generate 1 videos based on the prompt provided. You will not be charged "
                     "for this request. Try rephrasing the prompt. If you think this was an error, send "
                     "feedback. Support codes: 42237218"})}});
}

json OperationFailure(int code) {
  const bool is_safety = code == 3;
  return {{"code", code},
          {"message", is_safety ? "Veo could not generate videos because the input violates Google's usage guidelines. "
                                  "Support codes: 15236754"
                                : "Video generation failed due to an internal server issue. Please try again."}};
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
      body["error"] = OperationFailure(operation.error_code);
      break;
    case Outcome::kEmpty:
    case Outcome::kStuck:
      break;
  }
  return body;
}

Outcome OutcomeOf(const std::optional<Fault>& fault) {
  if (!fault.has_value()) return Outcome::kVideo;
  switch (fault->kind) {
    case FaultKind::kOperationError:
      return Outcome::kError;
    case FaultKind::kFiltered:
      return Outcome::kFiltered;
    case FaultKind::kEmptyResult:
      return Outcome::kEmpty;
    case FaultKind::kEmptySamples:
      return Outcome::kEmptySamples;
    case FaultKind::kInline:
      return Outcome::kInline;
    case FaultKind::kStuck:
      return Outcome::kStuck;
    default:
      return Outcome::kVideo;
  }
}

class GeminiVeo {
 public:
  explicit GeminiVeo(Backend& backend) : backend_(backend) {}

  // Nothing: the connection was cut instead of answering.
  std::optional<Answer> Start(const httplib::Request& request, const std::string& model_id) {
    backend_.ledger.CountStartRequest();
    Occasion occasion{Call::kStart, model_id, {}};
    if (auto refusal = backend_.RefuseKey(request, occasion)) return refusal;
    if (auto refusal = RefuseModel(occasion)) return refusal;
    const int model = *FindModel(model_id);
    auto parsed = ParseVeoRequest(Models()[static_cast<size_t>(model)], request.body);
    if (auto* refusal = std::get_if<Answer>(&parsed)) return std::move(*refusal);

    // Only now, so that no request that is wrong in itself uses up a fault.
    const auto& video = std::get<VeoRequest>(parsed);
    occasion.prompt = video.prompt;
    if (auto fault = backend_.faults.Draw(Moment::kRefusal, occasion)) return AnswerOf(*fault, model_id);
    return Accept(occasion, video, model);
  }

  std::optional<Answer> Poll(const httplib::Request& request, const std::string& name, const std::string& model_id) {
    const Occasion occasion{Call::kPoll, model_id, {}};
    if (auto refusal = backend_.RefuseKey(request, occasion)) return refusal;
    backend_.ledger.CountPoll(name);
    if (ClosesKeptConnection(occasion)) return Cut();
    backend_.Delay(occasion);
    if (auto fault = backend_.faults.Draw(Moment::kPoll, occasion)) return AnswerOf(*fault, model_id);
    const std::optional<Operation> operation = DecodeOperationName(name);
    if (!operation.has_value()) return OperationUnknown();
    return JsonAnswer(State(*operation));
  }

  Answer List(const httplib::Request& request, const std::string& model_id) {
    const Occasion occasion{Call::kPoll, model_id, {}};
    if (auto refusal = backend_.RefuseKey(request, occasion)) return *refusal;
    json operations = json::array();
    for (const PaidStart& start : backend_.ledger.starts()) {
      if (start.model == model_id) operations.push_back(State(*DecodeOperationName(start.operation)));
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
      if (!model.retired) models.push_back(ModelResource(model));
    }
    return JsonAnswer({{"models", std::move(models)}});
  }

 private:
  std::optional<Answer> RefuseModel(const Occasion& occasion) {
    const std::optional<int> model = FindModel(occasion.model);
    if (!model.has_value()) return ModelUnknown(occasion.model);
    if (Models()[static_cast<size_t>(*model)].retired) return ModelGone(occasion.model);
    if (auto fault = backend_.faults.Draw(Moment::kModel, occasion)) return AnswerOf(*fault, occasion.model);
    return std::nullopt;
  }

  bool ClosesKeptConnection(const Occasion& occasion) {
    return backend_.connections.CarriedEarlierRequest() &&
           backend_.faults.Draw(Moment::kKeptConnection, occasion).has_value();
  }

  std::nullopt_t Cut() {
    backend_.connections.Cut();
    return std::nullopt;
  }

  // From here on the start is paid, whatever its client gets to hear.
  std::optional<Answer> Accept(const Occasion& occasion, const VeoRequest& video, int model) {
    const std::optional<Fault> outcome = backend_.faults.Draw(Moment::kOutcome, occasion);
    Operation operation;
    operation.started = backend_.Now();
    operation.latency = backend_.options.latency;
    operation.model = model;
    operation.shape = video.shape;
    operation.resolution = video.resolution;
    operation.duration_seconds = video.duration_seconds;
    operation.outcome = OutcomeOf(outcome);
    operation.error_code = operation.outcome == Outcome::kError ? outcome->code : 0;
    operation.padded_mib = backend_.options.padded_mib;
    operation.nonce = backend_.NextNonce();

    // Recorded before anything can be seen of it from outside.
    const bool closes = ClosesKeptConnection(occasion);
    const std::optional<Fault> spoilt = closes ? std::nullopt : backend_.faults.Draw(Moment::kAnswer, occasion);
    Record(operation, video, closes || spoilt.has_value());
    if (closes) return Cut();
    backend_.Delay(occasion);
    if (!spoilt.has_value()) return JsonAnswer({{"name", OperationName(operation)}});
    if (spoilt->kind == FaultKind::kLostAnswer) return Cut();
    return AnswerOf(*spoilt, occasion.model);
  }

  void Record(const Operation& operation, const VeoRequest& video, bool answer_spoilt) {
    PaidStart start;
    start.at = operation.started;
    start.provider = "gemini";
    start.model = std::string(Models()[static_cast<size_t>(operation.model)].id);
    start.prompt = video.prompt;
    start.duration_seconds = video.duration_seconds;
    start.operation = OperationName(operation);
    start.aspect_ratio = std::string(ToText(video.shape));
    start.resolution = std::string(ToText(video.resolution));
    start.answer_spoilt = answer_spoilt;
    backend_.ledger.Record(std::move(start), operation);
  }

  // A running operation has no `done`: Google leaves false out, and there is no progress to report.
  json State(const Operation& operation) const {
    if (backend_.Now() < operation.DoneAt()) return {{"name", OperationName(operation)}};
    return Finished(operation);
  }

  Backend& backend_;
};

void SendIfAny(const std::optional<Answer>& answer, httplib::Response& response) {
  if (answer.has_value()) Send(*answer, response);
}

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
