#include "simulator/interactions.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "simulator/calls.h"
#include "simulator/interaction_errors.h"
#include "simulator/interaction_request.h"
#include "simulator/models.h"
#include "simulator/operation_id.h"
#include "simulator/videos.h"

namespace videojobs::simulator {
namespace {

using nlohmann::json;

// About what Google answers inline; larger videos come by address, whatever was asked for.
constexpr uint64_t kLargestInline = 4u << 20;

std::string Timestamp(absl::Time time) { return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone()); }

json VideoContent(const Operation& operation) {
  json content = {{"type", "video"}, {"mime_type", "video/mp4"}};
  const Video video(operation);
  if (operation.outcome == Outcome::kInline && video.size() <= kLargestInline) {
    content["data"] = absl::Base64Escape(video.Bytes());
  } else {
    content["uri"] = absl::StrCat("https://generativelanguage.googleapis.com/v1beta/files/", FileId(operation),
                                  ":download?alt=media");
  }
  return content;
}

json ModelOutput(json content) {
  return json::array({json{{"type", "model_output"}, {"content", std::move(content)}}});
}

void Fail(json& body, int code, std::string_view message) {
  body["status"] = "failed";
  body["steps"] = json::array({json{{"type", "model_output"}, {"error", {{"code", code}, {"message", message}}}}});
  body["errors"] = json::array({json{{"code", absl::StrCat(code)}, {"message", message}}});
}

void Finish(const Operation& operation, json& body) {
  body["status"] = "completed";
  switch (operation.outcome) {
    case Outcome::kVideo:
    case Outcome::kInline:
    case Outcome::kFileProcessing:
    case Outcome::kFileFailed:
      body["steps"] = ModelOutput(json::array({VideoContent(operation)}));
      break;
    case Outcome::kEmptySamples:
      body["steps"] = ModelOutput(json::array());
      break;
    case Outcome::kError:
      Fail(body, operation.error_code, FailureMessage(operation.error_code));
      break;
    case Outcome::kFiltered:
      body["status"] = "failed";
      body["errors"] = json::array({json{{"code", "safety"}, {"message", FilteredReason()}}});
      break;
    case Outcome::kWords:
      body["steps"] = ModelOutput(json::array({{{"type", "text"}, {"text", "I cannot make a video of that."}}}));
      break;
    case Outcome::kRequiresAction:
      body["status"] = "requires_action";
      break;
    case Outcome::kBudgetExceeded:
      body["status"] = "budget_exceeded";
      break;
    case Outcome::kIncomplete:
      body["status"] = "incomplete";
      break;
    case Outcome::kEmpty:
    case Outcome::kStuck:
      break;
  }
}

class Interactions {
 public:
  explicit Interactions(Backend& backend) : backend_(backend) {}

  Reply Create(const httplib::Request& request) {
    backend_.ledger.CountStartRequest();
    const std::string model_id = ModelOf(request.body);
    Occasion occasion{Call::kStart, model_id, {}};
    if (auto refusal = RefuseKey(request, occasion)) return refusal;
    if (auto refusal = RefuseModel(occasion)) return refusal;
    auto parsed = ParseInteractionRequest(request.body);
    if (auto* refusal = std::get_if<Answer>(&parsed)) return std::move(*refusal);

    auto& [prompt, draft] = std::get<InteractionRequest>(parsed);
    draft.model = *FindModel(Door::kInteractions, model_id);
    occasion.prompt = prompt;
    // Never finished in this answer, however short the latency: Google works in the background.
    return AcceptStart(backend_, occasion, draft, InteractionAnswerOf, [](const Operation& operation) {
      json body = Head(operation);
      body["status"] = "in_progress";
      return JsonAnswer(body);
    });
  }

  Reply Poll(const httplib::Request& request, const std::string& id) {
    const std::optional<Operation> operation = DecodeOperationName(id);
    const Occasion occasion = OccasionOf(operation);
    if (auto refusal = RefuseKey(request, occasion)) return refusal;
    return AnswerPoll(backend_, occasion, id, InteractionAnswerOf,
                      [&] { return operation.has_value() ? JsonAnswer(State(*operation)) : InteractionUnknown(); });
  }

