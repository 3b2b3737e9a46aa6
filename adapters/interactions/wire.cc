#include "adapters/interactions/wire.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
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

enum class Meaning { kRuns, kEnded };

struct StatusRow {
  absl::string_view status;
  Meaning meaning;
  absl::string_view words;  // where it ended without a video
};

// Every status that Google's own client knows: https://github.com/googleapis/js-genai. We ask for one video and give no
// tools, so nothing is ever required of us: an interaction that says so would wait for ever.
constexpr std::array kStatuses = {
    StatusRow{"queued", Meaning::kRuns, ""},
    StatusRow{"in_progress", Meaning::kRuns, ""},
    StatusRow{"completed", Meaning::kEnded, "the interaction is done, but made no video"},
    StatusRow{"incomplete", Meaning::kEnded, "Google ended the interaction before it was complete"},
    StatusRow{"failed", Meaning::kEnded, "Google ended the interaction without success"},
    StatusRow{"cancelled", Meaning::kEnded, "the interaction was cancelled"},
    StatusRow{"budget_exceeded", Meaning::kEnded, "Google ended the interaction, since its budget is exceeded"},
    StatusRow{"requires_action", Meaning::kEnded, "the interaction wants an action that is never taken"},
    StatusRow{"requires_continuation", Meaning::kEnded, "the interaction wants a continuation that is never given"},
};

bool IsVideo(const Json& content) { return TextOf(Member(content, "type")) == "video"; }

// What the model put out. The request's own input is among the steps, and is none of it.
std::vector<Json> OutputsIn(const Json& steps) {
  std::vector<Json> outputs;
  for (const Json& step : steps) {
    if (TextOf(Member(step, "type")) != "model_output") continue;
    const Json& contents = Member(step, "content");
    outputs.insert(outputs.end(), contents.begin(), contents.end());
  }
  return outputs;
}

// The first video's address; empty: none has one.
std::string FirstUri(const std::vector<Json>& outputs) {
  for (const Json& content : outputs) {
    if (std::string uri = TextOf(Member(content, "uri")); IsVideo(content) && !uri.empty()) return uri;
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

bool CountsTokensOfVideo(const Json& interaction) {
  const Json& counted = Member(Member(interaction, "usage"), "output_tokens_by_modality");
  return std::any_of(counted.begin(), counted.end(), [](const Json& count) {
    return TextOf(Member(count, "modality")) == "video" && google::IntOf(Member(count, "tokens")) > 0;
  });
}

std::string TextIn(const std::vector<Json>& outputs) {
  std::vector<std::string> texts;
  for (const Json& content : outputs) {
    std::string text = TextOf(Member(content, "text"));
    if (TextOf(Member(content, "type")) == "text" && !text.empty()) texts.push_back(std::move(text));
  }
  return absl::StrJoin(texts, " ");
}

// Why it failed: a step's own status, else the first of the errors, whose codes are URIs; null: nothing says.
const Json& ErrorOf(const Json& interaction) {
  for (const Json& step : Member(interaction, "steps")) {
    if (const Json& error = Member(step, "error"); error.is_object()) return error;
  }
  const Json& errors = Member(interaction, "errors");
  return errors.is_array() && !errors.empty() ? errors.front() : Member(interaction, "error");
}

// Omni is said to answer with words in place of a video where its rules for content forbid one (unverified).
PollAnswer AnswerOfNoVideo(const StatusRow& row, const std::vector<Json>& outputs, int http_status,
                           const Hidden& hidden) {
  const std::string text = row.status == "completed" ? TextIn(outputs) : "";
  if (!text.empty()) {
    return google::Failed(
        FailureReason::kFiltered, http_status,
        absl::StrCat("the model answered with words instead of a video: ", google::Hide(text, hidden)));
  }
  return google::Failed(FailureReason::kGenerationFailed, http_status, row.words);
}

// Of the video that the outputs show; nothing: they show none.
std::optional<PollAnswer> AnswerOfVideo(const std::vector<Json>& outputs, int http_status, std::int64_t inline_bytes) {
  if (std::string uri = FirstUri(outputs); !uri.empty()) {
    return google::IsAddress(uri)
               ? google::Succeeded(std::move(uri), http_status)
               : google::Answer(PollKind::kTroubled, http_status, "the video's address is not a URI");
  }
  if (inline_bytes > 0) return google::Succeeded(std::string(google::kInlineResult), http_status);
  return std::nullopt;
}

// Whatever an interaction's end is called, a video that is there was paid for.
PollAnswer AnswerOfEnd(const Json& interaction, const StatusRow& row, int http_status, std::int64_t inline_bytes,
                       const Hidden& hidden) {
  const std::vector<Json> outputs = OutputsIn(Member(interaction, "steps"));
  if (auto video = AnswerOfVideo(outputs, http_status, inline_bytes)) return *std::move(video);
  // Before May 2026 results were in "outputs".
  if (!Member(interaction, "outputs").empty() || std::any_of(outputs.begin(), outputs.end(), IsVideoOfUnknownForm)) {
    return google::Answer(PollKind::kTroubled, http_status, "the interaction is done, with an output of unknown form");
  }
  if (const Json& error = ErrorOf(interaction); error.is_object()) {
    return google::AnswerOfOperationError(error, http_status, hidden);
  }
  if (CountsTokensOfVideo(interaction)) {
    return google::Answer(PollKind::kTroubled, http_status,
                          "the interaction is done and counts a video in its usage, but none can be read");
  }
  return AnswerOfNoVideo(row, outputs, http_status, hidden);
}

// Google may call an end by a new word: waiting for one of ours would lose the video that it shows. Should the word
// mean that it still runs, nothing is lost by coming early: the file's own state is asked, its bytes are checked as an
// MP4, and a bad one is fetched again.
PollAnswer AnswerOfUnknownStatus(const Json& interaction, int http_status, std::int64_t inline_bytes) {
  const std::vector<Json> outputs = OutputsIn(Member(interaction, "steps"));
  if (std::any_of(outputs.begin(), outputs.end(), IsVideo)) {
    if (auto video = AnswerOfVideo(outputs, http_status, inline_bytes)) return *std::move(video);
  }
  return google::Answer(PollKind::kTroubled, http_status, "the interaction has a status that is not known");
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
  const Json answer = google::ParseJson(response.body);
  std::string name = OperationName(TextOf(Member(answer, "id")));
  if (IsOperationName(name)) return google::Accepted(std::move(name), response.status);
  return google::UnknownUnder(Member(answer, "id"), "the id of an interaction", response.status, hidden);
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
  if (row == kStatuses.end()) return AnswerOfUnknownStatus(interaction, status, inline_bytes);
  switch (row->meaning) {
    case Meaning::kRuns:
      return google::Answer(PollKind::kRunning, status);
    case Meaning::kEnded:
      return AnswerOfEnd(interaction, *row, status, inline_bytes, hidden);
  }
  return google::Answer(PollKind::kTroubled, status);
}

bool IsUnknownInteraction(const http::Response& response) {
  if (response.status != 400) return false;
  const auto envelope = google::ParseEnvelope(response.status, response.body);
  return envelope && absl::StrContains(absl::AsciiStrToLower(envelope->message), "invalid interaction name");
}

FileState StateOfFile(const http::Response& response) {
  const std::string state = response.ok() ? TextOf(Member(google::ParseJson(response.body), "state")) : "";
  return state == "ACTIVE" ? FileState::kActive : state == "FAILED" ? FileState::kFailed : FileState::kNotReady;
}

}  // namespace videojobs::interactions
