#include "adapters/vertex/wire.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "adapters/google/answers.h"
#include "adapters/google/envelope.h"
#include "adapters/google/failures.h"
#include "adapters/google/json.h"
#include "adapters/google/models.h"
#include "adapters/google/operation.h"
#include "adapters/vertex/names.h"

namespace videojobs::vertex {
namespace {

using google::Hidden;
using google::IntOf;
using google::Json;
using google::Member;
using google::TextOf;

// The first video's address; empty: none has one.
std::string FirstUri(const Json& videos) {
  for (const Json& video : videos) {
    if (std::string uri = TextOf(Member(video, "gcsUri")); !uri.empty()) return uri;
  }
  return "";
}

// Something is there, but nothing we know: perhaps a video that was paid for, in a form of tomorrow.
bool IsOfUnknownForm(const Json& response) {
  const Json& videos = Member(response, "videos");
  for (const Json& video : videos) {
    if (google::HoldsMoreThan(video, "mimeType")) return true;
  }
  if (!response.is_object()) return !response.is_null();
  const Json& reasons = Member(response, "raiMediaFilteredReasons");
  // A count of none is said beside any videos, and says nothing.
  if (IntOf(Member(response, "raiMediaFilteredCount")) > 0 || !reasons.empty() || videos.is_array()) return false;
  Json unknown = response;
  unknown.erase("raiMediaFilteredCount");
  return google::HoldsMoreThan(unknown, "@type");
}

PollAnswer AnswerOfResponse(const Json& response, int http_status, std::int64_t inline_bytes, const Hidden& hidden) {
  if (std::string uri = FirstUri(Member(response, "videos")); !uri.empty()) {
    return google::IsAddress(uri) && absl::StartsWith(uri, "gs://")
               ? google::Succeeded(std::move(uri), http_status)
               : google::Answer(PollKind::kTroubled, http_status, "the video's address is not one of the object store");
  }
  if (inline_bytes > 0) return google::Succeeded(std::string(google::kInlineResult), http_status);
  if (IsOfUnknownForm(response)) {
    return google::Answer(PollKind::kTroubled, http_status, "the operation is done, with a response of unknown form");
  }
  return google::AnswerOfNoVideo(Member(response, "raiMediaFilteredReasons"),
                                 IntOf(Member(response, "raiMediaFilteredCount")), http_status, hidden);
}

}  // namespace

std::string StartBody(const StartRequest& request, absl::string_view storage_uri, const Parameters& more) {
  const VideoOptions& options = request.options;
  Json parameters = {{"sampleCount", 1}, {"durationSeconds", request.scene.duration_seconds}};
  if (!options.aspect_ratio.empty()) parameters["aspectRatio"] = options.aspect_ratio;
  if (!options.resolution.empty()) parameters["resolution"] = options.resolution;
  if (!options.negative_prompt.empty()) parameters["negativePrompt"] = options.negative_prompt;
  if (!options.person_generation.empty()) parameters["personGeneration"] = options.person_generation;
  // Veo 3's are documented to require it (see the header's address); what another model takes is not known.
  const google::Model* model = google::FindModel(google::kVertex, options.model);
  const bool can_be_silent = model != nullptr && model->silence;
  if (options.generate_audio || can_be_silent) parameters["generateAudio"] = options.generate_audio.value_or(true);
  if (options.seed) parameters["seed"] = *options.seed;
  if (!storage_uri.empty()) parameters["storageUri"] = std::string(storage_uri);
  if (!more.compression_quality.empty()) parameters["compressionQuality"] = more.compression_quality;
  if (more.enhance_prompt) parameters["enhancePrompt"] = *more.enhance_prompt;
  if (more.fps) parameters["fps"] = *more.fps;
  if (!more.pubsub_topic.empty()) parameters["pubsubTopic"] = more.pubsub_topic;
  Json body;
  body["instances"] = Json::array({{{"prompt", request.scene.prompt}}});
  body["parameters"] = std::move(parameters);
  if (!more.labels.empty()) body["labels"] = more.labels;
  return google::TextIn(body);
}

std::string PollBody(absl::string_view operation_name) {
  return google::TextIn(Json{{"operationName", std::string(operation_name)}});
}

std::string ProbeBody(absl::string_view project, absl::string_view location, absl::string_view model) {
  return PollBody(absl::StrCat("projects/", project, "/locations/", location, "/publishers/google/models/", model,
                               "/operations/00000000-0000-0000-0000-000000000000"));
}

absl::Status StatusOfProbe(const http::Response& response, const Hidden& hidden) {
  const auto envelope = google::ParseEnvelope(response.status, response.body);
  const google::RefusalRule* rule = envelope ? google::FindRefusal(*envelope) : nullptr;
  const bool of_this_request =
      rule != nullptr &&
      (rule->lane == LaneReason::kNone ||
       (rule->lane == LaneReason::kModelUnavailable && !absl::StrContains(envelope->message, "Publisher Model")));
  return of_this_request ? absl::OkStatus() : google::StatusOfCheck(response, hidden);
}

StartOutcome OutcomeOfStart(const http::Response& response, const Hidden& hidden, absl::Time now) {
  return google::OutcomeOfOperation(response, hidden, now,
                                    [](absl::string_view name) { return ParseOperationName(name).has_value(); });
}

PollAnswer AnswerOfPoll(absl::string_view operation_name, const http::Response& response, std::int64_t inline_bytes,
                        const Hidden& hidden) {
  return google::AnswerOfOperation(operation_name, response, hidden, [&](const Json& made) {
    return AnswerOfResponse(made, response.status, inline_bytes, hidden);
  });
}

}  // namespace videojobs::vertex
