#include "simulator/vertex_veo.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "simulator/absl_view.h"
#include "simulator/calls.h"
#include "simulator/models.h"
#include "simulator/operation_id.h"
#include "simulator/vertex_request.h"
#include "simulator/videos.h"

namespace videojobs::simulator {
namespace {

using nlohmann::json;

// In express mode the project is Google's own affair; operations are named after one all the same.
constexpr char kExpressProject[] = "express-mode";
constexpr char kExpressLocation[] = "us-central1";

// The part of a path that says whose model it is.
struct Place {
  std::string project;
  std::string location;
  std::string model;
  bool is_express = false;
};

// Stands for every project that is mistyped, or another's.
constexpr char kNoProject[] = "no-such-project";

std::string ResourceOf(const Place& place) {
  return absl::StrCat("projects/", place.project, "/locations/", place.location, "/publishers/google/models/",
                      place.model);
}

Answer ModelNotFound(std::string_view resource) {
  return ErrorAnswer(404, "NOT_FOUND",
                     absl::StrCat("Publisher Model `", Absl(resource),
                                  "` was not found or your project does not have access to it. Please ensure you are "
                                  "using a valid model version."));
}

// https://cloud.google.com/vertex-ai/docs/general/iam-permissions (the words are unverified)
std::optional<Answer> RefuseProject(const Place& place) {
  if (place.project != kNoProject) return std::nullopt;
  return ErrorAnswer(403, "PERMISSION_DENIED",
                     absl::StrCat("Permission 'aiplatform.endpoints.predict' denied on resource "
                                  "'//aiplatform.googleapis.com/",
                                  ResourceOf(place), "' (or it may not exist)."));
}

// https://cloud.google.com/vertex-ai/generative-ai/docs/quotas
Answer QuotaExceeded(const Fault& fault, std::string_view model) {
  const json retry = {{"@type", "type.googleapis.com/google.rpc.RetryInfo"},
                      {"retryDelay", absl::StrCat(absl::ToDoubleSeconds(fault.retry_after), "s")}};
  return ErrorAnswer(429, "RESOURCE_EXHAUSTED",
                     absl::StrCat("Quota exceeded for "
                                  "aiplatform.googleapis.com/long_running_online_prediction_requests_per_base_model "
                                  "with base model: ",
                                  Absl(model), ". Please submit a quota increase request."),
                     json::array({retry}));
}

Answer VertexAnswerOf(const Fault& fault, std::string_view model) {
  switch (fault.kind) {
    case FaultKind::kQuota:
    case FaultKind::kPollQuota:
      return QuotaExceeded(fault, model);
    case FaultKind::kModelGone:
      return ModelNotFound(absl::StrCat("publishers/google/models/", Absl(model)));
    case FaultKind::kBilling:
    case FaultKind::kBillingPaymentRequired:
      return ErrorAnswer(403, "PERMISSION_DENIED",
                         "This API method requires billing to be enabled. Please enable billing on your project.");
    default:
      return AnswerOf(fault, model);
  }
}

json Videos(const Operation& operation) {
  json videos = json::array();
  const bool is_stored = !operation.storage.bucket.empty() && operation.outcome != Outcome::kInline;
  for (int sample = 0; sample < operation.samples; ++sample) {
    json video = {{"mimeType", "video/mp4"}};
    if (is_stored) {
      video["gcsUri"] = absl::StrCat("gs://", operation.storage.bucket, "/", ObjectName(operation, sample));
    } else {
      video["bytesBase64Encoded"] = absl::Base64Escape(Video(operation, sample).Bytes());
    }
    videos.push_back(std::move(video));
  }
  return videos;
}

json Response(json fields) {
  fields["@type"] = "type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse";
  return fields;
}

json Finished(const Operation& operation) {
  json body = {{"name", OperationName(operation)}, {"done", true}};
  switch (operation.outcome) {
    case Outcome::kVideo:
    case Outcome::kInline:
      body["response"] = Response({{"raiMediaFilteredCount", 0}, {"videos", Videos(operation)}});
      break;
    case Outcome::kFiltered:
      body["response"] = Response(
          {{"raiMediaFilteredCount", operation.samples}, {"raiMediaFilteredReasons", json::array({FilteredReason()})}});
      break;
    case Outcome::kEmptySamples:
      body["response"] = Response({{"videos", json::array()}});
      break;
    case Outcome::kError:
      body["error"] = {{"code", operation.error_code}, {"message", FailureMessage(operation.error_code)}};
      break;
    default:
      break;
  }
  return body;
}

class VertexVeo {
 public:
  explicit VertexVeo(Backend& backend) : backend_(backend) {}