  Answer Cancel(const httplib::Request& request, const std::string& id) {
    const std::optional<Operation> operation = DecodeOperationName(id);
    if (auto refusal = RefuseKey(request, OccasionOf(operation))) return *refusal;
    if (!operation.has_value()) return InteractionUnknown();
    if (!backend_.ledger.IsCancelled(id)) {
      if (backend_.Now() >= operation->DoneAt()) {
        return InteractionError(400, "failed_precondition",
                                "The interaction is not in progress and cannot be cancelled.");
      }
      backend_.ledger.MarkCancelled(id);
    }
    return JsonAnswer(State(*operation));
  }

 private:
  static Occasion OccasionOf(const std::optional<Operation>& operation) {
    if (!operation.has_value()) return {Call::kPoll, {}, {}};
    return {Call::kPoll, Models()[static_cast<size_t>(operation->model)].id, {}};
  }

  static std::string ModelOf(const std::string& body) {
    const json parsed = json::parse(body, nullptr, /*allow_exceptions=*/false);
    const bool names_one = parsed.is_object() && parsed.contains("model") && parsed["model"].is_string();
    const std::string model = names_one ? parsed["model"].get<std::string>() : "";
    return model.rfind("models/", 0) == 0 ? model.substr(7) : model;
  }

  std::optional<Answer> RefuseKey(const httplib::Request& request, const Occasion& occasion) {
    if (backend_.faults.Draw(Moment::kFrontEnd, occasion)) return KeyInvalid();
    const KeyTrouble trouble = backend_.TroubleWithKey(request, occasion);
    if (trouble == KeyTrouble::kNone) return std::nullopt;
    if (trouble == KeyTrouble::kEchoed) {
      return InteractionError(403, "permission_denied", "The credential \"" + KeyOf(request) + "\" may not do this.");
    }
    return trouble == KeyTrouble::kForbidden ? InteractionForbidden() : InteractionKeyRefused();
  }

  std::optional<Answer> RefuseModel(const Occasion& occasion) {
    if (occasion.model.empty()) return InvalidInteraction("`model` is missing.");
    const std::optional<int> model = FindModel(Door::kInteractions, occasion.model);
    if (!model.has_value()) return InteractionModelUnknown(occasion.model);
    if (Models()[static_cast<size_t>(*model)].retired) {
      return InteractionAnswerOf(FaultKind::kModelGone, occasion.model);
    }
    if (auto fault = backend_.faults.Draw(Moment::kModel, occasion)) return InteractionAnswerOf(*fault, occasion.model);
    return std::nullopt;
  }

  static json Head(const Operation& operation) {
    return {{"id", OperationName(operation)},
            {"object", "interaction"},
            {"model", Models()[static_cast<size_t>(operation.model)].id},
            {"created", Timestamp(operation.started)},
            {"updated", Timestamp(operation.started)}};
  }

  json State(const Operation& operation) const {
    json body = Head(operation);
    if (backend_.ledger.IsCancelled(OperationName(operation))) {
      body["status"] = "cancelled";
    } else if (backend_.Now() < operation.DoneAt()) {
      body["status"] = "in_progress";
    } else {
      body["updated"] = Timestamp(operation.DoneAt());
      Finish(operation, body);
    }
    return body;
  }

  Backend& backend_;
};

}  // namespace

void AddInteractions(httplib::Server& server, Backend& backend) {
  using httplib::Request;
  server.Post("/v1beta/interactions", [&backend](const Request& request, auto& response) {
    SendIfAny(Interactions(backend).Create(request), response);
  });
  server.Get(R"(/v1beta/interactions/([^:/]+))", [&backend](const Request& request, auto& response) {
    SendIfAny(Interactions(backend).Poll(request, request.matches[1]), response);
  });
  server.Post(R"(/v1beta/interactions/([^:/]+)/cancel)", [&backend](const Request& request, auto& response) {
    Send(Interactions(backend).Cancel(request, request.matches[1]), response);
  });
}

}  // namespace videojobs::simulator
