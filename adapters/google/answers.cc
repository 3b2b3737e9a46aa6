#include "adapters/google/answers.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "adapters/google/envelope.h"
#include "adapters/google/failures.h"
#include "adapters/http/failure.h"
#include "adapters/http/retry_after.h"

namespace videojobs::google {
namespace {

constexpr absl::Duration kConnectAgainAfter = absl::Seconds(15);

std::optional<absl::Duration> RetryAfterOf(const http::Response& response, absl::Time now) {
  const std::string* value = response.FindHeader("Retry-After");
  return value == nullptr ? std::nullopt : http::ParseRetryAfter(*value, now);
}

std::vector<std::string> TextsOf(const Json& list) {
  std::vector<std::string> texts;
  for (const Json& item : list) {
    if (std::string text = TextOf(item); !text.empty()) texts.push_back(std::move(text));
  }
  return texts;
}

// The code of an operation's error, a number or a word. Interactions give numbers as text as well.
struct OperationCode {
  int number = 0;
  std::string word;
};

OperationCode CodeOf(const Json& code, const Hidden& hidden) {
  const std::string word = TextOf(code);
  int number = IntOf(code);
  if (word.empty() || absl::SimpleAtoi(word, &number)) return {number, ""};
  return {0, Hide(word, hidden)};
}

std::string Described(const OperationCode& code) {
  if (!code.word.empty()) return code.word;
  const absl::string_view name = CodeName(code.number);
  return absl::StrCat(code.number, name.empty() ? "" : " ", name);
}

// For persons to read: a front end's or a proxy's, never an API's own word. Google's object store calls the plain text
// of its errors text/html as well, so that the type says nothing.
bool IsPage(absl::string_view body) {
  body = absl::StripLeadingAsciiWhitespace(body);
  return absl::StartsWithIgnoreCase(body, "<!doctype") || absl::StartsWithIgnoreCase(body, "<html");
}

bool HoldsAnything(const Json& value) { return value.is_string() ? !TextOf(value).empty() : !value.empty(); }

}  // namespace

std::string WordsOf(const http::Response& response, const Hidden& hidden) {
  const auto envelope = ParseEnvelope(response.status, response.body);
  if (!envelope) return absl::StrCat("HTTP ", response.status, " without an error of Google's");
  return OneLine(absl::StrCat("HTTP ", response.status, " ", envelope->status, ": ", Hide(envelope->message, hidden)));
}

StartOutcome Accepted(std::string operation_name, int http_status) {
  StartOutcome outcome;
  outcome.kind = OutcomeKind::kAccepted;
  outcome.operation_name = std::move(operation_name);
  outcome.http_status = http_status;
  return outcome;
}

StartOutcome Unknown(int http_status, std::string detail) {
  StartOutcome outcome;
  outcome.kind = OutcomeKind::kUnknown;
  outcome.http_status = http_status;
  outcome.detail = std::move(detail);
  return outcome;
}

StartOutcome UnknownUnder(const Json& name, absl::string_view what, int http_status, const Hidden& hidden) {
  if (!HoldsAnything(name)) return Unknown(http_status, absl::StrCat("HTTP ", http_status, " without ", what));
  const std::string shown = Hide(name.is_string() ? TextOf(name) : TextIn(name), hidden);
  return Unknown(http_status, OneLine(absl::StrCat("HTTP ", http_status, " with ", what,
                                                   " of unknown form: ", absl::CHexEscape(shown))));
}

StartOutcome RefusedUnsent(std::string detail) {
  StartOutcome outcome;
  outcome.kind = OutcomeKind::kRefused;
  outcome.detail = std::move(detail);
  return outcome;
}

StartOutcome OutcomeOfError(const http::Response& response, const Hidden& hidden, absl::Time now) {
  auto envelope = ParseEnvelope(response.status, response.body);
  if (envelope) envelope->message = Hide(envelope->message, hidden);
  const RefusalRule* rule = envelope ? FindRefusal(*envelope) : nullptr;
  if (rule == nullptr) return Unknown(response.status, WordsOf(response, hidden));
  const Closing closing = ClosedFor(*rule, *envelope, RetryAfterOf(response, now), now);
  StartOutcome outcome = RefusedUnsent(OneLine(absl::StrCat(rule->why, ": ", envelope->message)));
  outcome.lane_reason = rule->lane;
  outcome.lane_closed_for = closing.duration;
  outcome.lane_wait_told = closing.told;
  outcome.http_status = response.status;
  return outcome;
}

StartOutcome OutcomeOfNoAnswer(const absl::Status& status) {
  if (http::FailureOf(status) != http::TransportFailure::kNothingSent) {
    return Unknown(0, OneLine(absl::StrCat("no whole answer: ", std::string(status.message()))));
  }
  StartOutcome outcome = RefusedUnsent(OneLine(absl::StrCat("nothing was sent: ", std::string(status.message()))));
  // It would meet every other job as well.
  outcome.lane_reason = LaneReason::kOverloaded;
  outcome.lane_closed_for = kConnectAgainAfter;
  outcome.lane_wait_told = false;
  return outcome;
}

PollAnswer Answer(PollKind kind, int http_status, std::string detail) {
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

PollAnswer AnswerOfError(const http::Response& response, const Hidden& hidden) {
  const bool gone =
      (response.status == 403 || response.status == 404) && ParseEnvelope(response.status, response.body).has_value();
  return Answer(gone ? PollKind::kGone : PollKind::kTroubled, response.status, WordsOf(response, hidden));
}

PollAnswer AnswerOfNoPoll(const absl::Status& status) {
  return Answer(PollKind::kTroubled, 0, OneLine(status.message()));
}

PollAnswer AnswerOfOperationError(const Json& error, int http_status, const Hidden& hidden) {
  const std::string message = Hide(TextOf(Member(error, "message")), hidden);
  const OperationCode code = CodeOf(Member(error, "code"), hidden);
  const FailureReason reason =
      code.word.empty() ? ClassifyOperationError(code.number, message) : ClassifyOperationError(code.word, message);
  return Failed(reason, http_status,
                absl::StrCat("Google ended the operation with error ", Described(code), ": ",
                             message.empty() ? "no reason given" : message));
}

PollAnswer AnswerOfNoVideo(const Json& reasons, int count, int http_status, const Hidden& hidden) {
  const std::vector<std::string> texts = TextsOf(reasons);
  if (count > 0 || !texts.empty()) {
    return Failed(FailureReason::kFiltered, http_status,
                  texts.empty() ? "Google's safety filter held the video back, without a reason"
                                : Hide(absl::StrJoin(texts, " "), hidden));
  }
  return Failed(FailureReason::kGenerationFailed, http_status, "the operation is done, but made no video");
}

bool HoldsMoreThan(const Json& object, absl::string_view known) {
  for (const auto& [key, value] : object.items()) {
    if (key != known && HoldsAnything(value)) return true;
  }
  return false;
}

bool IsAddress(absl::string_view uri) {
  return !uri.empty() && std::all_of(uri.begin(), uri.end(), [](unsigned char c) { return absl::ascii_isgraph(c); });
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

absl::Status StatusOfDownload(const http::Response& response, const Hidden& hidden) {
  const std::string words = WordsOf(response, hidden);
  if ((response.status == 403 || response.status == 404) && !IsPage(response.body)) {
    return absl::NotFoundError(absl::StrCat("the video has expired, or is not for this API key: ", words));
  }
  return absl::UnavailableError(words);
}

// Another attempt may go another way, so all is passing but the codes that say more; CANCELLED is the server's own
// stop.
absl::Status StatusOfNoDownload(const absl::Status& status) {
  if (absl::IsDataLoss(status) || absl::IsDeadlineExceeded(status) || absl::IsCancelled(status))
    return {status.code(), status.message()};
  return absl::UnavailableError(status.message());
}

}  // namespace videojobs::google