  Reply Start(const httplib::Request& request, const Place& place) {
    backend_.ledger.CountStartRequest();
    Occasion occasion{Call::kStart, place.model, {}};
    if (auto refusal = backend_.RefuseToken(request, occasion, place.is_express)) return refusal;
    if (auto refusal = RefuseProject(place)) return refusal;
    if (auto refusal = RefuseModel(occasion, ResourceOf(place))) return refusal;
    const int model = *FindModel(Door::kVertex, place.model);
    auto parsed = ParseVertexRequest(Models()[static_cast<size_t>(model)], request.body);
    if (auto* refusal = std::get_if<Answer>(&parsed)) return std::move(*refusal);

    auto& [prompt, draft] = std::get<VertexRequest>(parsed);
    draft.model = model;
    draft.project = place.project;
    draft.location = place.location;
    occasion.prompt = prompt;
    return AcceptStart(backend_, occasion, draft, VertexAnswerOf, [](const Operation& operation) {
      return JsonAnswer({{"name", OperationName(operation)}});
    });
  }

  Reply Poll(const httplib::Request& request, const Place& place) {
    const Occasion occasion{Call::kPoll, place.model, {}};
    if (auto refusal = backend_.RefuseToken(request, occasion, place.is_express)) return refusal;
    if (auto refusal = RefuseProject(place)) return refusal;
    const json body = json::parse(request.body, nullptr, /*allow_exceptions=*/false);
    const bool names_one = body.is_object() && body.contains("operationName") && body["operationName"].is_string();
    if (!names_one) return InvalidArgument("The request must contain `operationName`.");
    const std::string name = body["operationName"];
    return AnswerPoll(backend_, occasion, name, VertexAnswerOf, [&] {
      const bool is_here = name.rfind(ResourceOf(place) + "/operations/", 0) == 0;
      const std::optional<Operation> operation = DecodeOperationName(name);
      if (!operation.has_value() || !is_here) return OperationUnknown();
      return JsonAnswer(State(*operation));
    });
  }

  Answer GetModel(const httplib::Request& request, const std::string& model) {
    const Occasion occasion{Call::kModel, model, {}};
    backend_.ledger.CountModelRequest();
    if (auto refusal = backend_.RefuseToken(request, occasion, /*takes_key=*/true)) return *refusal;
    backend_.Delay(occasion);
    const std::string resource = "publishers/google/models/" + model;
    if (auto refusal = RefuseModel(occasion, resource)) return *refusal;
    return JsonAnswer({{"name", resource}, {"versionId", "default"}, {"launchStage", "GA"}});
  }

 private:
  std::optional<Answer> RefuseModel(const Occasion& occasion, const std::string& resource) {
    if (!FindModel(Door::kVertex, occasion.model).has_value()) return ModelNotFound(resource);
    if (auto fault = backend_.faults.Draw(Moment::kModel, occasion)) return VertexAnswerOf(*fault, occasion.model);
    return std::nullopt;
  }

  json State(const Operation& operation) const {
    if (backend_.Now() < operation.DoneAt()) return {{"name", OperationName(operation)}};
    return Finished(operation);
  }

  Backend& backend_;
};

Place PlaceOf(const httplib::Request& request) {
  const std::string project = request.matches[1];
  return {project, request.matches[2], request.matches[3], project == kExpressProject};
}

Place ExpressPlaceOf(const httplib::Request& request) {
  return {kExpressProject, kExpressLocation, request.matches[1], true};
}

}  // namespace

void AddVertexVeo(httplib::Server& server, Backend& backend) {
  using httplib::Request;
  const std::string version = "/v1(?:beta1)?/";
  const std::string place = version + "projects/([^:/]+)/locations/([^:/]+)/publishers/google/models/([^:/]+)";
  const std::string express = version + "publishers/google/models/([^:/]+)";
  server.Post(place + ":predictLongRunning", [&backend](const Request& request, auto& response) {
    SendIfAny(VertexVeo(backend).Start(request, PlaceOf(request)), response);
  });
  server.Post(express + ":predictLongRunning", [&backend](const Request& request, auto& response) {
    SendIfAny(VertexVeo(backend).Start(request, ExpressPlaceOf(request)), response);
  });
  server.Post(place + ":fetchPredictOperation", [&backend](const Request& request, auto& response) {
    SendIfAny(VertexVeo(backend).Poll(request, PlaceOf(request)), response);
  });
  server.Post(express + ":fetchPredictOperation", [&backend](const Request& request, auto& response) {
    SendIfAny(VertexVeo(backend).Poll(request, ExpressPlaceOf(request)), response);
  });
  server.Get(express, [&backend](const Request& request, auto& response) {
    Send(VertexVeo(backend).GetModel(request, request.matches[1]), response);
  });
}

}  // namespace videojobs::simulator
