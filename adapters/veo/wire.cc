#include "adapters/veo/wire.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "adapters/http/failure.h"
#include "adapters/http/retry_after.h"
#include "adapters/veo/envelope.h"
#include "adapters/veo/failures.h"
#include "adapters/veo/json.h"
#include "adapters/veo/names.h"

namespace videojobs::veo {
namespace {

constexpr absl::Duration kConnectAgainAfter = absl::Seconds(15);

std::optional<absl::Duration> RetryAfterOf(const http::Response& response, absl::Time now) {
  const std::string* value = response.FindHeader("Retry-After");
  return value == nullptr ? std::nullopt : http::ParseRetryAfter(*value, now);
}

// What the other side said, for a person: its own message where it is Google's, else the status alone, since the page
// of some proxy helps nobody.
std::string WordsOf(const http::Response& response, const Hidden& hidden) {
  const auto envelope = ParseEnvelope(response.status, response.body);
  if (!envelope) return absl::StrCat("HTTP ", response.status, " without an error of Google's");
  return OneLine(absl::StrCat("HTTP ", response.status, " ", envelope->status, ": ", Hide(envelope->message, hidden)));
}

StartOutcome Unknown(int http_status, std::string detail) {
  StartOutcome outcome;
  outcome.kind = OutcomeKind::kUnknown;
  outcome.http_status = http_status;
  outcome.detail = std::move(detail);
  return outcome;
}

StartOutcome OutcomeOfSuccess(const http::Response& response) {
  const std::string name = TextOf(Member(ParseJson(response.body), "name"));
  if (!IsOperationName(name)) {
    return Unknown(response.status, absl::StrCat("HTTP ", response.status, " without the name of an operation"));
  }
  StartOutcome outcome;
  outcome.kind = OutcomeKind::kAccepted;
  outcome.operation_name = name;
  outcome.http_status = response.status;
  return outcome;
}

PollAnswer Answer(PollKind kind, int http_status, std::string detail = "") {
  PollAnswer answer;
  answer.kind = kind;
  answer.http_status = http_status;
  answer.detail = std::move(detail);
  return answer;
}

PollAnswer Failed(FailureReason reason, int http_status, absl::string_view detail) {
  PollAnswer answer = Answer(PollKind::kFailed, http_status, OneLine(detail));
  answer.reason = reason;
  return answer;
}

PollAnswer Succeeded(std::string result, int http_status) {
  PollAnswer answer = Answer(PollKind::kSucceeded, http_status);
  answer.result = std::move(result);
  return answer;
}

PollAnswer AnswerOfError(const Json& error, int http_status, const Hidden& hidden) {
  const int code = IntOf(Member(error, "code"));
  const std::string message = Hide(TextOf(Member(error, "message")), hidden);
  const absl::string_view name = CodeName(code);
  return Failed(ClassifyOperationError(code, message), http_status,
                absl::StrCat("Google ended the operation with error ", code, name.empty() ? "" : " ", name, ": ",
                             message.empty() ? "no reason given" : message));
}

// The URI of the first video that has one; empty: none has.
std::string FirstUri(const Json& samples) {
  for (const Json& sample : samples) {
    if (std::string uri = TextOf(Member(Member(sample, "video"), "uri")); !uri.empty()) return uri;
  }
  return "";
}

std::vector<std::string> TextsOf(const Json& list) {
  std::vector<std::string> texts;
  for (const Json& item : list) {
    if (std::string text = TextOf(item); !text.empty()) texts.push_back(std::move(text));
  }
  return texts;
}

bool HoldsAnything(const Json& value) { return value.is_string() ? !TextOf(value).empty() : !value.empty(); }

bool HoldsMoreThan(const Json& object, absl::string_view known) {
  for (const auto& [key, value] : object.items()) {
    if (key != known && HoldsAnything(value)) return true;
  }
  return false;
}

// Something is there, but nothing we know: perhaps a video that was paid for, in a form of tomorrow.
bool IsOfUnknownForm(const Json& response) {
  const Json& videos = Member(response, "generateVideoResponse");
  if (!videos.is_object()) return response.is_object() ? HoldsMoreThan(response, "@type") : !response.is_null();
  for (const Json& sample : Member(videos, "generatedSamples")) {
    if (HoldsMoreThan(Member(sample, "video"), "encoding")) return true;
  }
  return false;
}

PollAnswer AnswerOfResponse(const Json& response, int http_status, std::int64_t inline_bytes, const Hidden& hidden) {
  const Json& videos = Member(response, "generateVideoResponse");
  if (std::string uri = FirstUri(Member(videos, "generatedSamples")); !uri.empty()) {
    if (!std::all_of(uri.begin(), uri.end(), [](unsigned char c) { return absl::ascii_isgraph(c); })) {
      return Answer(PollKind::kTroubled, http_status, "the video's address is not a URI");
    }
    return Succeeded(std::move(uri), http_status);
  }
  if (inline_bytes > 0) return Succeeded(std::string(kInlineResult), http_status);
  if (IsOfUnknownForm(response)) {
    return Answer(PollKind::kTroubled, http_status, "the operation is done, with a response of unknown form");
  }
  const std::vector<std::string> reasons = TextsOf(Member(videos, "raiMediaFilteredReasons"));
  if (IntOf(Member(videos, "raiMediaFilteredCount")) > 0 || !reasons.empty()) {
    return Failed(FailureReason::kFiltered, http_status,
                  reasons.empty() ? "Google's safety filter held the video back, without a reason"
                                  : Hide(absl::StrJoin(reasons, " "), hidden));
  }
  return Failed(FailureReason::kGenerationFailed, http_status, "the operation is done, but made no video");
}

PollAnswer AnswerOfOperation(absl::string_view operation_name, const Json& operation, int http_status,
                             std::int64_t inline_bytes, const Hidden& hidden) {
  if (!operation.is_object()) {
    return Answer(PollKind::kTroubled, http_status, "the answer is not an operation in JSON");
  }
  // Taken for its own it would show one student's video to another.
  if (const Json& name = Member(operation, "name"); !name.is_null() && TextOf(name) != operation_name) {
    return Answer(PollKind::kTroubled, http_status, "the answer is about another operation");
  }
  const Json& done = Member(operation, "done");
  if (!done.is_null() && !done.is_boolean()) {
    return Answer(PollKind::kTroubled, http_status, "the answer does not say whether the operation is done");
  }
  if (done.is_null() || !done.get<bool>()) return Answer(PollKind::kRunning, http_status);
  if (const Json& error = Member(operation, "error"); error.is_object()) {
    return AnswerOfError(error, http_status, hidden);
  }
  return AnswerOfResponse(Member(operation, "response"), http_status, inline_bytes, hidden);
}

}  // namespace

std::string StartBody(const StartRequest& request) {
  Json parameters = {{"durationSeconds", request.scene.duration_seconds}};
  const VideoOptions& options = request.options;
  if (!options.aspect_ratio.empty()) parameters["aspectRatio"] = options.aspect_ratio;
  if (!options.resolution.empty()) parameters["resolution"] = options.resolution;
  if (!options.negative_prompt.empty()) parameters["negativePrompt"] = options.negative_prompt;
  Json body;
  body["instances"] = Json::array({{{"prompt", request.scene.prompt}}});
  body["parameters"] = std::move(parameters);
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

StartOutcome OutcomeOfStart(const http::Response& response, const Hidden& hidden, absl::Time now) {
  if (response.ok()) return OutcomeOfSuccess(response);
  auto envelope = ParseEnvelope(response.status, response.body);
  if (envelope) envelope->message = Hide(envelope->message, hidden);
  const RefusalRule* rule = envelope ? FindRefusal(*envelope) : nullptr;
  if (rule == nullptr) return Unknown(response.status, WordsOf(response, hidden));
  StartOutcome outcome;
  outcome.kind = OutcomeKind::kRefused;
  outcome.lane_reason = rule->lane;
  const Closing closing = ClosedFor(*rule, *envelope, RetryAfterOf(response, now), now);
  outcome.lane_closed_for = closing.duration;
  outcome.lane_wait_told = closing.told;
  outcome.detail = OneLine(absl::StrCat(rule->why, ": ", envelope->message));
  outcome.http_status = response.status;
  return outcome;
}

StartOutcome OutcomeOfNoAnswer(const absl::Status& status) {
  if (http::FailureOf(status) != http::TransportFailure::kNothingSent) {
    return Unknown(0, OneLine(absl::StrCat("no whole answer: ", std::string(status.message()))));
  }
  StartOutcome outcome;
  outcome.kind = OutcomeKind::kRefused;
  // It would meet every other job as well.
  outcome.lane_reason = LaneReason::kOverloaded;
  outcome.lane_closed_for = kConnectAgainAfter;
  outcome.lane_wait_told = false;
  outcome.detail = OneLine(absl::StrCat("nothing was sent: ", std::string(status.message())));
  return outcome;
}

PollAnswer AnswerOfPoll(absl::string_view operation_name, const http::Response& response, std::int64_t inline_bytes,
                        const Hidden& hidden) {
  if (response.ok()) {
    return AnswerOfOperation(operation_name, ParseJson(response.body), response.status, inline_bytes, hidden);
  }
  const bool gone =
      (response.status == 403 || response.status == 404) && ParseEnvelope(response.status, response.body).has_value();
  return Answer(gone ? PollKind::kGone : PollKind::kTroubled, response.status, WordsOf(response, hidden));
}

PollAnswer AnswerOfNoPoll(const absl::Status& status) {
  return Answer(PollKind::kTroubled, 0, OneLine(status.message()));
}

absl::Status StatusOfCheck(const http::Response& response, const Hidden& hidden) {
  if (response.ok()) return absl::OkStatus();
  const std::string words = WordsOf(response, hidden);
  const auto envelope = ParseEnvelope(response.status, response.body);
  const RefusalRule* rule = envelope ? FindRefusal(*envelope) : nullptr;
  switch (rule ? rule->lane : LaneReason::kNone) {
    case LaneReason::kBadKey:
      return absl::PermissionDeniedError(words);
    case LaneReason::kModelUnavailable:
      return absl::NotFoundError(words);
    case LaneReason::kBilling:
      return absl::FailedPreconditionError(words);
    default:
      return absl::UnavailableError(words);
  }
}

absl::StatusOr<OperationsPage> OperationsIn(const http::Response& response, const Hidden& hidden) {
  if (absl::Status asked = StatusOfCheck(response, hidden); !asked.ok()) return asked;
  const Json answer = ParseJson(response.body);
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

absl::Status StatusOfDownload(const http::Response& response, const Hidden& hidden) {
  const std::string words = WordsOf(response, hidden);
  if (response.status == 403 || response.status == 404) {
    return absl::NotFoundError(absl::StrCat("the video has expired, or is not for this API key: ", words));
  }
  return absl::UnavailableError(words);
}

}  // namespace videojobs::veo
