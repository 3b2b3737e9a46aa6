#include "adapters/interactions/wire.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "adapters/google/answers.h"
#include "adapters/google/envelope.h"
#include "adapters/google/json.h"
#include "adapters/interactions/names.h"

namespace videojobs::interactions {
namespace {

using google::Hidden;
using google::Json;
using google::Member;
using google::TextOf;

enum class Meaning { kRuns, kDone, kFailed };

struct StatusRow {
  absl::string_view status;
  Meaning meaning;
  absl::string_view words;  // where it failed
};

// Every status that Google's own client knows: https://github.com/googleapis/js-genai. We ask for one video and give no
// tools, so nothing is ever required of us: an interaction that says so would wait for ever.
constexpr std::array kStatuses = {
    StatusRow{"queued", Meaning::kRuns, ""},
    StatusRow{"in_progress", Meaning::kRuns, ""},
    StatusRow{"completed", Meaning::kDone, ""},
    StatusRow{"incomplete", Meaning::kDone, "Google ended the interaction before it was complete"},
    StatusRow{"failed", Meaning::kFailed, "Google ended the interaction without success"},
    StatusRow{"cancelled", Meaning::kFailed, "the interaction was cancelled"},
    StatusRow{"budget_exceeded", Meaning::kFailed, "Google ended the interaction, since its budget is exceeded"},
    StatusRow{"requires_action", Meaning::kFailed, "the interaction wants an action that is never taken"},
    StatusRow{"requires_continuation", Meaning::kFailed, "the interaction wants a continuation that is never given"},
};

bool IsVideo(const Json& content) { return TextOf(Member(content, "type")) == "video"; }

// The first video's address; empty: none has one. The request's own input is among the steps, and is none of it.
std::string FirstUri(const Json& steps) {
  for (const Json& step : steps) {
    if (TextOf(Member(step, "type")) != "model_output") continue;
    for (const Json& content : Member(step, "content")) {
      std::string uri = TextOf(Member(content, "uri"));
      if (IsVideo(content) && !uri.empty()) return uri;
    }
  }
  return "";
}

// A video is there, but in nothing we know: perhaps in a form of tomorrow, and paid for.
bool IsVideoOfUnknownForm(const Json& content) {
  if (!IsVideo(content)) return false;
  Json unknown = content;
  unknown.erase("type");
  return google::HoldsMoreThan(unknown, "mime_type");
}

bool HasVideoOfUnknownForm(const Json& steps) {
  for (const Json& step : steps) {
    if (TextOf(Member(step, "type")) != "model_output") continue;
    const Json& contents = Member(step, "content");
    if (std::any_of(contents.begin(), contents.end(), IsVideoOfUnknownForm)) return true;
  }
  return false;
}

// Why it failed: a step's own status, else the first of the errors, whose codes are URIs; null: nothing says.
const Json& ErrorOf(const Json& interaction) {
  for (const Json& step : Member(interaction, "steps")) {
    if (const Json& error = Member(step, "error"); error.is_object()) return error;
  }
  const Json& errors = Member(interaction, "errors");
  return errors.is_array() && !errors.empty() ? errors.front() : Member(interaction, "error");
}

PollAnswer AnswerOfFailure(const Json& interaction, const StatusRow& row, int http_status, const Hidden& hidden) {
  const Json& error = ErrorOf(interaction);
  if (error.is_object()) return google::AnswerOfOperationError(error, http_status, hidden);
  return google::Failed(FailureReason::kGenerationFailed, http_status, row.words);
}

PollAnswer AnswerOfDone(const Json& interaction, const StatusRow& row, int http_status, std::int64_t inline_bytes,
                        const Hidden& hidden) {
  if (std::string uri = FirstUri(Member(interaction, "steps")); !uri.empty()) {
    return google::IsAddress(uri)
               ? google::Succeeded(std::move(uri), http_status)
               : google::Answer(PollKind::kTroubled, http_status, "the video's address is not a URI");
  }
  if (inline_bytes > 0) return google::Succeeded(std::string(google::kInlineResult), http_status);
  // Before May 2026 results were in "outputs".
  if (!Member(interaction, "outputs").empty() || HasVideoOfUnknownForm(Member(interaction, "steps"))) {
    return google::Answer(PollKind::kTroubled, http_status, "the interaction is done, with an output of unknown form");
  }
  if (ErrorOf(interaction).is_object()) return AnswerOfFailure(interaction, row, http_status, hidden);
  return google::Failed(FailureReason::kGenerationFailed, http_status,
                        row.words.empty() ? "the interaction is done, but made no video" : row.words);
}

}  // namespace

std::string StartBody(const StartRequest& request, absl::string_view model) {
  const VideoOptions& options = request.options;
  Json format = {
      {"type", "video"}, {"delivery", "uri"}, {"duration", absl::StrCat(request.scene.duration_seconds, "s")}};
  if (!options.aspect_ratio.empty()) format["aspect_ratio"] = options.aspect_ratio;
  if (!options.resolution.empty()) format["resolution"] = options.resolution;
  Json body;
  body["model"] = std::string(model);
  body["input"] = request.scene.prompt;
  body["background"] = true;
  body["store"] = true;
  body["generation_config"] = {{"video_config", {{"task", "text_to_video"}}}};
  body["response_format"] = std::move(format);
  return google::TextIn(body);
}

StartOutcome OutcomeOfStart(const http::Response& response, const Hidden& hidden, absl::Time now) {
  if (!response.ok()) return google::OutcomeOfError(response, hidden, now);
  std::string name = OperationName(TextOf(Member(google::ParseJson(response.body), "id")));
  if (IsOperationName(name)) return google::Accepted(std::move(name), response.status);
  return google::Unknown(response.status, absl::StrCat("HTTP ", response.status, " without the id of an interaction"));
}

PollAnswer AnswerOfPoll(absl::string_view operation_name, const http::Response& response, std::int64_t inline_bytes,
                        const Hidden& hidden) {
  if (IsUnknownInteraction(response)) {
    return google::Answer(PollKind::kGone, response.status, google::WordsOf(response, hidden));
  }
  if (!response.ok()) return google::AnswerOfError(response, hidden);
  const Json interaction = google::ParseJson(response.body);
  const int status = response.status;
  if (!interaction.is_object()) {
    return google::Answer(PollKind::kTroubled, status, "the answer is not an interaction in JSON");
  }
  // Taken for its own it would show one student's video to another.
  if (const Json& id = Member(interaction, "id"); !id.is_null() && OperationName(TextOf(id)) != operation_name) {
    return google::Answer(PollKind::kTroubled, status, "the answer is about another interaction");
  }
  const std::string said = TextOf(Member(interaction, "status"));
  const auto row =
      std::find_if(kStatuses.begin(), kStatuses.end(), [&](const StatusRow& known) { return known.status == said; });
  if (row == kStatuses.end()) {
    return google::Answer(PollKind::kTroubled, status, "the interaction has a status that is not known");
  }
  switch (row->meaning) {
    case Meaning::kRuns:
      return google::Answer(PollKind::kRunning, status);
    case Meaning::kDone:
      return AnswerOfDone(interaction, *row, status, inline_bytes, hidden);
    case Meaning::kFailed:
      return AnswerOfFailure(interaction, *row, status, hidden);
  }
  return google::Answer(PollKind::kTroubled, status);
}

bool IsUnknownInteraction(const http::Response& response) {
  if (response.status != 400) return false;
  const auto envelope = google::ParseEnvelope(response.status, response.body);
  return envelope && absl::StrContains(absl::AsciiStrToLower(envelope->message), "invalid interaction name");
}

bool IsActiveFile(const http::Response& response) {
  return response.ok() && TextOf(Member(google::ParseJson(response.body), "state")) == "ACTIVE";
}

}  // namespace videojobs::interactions
