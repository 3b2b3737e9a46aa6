#include "adapters/veo/wire.h"

#include <utility>

#include "adapters/google/answers.h"
#include "adapters/google/json.h"
#include "adapters/google/operation.h"
#include "adapters/veo/names.h"

namespace videojobs::veo {
namespace {

using google::Hidden;
using google::IntOf;
using google::Json;
using google::Member;
using google::TextOf;

// The URI of the first video that has one; empty: none has.
std::string FirstUri(const Json& samples) {
  for (const Json& sample : samples) {
    if (std::string uri = TextOf(Member(Member(sample, "video"), "uri")); !uri.empty()) return uri;
  }
  return "";
}

// Something is there, but nothing we know: perhaps a video that was paid for, in a form of tomorrow.
bool IsOfUnknownForm(const Json& response) {
  const Json& videos = Member(response, "generateVideoResponse");
  if (!videos.is_object()) return response.is_object() ? google::HoldsMoreThan(response, "@type") : !response.is_null();
  for (const Json& sample : Member(videos, "generatedSamples")) {
    if (google::HoldsMoreThan(Member(sample, "video"), "encoding")) return true;
  }
  return false;
}

PollAnswer AnswerOfResponse(const Json& response, int http_status, std::int64_t inline_bytes, const Hidden& hidden) {
  const Json& videos = Member(response, "generateVideoResponse");
  if (std::string uri = FirstUri(Member(videos, "generatedSamples")); !uri.empty()) {
    return google::IsAddress(uri)
               ? google::Succeeded(std::move(uri), http_status)
               : google::Answer(PollKind::kTroubled, http_status, "the video's address is not a URI");
  }
  if (inline_bytes > 0) return google::Succeeded(std::string(google::kInlineResult), http_status);
  if (IsOfUnknownForm(response)) {
    return google::Answer(PollKind::kTroubled, http_status, "the operation is done, with a response of unknown form");
  }
  return google::AnswerOfNoVideo(Member(videos, "raiMediaFilteredReasons"),
                                 IntOf(Member(videos, "raiMediaFilteredCount")), http_status, hidden);
}

}  // namespace

std::string StartBody(const StartRequest& request) {
  Json parameters = {{"durationSeconds", request.scene.duration_seconds}};
  const VideoOptions& options = request.options;
  if (!options.aspect_ratio.empty()) parameters["aspectRatio"] = options.aspect_ratio;
  if (!options.resolution.empty()) parameters["resolution"] = options.resolution;
  if (!options.negative_prompt.empty()) parameters["negativePrompt"] = options.negative_prompt;
  if (!options.person_generation.empty()) parameters["personGeneration"] = options.person_generation;
  Json body;
  body["instances"] = Json::array({{{"prompt", request.scene.prompt}}});
  body["parameters"] = std::move(parameters);
  return google::TextIn(body);
}

StartOutcome OutcomeOfStart(const http::Response& response, const Hidden& hidden, absl::Time now) {
  return google::OutcomeOfOperation(response, hidden, now, IsOperationName);
}

PollAnswer AnswerOfPoll(absl::string_view operation_name, const http::Response& response, std::int64_t inline_bytes,
                        const Hidden& hidden) {
  return google::AnswerOfOperation(operation_name, response, hidden, [&](const Json& made) {
    return AnswerOfResponse(made, response.status, inline_bytes, hidden);
  });
}

absl::StatusOr<OperationsPage> OperationsIn(const http::Response& response, const Hidden& hidden) {
  if (absl::Status asked = google::StatusOfCheck(response, hidden); !asked.ok()) return asked;
  const Json answer = google::ParseJson(response.body);
  if (!answer.is_object()) return absl::UnavailableError("the answer is not a list of operations in JSON");
  OperationsPage page;
  page.next_page_token = TextOf(Member(answer, "nextPageToken"));
  const Json& operations = Member(answer, "operations");
  if (!operations.is_array()) return page;
  for (const Json& operation : operations) {
    std::string name = TextOf(Member(operation, "name"));
    const Json& done = Member(operation, "done");
    if (IsOperationName(name)) page.operations.push_back({std::move(name), done.is_boolean() && done.get<bool>()});
  }
  return page;
}

}  // namespace videojobs::veo
