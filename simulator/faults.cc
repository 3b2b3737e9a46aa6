#include "simulator/faults.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "simulator/absl_view.h"

namespace videojobs::simulator {
namespace {

constexpr unsigned Bit(Call call) { return 1u << static_cast<unsigned>(call); }
constexpr unsigned kStarts = Bit(Call::kStart);
constexpr unsigned kPolls = Bit(Call::kPoll);
constexpr unsigned kFiles = Bit(Call::kFile);
constexpr unsigned kTokens = Bit(Call::kToken);
constexpr unsigned kStoryboards = Bit(Call::kStoryboard);
constexpr unsigned kModelUses = kStarts | kStoryboards;
constexpr unsigned kModelCalls = kModelUses | Bit(Call::kModel);
constexpr unsigned kKeyCalls = kModelCalls | kPolls | kFiles;
constexpr unsigned kAllCalls = kKeyCalls | kTokens;

enum class Extra { kNone, kDelay, kRetryAfter, kCode };

struct KindRow {
  FaultKind kind;
  std::string_view name;
  Moment moment;
  unsigned calls;          // Where it can happen.
  unsigned default_calls;  // Where it happens when the fault does not say `on`.
  Extra extra;             // The one field that this kind alone reads.
  std::string_view effect;
};

using enum FaultKind;
constexpr auto kRows = std::to_array<KindRow>({
    {kRefused, "refused", Moment::kRefusal, kModelUses, kStarts, Extra::kNone, "400 INVALID_ARGUMENT"},
    {kQuota, "429", Moment::kRefusal, kModelUses, kStarts, Extra::kRetryAfter,
     "429 per minute with RetryInfo (retry_after, default 34s)"},
    {kQuotaBare, "429_bare", Moment::kRefusal, kModelUses, kStarts, Extra::kNone, "429 without any details"},
    {kQuotaDaily, "429_daily", Moment::kRefusal, kModelUses, kStarts, Extra::kNone, "429 with a quota per day"},
    {kQuotaSpend, "429_spend", Moment::kRefusal, kModelUses, kStarts, Extra::kNone,
     "429 of the spend-based rate limit"},
    {kOverloaded, "503", Moment::kRefusal, kModelUses, kStarts, Extra::kNone,
     "503 UNAVAILABLE, the model is overloaded"},
    {kHighDemand, "503_demand", Moment::kRefusal, kModelUses, kStarts, Extra::kNone,
     "503 UNAVAILABLE, the model is in high demand"},
    {kProxyUnavailable, "503_html", Moment::kRefusal, kModelUses, kStarts, Extra::kNone,
     "503 with a proxy's HTML page; nothing was created"},
    {kInternal, "500", Moment::kRefusal, kModelUses, kStarts, Extra::kNone, "500 INTERNAL; nothing was created"},
    {kBilling, "billing", Moment::kRefusal, kModelUses, kStarts, Extra::kNone,
     "400 FAILED_PRECONDITION, billing is off"},
    {kBillingPaymentRequired, "billing_402", Moment::kRefusal, kModelUses, kStarts, Extra::kNone,
     "402, the prepaid credit is used up"},
    {kBadKey, "bad_key", Moment::kKey, kKeyCalls, kKeyCalls, Extra::kNone,
     "400 API_KEY_INVALID, on every call; 401 for an access token and of interactions"},
    {kBadKeyInFront, "bad_key_in_front", Moment::kFrontEnd, kStarts | kPolls, kStarts | kPolls, Extra::kNone,
     "of interactions: 400 API_KEY_INVALID in the form of the other APIs, as of a front end"},
    {kForbidden, "forbidden", Moment::kKey, kKeyCalls, kKeyCalls, Extra::kNone,
     "403 PERMISSION_DENIED for the key, on every call"},
    {kEchoCredential, "echo_credential", Moment::kKey, kKeyCalls, kKeyCalls, Extra::kNone,
     "403 PERMISSION_DENIED, on every call, and the message repeats the key or token"},
    {kModelGone, "model_gone", Moment::kModel, kModelCalls, kModelCalls, Extra::kNone,
     "404, the model is no longer available"},
    {kLostAnswer, "lost_answer", Moment::kAnswer, kModelUses, kStarts, Extra::kNone,
     "accepted and paid, then the connection is cut without a byte of answer"},
    {kClosedKeptConnection, "closed_kept_connection", Moment::kKeptConnection, kStarts | kPolls, kStarts, Extra::kNone,
     "like lost_answer, but only on a connection that carried a request before; with on=poll a poll is cut"},
    {kGarbageAnswer, "garbage_answer", Moment::kAnswer, kModelUses, kStarts, Extra::kNone,
     "accepted and paid, answered with 200 and something that is not JSON"},
    {kInternalAfterAccepting, "500_accepted", Moment::kAnswer, kModelUses, kStarts, Extra::kNone,
     "accepted and paid, answered with 500 INTERNAL"},
    {kSlowAnswer, "slow_answer", Moment::kDelay, kAllCalls, kStarts, Extra::kDelay,
     "the answer comes late (delay, default 60s); a start is accepted before the wait; on=... for other calls"},
    {kOperationError, "operation_error", Moment::kOutcome, kStarts, kStarts, Extra::kCode,
     "the operation ends with an error (code, default 13)"},
    {kFiltered, "filtered", Moment::kOutcome, kStarts, kStarts, Extra::kNone,
     "the operation ends without videos because of the safety filter"},
    {kEmptyResult, "empty_result", Moment::kOutcome, kStarts, kStarts, Extra::kNone,
     "the operation ends with neither a response nor an error"},
    {kEmptySamples, "empty_samples", Moment::kOutcome, kStarts, kStarts, Extra::kNone,
     "the operation ends with an empty list of videos"},
    {kInline, "base64", Moment::kOutcome, kStarts, kStarts, Extra::kNone,
     "the video comes as base64 inside the poll's answer, whatever was asked for"},
    {kStuck, "stuck", Moment::kOutcome, kStarts, kStarts, Extra::kNone, "the operation is never done"},
    {kPollForbidden, "poll_403", Moment::kPoll, kPolls, kPolls, Extra::kNone, "a poll is answered with 403"},
    {kPollNotFound, "poll_404", Moment::kPoll, kPolls, kPolls, Extra::kNone, "a poll is answered with 404"},
    {kPollQuota, "poll_429", Moment::kPoll, kPolls, kPolls, Extra::kRetryAfter,
     "a poll is answered with 429 and RetryInfo (retry_after)"},
    {kPollInternal, "poll_500", Moment::kPoll, kPolls, kPolls, Extra::kNone, "a poll is answered with 500"},
    {kPollOverloaded, "poll_503", Moment::kPoll, kPolls, kPolls, Extra::kNone, "a poll is answered with 503"},
    {kPollGarbage, "poll_garbage", Moment::kPoll, kPolls, kPolls, Extra::kNone,
     "a poll is answered with 200 and something that is not JSON"},
    {kPollNameInvalid, "poll_name_invalid", Moment::kPoll, kPolls, kPolls, Extra::kNone,
     "a poll is answered with 400, \"Invalid interaction name\""},
    {kRedirect, "redirect", Moment::kDownload, kFiles, kFiles, Extra::kNone,
     "302 to another path of the same host, where the key is needed again"},
    {kRedirectOtherHost, "redirect_other_host", Moment::kDownload, kFiles, kFiles, Extra::kNone,
     "302 to another loopback host, which must not be sent the key"},
    {kTruncated, "truncated", Moment::kDownload, kFiles, kFiles, Extra::kNone,
     "half of the promised bytes, then the connection is cut"},
    {kStalled, "stalled", Moment::kDownload, kFiles, kFiles, Extra::kDelay,
     "half of the promised bytes, then silence (delay, default 60s), then the connection is cut"},
    {kEmptyFile, "empty_file", Moment::kDownload, kFiles, kFiles, Extra::kNone, "200 without a byte"},
    {kWrongType, "wrong_type", Moment::kDownload, kFiles, kFiles, Extra::kNone, "200 with an HTML page"},
    {kDownloadForbidden, "download_403", Moment::kDownload, kFiles, kFiles, Extra::kNone, "403 as for an expired file"},
    {kDownloadNotFound, "download_404", Moment::kDownload, kFiles, kFiles, Extra::kNone, "404"},
    {kDownloadInternal, "download_500", Moment::kDownload, kFiles, kFiles, Extra::kNone, "500 INTERNAL"},
    {kInteractionRequiresAction, "interaction_requires_action", Moment::kInteractionOutcome, kStarts, kStarts,
     Extra::kNone, "the interaction ends as requires_action, without a video"},
    {kInteractionBudgetExceeded, "interaction_budget_exceeded", Moment::kInteractionOutcome, kStarts, kStarts,
     Extra::kNone, "the interaction ends as budget_exceeded, without a video"},
    {kInteractionIncomplete, "interaction_incomplete", Moment::kInteractionOutcome, kStarts, kStarts, Extra::kNone,
     "the interaction ends as incomplete, without a video"},
    {kFileStaysProcessing, "file_stays_processing", Moment::kInteractionOutcome, kStarts, kStarts, Extra::kNone,
     "the interaction is completed by address, and its file stays PROCESSING"},
    {kFileFails, "file_fails", Moment::kInteractionOutcome, kStarts, kStarts, Extra::kNone,
     "the interaction is completed by address, and its file is FAILED"},
    {kInteractionWords, "interaction_words", Moment::kInteractionOutcome, kStarts, kStarts, Extra::kNone,
     "the interaction is completed with a text instead of a video"},
    {kTokenRefused, "token_refused", Moment::kToken, kTokens, kTokens, Extra::kNone,
     "no access token: 400 invalid_grant, from the metadata server 403"},
    {kStoryboardMaxTokens, "storyboard_max_tokens", Moment::kStoryboard, kStoryboards, kStoryboards, Extra::kNone,
     "a storyboard breaks off in the middle, finishReason MAX_TOKENS"},
    {kStoryboardBlocked, "storyboard_blocked", Moment::kStoryboard, kStoryboards, kStoryboards, Extra::kNone,
     "promptFeedback.blockReason and no candidates"},
    {kStoryboardOffSchema, "storyboard_off_schema", Moment::kStoryboard, kStoryboards, kStoryboards, Extra::kNone,
     "a storyboard is JSON of another shape than the schema's"},
    {kStoryboardThoughts, "storyboard_thoughts", Moment::kStoryboard, kStoryboards, kStoryboards, Extra::kNone,
     "a storyboard comes in two parts, after a part with thought:true"},
});

constexpr bool RowsAreInOrder() {
  for (size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].kind != static_cast<FaultKind>(i)) return false;
  }
  return true;
}
static_assert(RowsAreInOrder(), "a kind's row is found by its value");

