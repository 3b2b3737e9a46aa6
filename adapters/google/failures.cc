#include "adapters/google/failures.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "adapters/google/error_codes.h"

namespace videojobs::google {
namespace {

constexpr absl::Duration kAccountTrouble = absl::Minutes(10);  // a person has to act: asked again now and then
constexpr absl::Duration kShortestWait = absl::Seconds(1);
constexpr absl::Duration kLongestWait = absl::Hours(25);  // a day that changes from summer time

// Google may be late with the new day's quota, and our clock ahead of Google's.
constexpr absl::Duration kUnsureAfterMidnight = absl::Hours(1);
constexpr absl::Duration kWhileUnsure = absl::Minutes(15);
constexpr absl::Duration kPastMidnight = absl::Minutes(2);

constexpr absl::string_view kErrors = "https://ai.google.dev/gemini-api/docs/troubleshooting";
constexpr absl::string_view kLimits = "https://ai.google.dev/gemini-api/docs/rate-limits";
constexpr absl::string_view kInteractionErrors = "https://ai.google.dev/gemini-api/docs/api-errors";

constexpr std::array kRefusalRules = {
    RefusalRule{400, "API_KEY_INVALID", LaneReason::kBadKey, Wait::kFixed, kAccountTrouble,
                "Google does not accept the API key", kErrors},
    RefusalRule{400, "API key not valid", LaneReason::kBadKey, Wait::kFixed, kAccountTrouble,
                "Google does not accept the API key", kErrors},
    RefusalRule{400, "API key expired", LaneReason::kBadKey, Wait::kFixed, kAccountTrouble,
                "Google does not accept the API key", "https://github.com/continuedev/continue/issues/11336"},
    RefusalRule{400, "FAILED_PRECONDITION", LaneReason::kBilling, Wait::kFixed, kAccountTrouble,
                "Google does not serve this account as it is; enabling billing usually helps", kErrors},
    RefusalRule{400, "billing", LaneReason::kBilling, Wait::kFixed, kAccountTrouble,
                "Google wants billing to be set up", kErrors},
    RefusalRule{400, "", LaneReason::kBilling, Wait::kFixed, kAccountTrouble,
                "Google does not serve this account as it is; enabling billing usually helps", kInteractionErrors,
                "failed_precondition"},
    RefusalRule{400, "", LaneReason::kNone, Wait::kFixed, absl::ZeroDuration(), "Google refused this request",
                kInteractionErrors, "invalid_request"},
    RefusalRule{400, "", LaneReason::kNone, Wait::kFixed, absl::ZeroDuration(), "Google refused this request",
                kInteractionErrors, "parameter_unknown"},
    RefusalRule{400, "", LaneReason::kNone, Wait::kFixed, absl::ZeroDuration(), "Google refused this request", kErrors},

    RefusalRule{401, "billing", LaneReason::kBilling, Wait::kFixed, kAccountTrouble,
                "Google wants billing to be set up", "https://google.aip.dev/193 (unverified)"},
    RefusalRule{401, "", LaneReason::kBadKey, Wait::kFixed, kAccountTrouble, "Google does not accept the API key",
                kInteractionErrors, "authentication"},
    RefusalRule{401, "", LaneReason::kBadKey, Wait::kFixed, kAccountTrouble, "Google does not accept the API key",
                "https://cloud.google.com/apis/design/errors"},

    RefusalRule{402, "", LaneReason::kBilling, Wait::kFixed, kAccountTrouble, "Google wants to be paid",
                kInteractionErrors, "payment_required"},
    RefusalRule{402, "", LaneReason::kBilling, Wait::kFixed, kAccountTrouble, "Google wants to be paid",
                "https://ai.google.dev/gemini-api/docs/billing (unverified)"},

    RefusalRule{403, "billing", LaneReason::kBilling, Wait::kFixed, kAccountTrouble,
                "Google wants billing to be set up",
                "https://github.com/pgmichael/wavenet-for-chrome/issues/83 (of another of Google's APIs)"},
    RefusalRule{403, "", LaneReason::kBadKey, Wait::kFixed, kAccountTrouble, "Google does not let this API key do that",
                kInteractionErrors, "permission_denied"},
    RefusalRule{403, "", LaneReason::kBadKey, Wait::kFixed, kAccountTrouble, "Google does not let this API key do that",
                kErrors},

    RefusalRule{404, "", LaneReason::kModelUnavailable, Wait::kFixed, kAccountTrouble,
                "Google does not offer this model, or not to this API key", kInteractionErrors, "model_not_found"},
    RefusalRule{404, "", LaneReason::kModelUnavailable, Wait::kFixed, kAccountTrouble,
                "Google does not offer this model, or not to this API key", kInteractionErrors, "not_found"},
    RefusalRule{404, "", LaneReason::kModelUnavailable, Wait::kFixed, kAccountTrouble,
                "Google does not offer this model, or not to this API key",
                "https://github.com/google-gemini/cookbook/issues/706"},

    RefusalRule{429, "credits are depleted", LaneReason::kBilling, Wait::kFixed, kAccountTrouble,
                "Google wants to be paid", "https://github.com/dyad-sh/dyad/issues/3626"},
    // Before any RetryInfo: that may ask for seconds, which does not help against a quota per day.
    RefusalRule{429, "PerDay", LaneReason::kQuota, Wait::kMidnightPacific, absl::ZeroDuration(),
                "the day's quota at Google is used up", kLimits},
    RefusalRule{429, "spend-based rate limit", LaneReason::kQuota, Wait::kAsAsked, absl::Minutes(10),
                "Google limits what may be spent in ten minutes", kLimits},
    RefusalRule{429, "", LaneReason::kQuota, Wait::kMidnightPacific, absl::ZeroDuration(),
                "the day's quota at Google is used up", kInteractionErrors, "quota_exceeded"},
    RefusalRule{429, "", LaneReason::kQuota, Wait::kAsAsked, absl::Seconds(60), "the quota at Google is used up",
                kInteractionErrors, "rate_limit_exceeded"},
    RefusalRule{429, "", LaneReason::kQuota, Wait::kAsAsked, absl::Seconds(60), "the quota at Google is used up",
                kInteractionErrors, "too_many_requests"},
    RefusalRule{429, "", LaneReason::kQuota, Wait::kAsAsked, absl::Seconds(60), "the quota at Google is used up",
                kLimits},

    // Both are said of text models; of Veo on this API nobody was seen to get them (unverified). The Interactions API's
    // service_unavailable alone may as well mean that Google was down in the middle of a start.
    RefusalRule{503, "model is overloaded", LaneReason::kOverloaded, Wait::kAsAsked, absl::Seconds(30),
                "Google is overloaded", "https://github.com/google-gemini/gemini-cli/issues/5191"},
    RefusalRule{503, "currently experiencing high demand", LaneReason::kOverloaded, Wait::kAsAsked, absl::Seconds(30),
                "Google is overloaded", "https://github.com/continuedev/continue/issues/11549"},
};

// Words by which Google's messages name its safety rules. "Support codes" stand for categories of them:
// https://cloud.google.com/vertex-ai/generative-ai/docs/video/responsible-ai-and-usage-guidelines
constexpr std::array<absl::string_view, 5> kSafetyWords = {"support code", "usage guidelines", "safety",
                                                           "responsible ai", "prohibited"};

struct CodeRow {
  int rpc;
  int http;
  absl::string_view name;
  bool may_be_safety;  // else the code says that the trouble was Google's own, whatever the words
};

// https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto, HTTP statuses as mapped there. Where
// several have one status the first one counts.
constexpr std::array kCodes = {
    CodeRow{1, 499, "CANCELLED", false},        CodeRow{2, 0, "UNKNOWN", true},
    CodeRow{3, 400, "INVALID_ARGUMENT", true},  CodeRow{4, 504, "DEADLINE_EXCEEDED", false},
    CodeRow{5, 404, "NOT_FOUND", false},        CodeRow{6, 409, "ALREADY_EXISTS", false},
    CodeRow{7, 403, "PERMISSION_DENIED", true}, CodeRow{8, 429, "RESOURCE_EXHAUSTED", false},
    CodeRow{9, 0, "FAILED_PRECONDITION", true}, CodeRow{10, 0, "ABORTED", false},
    CodeRow{11, 0, "OUT_OF_RANGE", true},       CodeRow{12, 501, "UNIMPLEMENTED", false},
    CodeRow{13, 500, "INTERNAL", false},        CodeRow{14, 503, "UNAVAILABLE", false},
    CodeRow{15, 0, "DATA_LOSS", false},         CodeRow{16, 401, "UNAUTHENTICATED", false},
};

bool Mentions(absl::string_view words, absl::string_view marker) {
  return absl::StrContains(absl::AsciiStrToLower(words), absl::AsciiStrToLower(marker));
}

absl::TimeZone Pacific() {
  absl::TimeZone pacific;
  if (!absl::LoadTimeZone("America/Los_Angeles", &pacific)) pacific = absl::FixedTimeZone(-8 * 60 * 60);
  return pacific;
}

// Just after midnight it is more likely the old day's quota than a new one that is used up already.
Closing UntilDailyQuota(absl::Time now) {
  const absl::TimeZone pacific = Pacific();
  const absl::Duration since = now - absl::FromCivil(absl::ToCivilDay(now, pacific), pacific);
  if (since < kUnsureAfterMidnight) return {kWhileUnsure, false};
  return {UntilMidnightPacific(now) + kPastMidnight};
}

bool NamesSafety(absl::string_view words) {
  return std::any_of(kSafetyWords.begin(), kSafetyWords.end(),
                     [&](absl::string_view word) { return Mentions(words, word); });
}

const CodeRow* FindCode(int code) {
  const auto found = std::find_if(kCodes.begin(), kCodes.end(), [&](const CodeRow& row) {
    return code != 0 && (row.rpc == code || row.http == code);
  });
  return found == kCodes.end() ? nullptr : &*found;
}

}  // namespace

absl::Span<const RefusalRule> RefusalRules() { return kRefusalRules; }

const RefusalRule* FindRefusal(const Envelope& envelope) {
  const std::string words =
      absl::StrCat(envelope.status, "\n", envelope.message, "\n", absl::StrJoin(envelope.reasons, "\n"), "\n",
                   absl::StrJoin(envelope.quota_ids, "\n"));
  const auto found = std::find_if(kRefusalRules.begin(), kRefusalRules.end(), [&](const RefusalRule& rule) {
    return rule.http_status == envelope.code && (rule.code.empty() || rule.code == envelope.status) &&
           Mentions(words, rule.marker);
  });
  return found == kRefusalRules.end() ? nullptr : &*found;
}

Closing ClosedFor(const RefusalRule& rule, const Envelope& envelope, std::optional<absl::Duration> retry_after,
                  absl::Time now) {
  if (rule.lane == LaneReason::kNone) return {absl::ZeroDuration()};
  const auto bounded = [](absl::Duration wait) { return std::clamp(wait, kShortestWait, kLongestWait); };
  if (rule.wait == Wait::kMidnightPacific) return UntilDailyQuota(now);
  const auto asked = envelope.retry_delay ? envelope.retry_delay : retry_after;
  if (rule.wait == Wait::kAsAsked && asked) return {bounded(*asked)};
  return {bounded(rule.closed_for), false};
}

absl::Duration UntilMidnightPacific(absl::Time now) {
  const absl::TimeZone pacific = Pacific();
  return absl::FromCivil(absl::ToCivilDay(now, pacific) + 1, pacific) - now;
}

FailureReason ClassifyOperationError(int code, absl::string_view message) {
  const CodeRow* row = FindCode(code);
  const bool may_be_safety = row == nullptr || row->may_be_safety;
  return may_be_safety && NamesSafety(message) ? FailureReason::kFiltered : FailureReason::kGenerationFailed;
}

FailureReason ClassifyOperationError(absl::string_view code, absl::string_view message) {
  const ErrorCode* known = FindErrorCode(code);
  const bool says_so = NamesSafety(message) || NamesSafety(code) || Mentions(code, "blocked");
  const Blame blame = known == nullptr ? Blame::kRequest : known->blame;
  const bool filtered = blame == Blame::kContent || (blame == Blame::kRequest && says_so);
  return filtered ? FailureReason::kFiltered : FailureReason::kGenerationFailed;
}

absl::string_view CodeName(int code) {
  const CodeRow* row = FindCode(code);
  return row == nullptr ? "" : row->name;
}

}  // namespace videojobs::google