const KindRow& RowOf(FaultKind kind) { return kRows[static_cast<size_t>(kind)]; }

constexpr std::array<std::string_view, 6> kCalls = {"start", "poll", "model", "file", "token", "storyboard"};

absl::Status Wrong(std::string_view field, std::string_view value, std::string_view right) {
  return absl::InvalidArgumentError(
      absl::StrCat(Absl(field), ": \"", Absl(value), "\" is not understood; ", Absl(right)));
}

std::string AllNames() {
  return absl::StrJoin(kRows, ", ", [](std::string* out, const KindRow& row) { out->append(row.name); });
}

absl::Status SetKind(Fault& fault, std::string_view value) {
  for (const KindRow& row : kRows) {
    if (row.name != value) continue;
    fault.kind = row.kind;
    return absl::OkStatus();
  }
  return Wrong("kind", value, "it is one of " + AllNames());
}

absl::Status SetProbability(Fault& fault, std::string_view value) {
  double parsed = 0;
  if (!absl::SimpleAtod(Absl(value), &parsed) || !(parsed >= 0 && parsed <= 1)) {
    return Wrong("probability", value, "it is a number from 0 to 1");
  }
  fault.probability = parsed;
  return absl::OkStatus();
}

absl::Status SetCount(Fault& fault, std::string_view value) {
  int64_t parsed = 0;
  if (!absl::SimpleAtoi(Absl(value), &parsed) || parsed < 0) {
    return Wrong("count", value, "it is a whole number from 0, or left out for no limit");
  }
  fault.count = parsed;
  return absl::OkStatus();
}

absl::Status SetOn(Fault& fault, std::string_view value) {
  const auto found = std::find(kCalls.begin(), kCalls.end(), value);
  if (found == kCalls.end()) return Wrong("on", value, "it is one of start, poll, model, file, token, storyboard");
  const Call call = static_cast<Call>(found - kCalls.begin());
  if ((RowOf(fault.kind).calls & Bit(call)) == 0) {
    return Wrong("on", value, absl::StrCat("kind ", Absl(FaultName(fault.kind)), " cannot happen there"));
  }
  fault.on = call;
  return absl::OkStatus();
}

absl::Status SetDuration(absl::Duration& field, std::string_view name, std::string_view value) {
  absl::Duration parsed;
  if (!absl::ParseDuration(Absl(value), &parsed) || parsed < absl::ZeroDuration() || parsed > absl::Hours(24)) {
    return Wrong(name, value, "it is a duration such as 1500ms or 34s, at most 24h");
  }
  field = parsed;
  return absl::OkStatus();
}

absl::Status SetCode(Fault& fault, std::string_view value) {
  int parsed = 0;
  if (!absl::SimpleAtoi(Absl(value), &parsed) || parsed < 1 || parsed > 999) {
    return Wrong("code", value, "it is a number from 1 to 999, usually a google.rpc.Code such as 3 or 13");
  }
  fault.code = parsed;
  return absl::OkStatus();
}

absl::Status RequireExtra(const Fault& fault, Extra extra, std::string_view name) {
  if (RowOf(fault.kind).extra == extra) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(Absl(name), ": kind ", Absl(FaultName(fault.kind)), " does not use it; leave it out"));
}

}  // namespace

std::string_view FaultName(FaultKind kind) { return RowOf(kind).name; }

absl::Status SetFaultField(Fault& fault, std::string_view name, std::string_view value) {
  if (name == "kind") return SetKind(fault, value);
  if (name == "probability") return SetProbability(fault, value);
  if (name == "count") return SetCount(fault, value);
  if (name == "on") return SetOn(fault, value);
  if (name == "hits") return absl::OkStatus();
  if (name == "model") {
    fault.model = std::string(value);
    return absl::OkStatus();
  }
  if (name == "prompt") {
    fault.prompt = std::string(value);
    return absl::OkStatus();
  }
  if (name == "delay") {
    const absl::Status used = RequireExtra(fault, Extra::kDelay, name);
    return used.ok() ? SetDuration(fault.delay, name, value) : used;
  }
  if (name == "retry_after") {
    const absl::Status used = RequireExtra(fault, Extra::kRetryAfter, name);
    return used.ok() ? SetDuration(fault.retry_after, name, value) : used;
  }
  if (name == "code") {
    const absl::Status used = RequireExtra(fault, Extra::kCode, name);
    return used.ok() ? SetCode(fault, value) : used;
  }
  return absl::InvalidArgumentError(absl::StrCat(
      Absl(name),
      ": no such field; the fields are kind, probability, count, model, prompt, on, delay, retry_after, code"));
}

absl::StatusOr<Fault> ParseFault(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (const absl::string_view part : absl::StrSplit(Absl(text), ',')) {
    if (!absl::StrContains(part, "="))
      return Wrong("fault", text, "it is like kind=lost_answer,probability=0.1,count=5");
    fields.push_back(absl::StrSplit(part, absl::MaxSplits('=', 1)));
  }
  if (fields.front().first != "kind") return Wrong("fault", text, "it begins with kind=");
  Fault fault;
  for (const auto& [name, value] : fields) {
    const absl::Status set = SetFaultField(fault, name, value);
    if (!set.ok()) return set;
  }
  return fault;
}

std::vector<std::pair<std::string, std::string>> FaultSettings(const Fault& fault) {
  std::vector<std::pair<std::string, std::string>> settings;
  if (!fault.model.empty()) settings.emplace_back("model", fault.model);
  if (!fault.prompt.empty()) settings.emplace_back("prompt", fault.prompt);
  if (fault.on.has_value()) settings.emplace_back("on", kCalls[static_cast<size_t>(*fault.on)]);
  const Extra extra = RowOf(fault.kind).extra;
  if (extra == Extra::kDelay) settings.emplace_back("delay", absl::FormatDuration(fault.delay));
  if (extra == Extra::kRetryAfter) settings.emplace_back("retry_after", absl::FormatDuration(fault.retry_after));
  if (extra == Extra::kCode) settings.emplace_back("code", absl::StrCat(fault.code));
  return settings;
}

std::string DescribeFaultKinds() {
  std::string text;
  for (const KindRow& row : kRows) {
    std::string name(row.name);
    name.resize(std::max<size_t>(name.size() + 1, 28), ' ');
    absl::StrAppend(&text, "  ", name, Absl(row.effect), "\n");
  }
  return text;
}

void FaultPlan::Set(std::vector<Fault> faults) {
  const std::lock_guard lock(mutex_);
  faults_ = std::move(faults);
}

void FaultPlan::Add(Fault fault) {
  const std::lock_guard lock(mutex_);
  faults_.push_back(std::move(fault));
}

std::vector<Fault> FaultPlan::faults() const {
  const std::lock_guard lock(mutex_);
  return faults_;
}

std::optional<Fault> FaultPlan::Draw(Moment moment, const Occasion& occasion) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(faults_.begin(), faults_.end(),
                                  [&](const Fault& fault) { return ComesUp(fault, moment, occasion); });
  if (found == faults_.end()) return std::nullopt;
  ++found->hits;
  if (found->count.has_value()) --*found->count;
  return *found;
}

bool FaultPlan::ComesUp(const Fault& fault, Moment moment, const Occasion& occasion) {
  const KindRow& row = RowOf(fault.kind);
  const unsigned calls = fault.on.has_value() ? Bit(*fault.on) : row.default_calls;
  if (row.moment != moment || (calls & Bit(occasion.call)) == 0) return false;
  if (fault.count == 0) return false;
  if (!fault.model.empty() && fault.model != occasion.model) return false;
  if (occasion.prompt.find(fault.prompt) == std::string_view::npos) return false;
  // Drawn from the bits themselves: the library's distributions differ between implementations.
  return std::ldexp(static_cast<double>(random_() >> 11), -53) < fault.probability;
}

}  // namespace videojobs::simulator
