#include "adapters/google/failures.h"

#include <set>
#include <string>
#include <utility>

#include "adapters/lanes.h"
#include "gtest/gtest.h"

namespace videojobs::google {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);

Envelope Of(int code, std::string status, std::string message) {
  Envelope envelope;
  envelope.code = code;
  envelope.status = std::move(status);
  envelope.message = std::move(message);
  return envelope;
}

absl::Time Pacific(int year, int month, int day, int hour, int utc_offset_hours) {
  return absl::FromCivil(absl::CivilHour(year, month, day, hour), absl::FixedTimeZone(utc_offset_hours * 3600));
}

TEST(RefusalRules, EveryRow_HasReasonAndPublicSource) {
  for (const RefusalRule& rule : RefusalRules()) {
    EXPECT_FALSE(rule.why.empty());
    EXPECT_EQ(rule.source.substr(0, 8), "https://") << rule.why;
  }
}

TEST(RefusalRules, Statuses_OnlyThoseThatCreateNothing) {
  const std::set<int> sure = {400, 401, 402, 403, 404, 429, 503};
  for (const RefusalRule& rule : RefusalRules()) {
    EXPECT_EQ(sure.count(rule.http_status), 1u) << rule.http_status;
    EXPECT_FALSE(rule.http_status == 503 && rule.marker.empty()) << "503 counts with a listed message only";
  }
}

// Written by hand, apart from the table.
TEST(FindRefusal, EachKnownAnswer_ItsLane) {
  struct Case {
    Envelope envelope;
    LaneReason lane;
  };
  const Case cases[] = {
      {Of(400, "INVALID_ARGUMENT", "The value type for `durationSeconds` needs to be a number."), LaneReason::kNone},
      {Of(400, "INVALID_ARGUMENT", "`negativePrompt` isn't supported by this model."), LaneReason::kNone},
      {Of(400, "INVALID_ARGUMENT", "allow_adult for personGeneration is currently not supported."), LaneReason::kNone},
      {Of(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."), LaneReason::kBadKey},
      {Of(400, "INVALID_ARGUMENT", "API key expired. Please renew the API key."), LaneReason::kBadKey},
      {Of(400, "FAILED_PRECONDITION", "Please enable billing on your project."), LaneReason::kBilling},
      {Of(400, "FAILED_PRECONDITION", "User location is not supported for the API use."), LaneReason::kBilling},
      {Of(400, "INVALID_ARGUMENT", "Veo is for Billed users: set up BILLING."), LaneReason::kBilling},
      {Of(401, "UNAUTHENTICATED", "Request had invalid authentication credentials."), LaneReason::kBadKey},
      {Of(402, "FAILED_PRECONDITION", "Your prepayment credits are depleted."), LaneReason::kBilling},
      {Of(403, "PERMISSION_DENIED", "Your API key was reported as leaked."), LaneReason::kBadKey},
      {Of(403, "PERMISSION_DENIED", "This API method requires billing to be enabled."), LaneReason::kBilling},
      {Of(404, "NOT_FOUND", "models/veo-3.1-generate-preview is no longer available."), LaneReason::kModelUnavailable},
      {Of(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."), LaneReason::kQuota},
      {Of(429, "RESOURCE_EXHAUSTED", "check your plan and billing details"), LaneReason::kQuota},
      {Of(429, "RESOURCE_EXHAUSTED", "Your prepayment credits are depleted."), LaneReason::kBilling},
      {Of(503, "UNAVAILABLE", "The model is overloaded. Please try again later."), LaneReason::kOverloaded},
      {Of(503, "UNAVAILABLE", "This model is currently experiencing high demand."), LaneReason::kOverloaded},
      {Of(400, "invalid_request", "Unknown name."), LaneReason::kNone},
      {Of(400, "parameter_unknown", "Unknown name."), LaneReason::kNone},
      {Of(400, "content_blocked", "The input was blocked."), LaneReason::kNone},
      {Of(400, "invalid_request", "API key not valid. Please pass a valid API key."), LaneReason::kBadKey},
      {Of(400, "failed_precondition", "No."), LaneReason::kBilling},
      {Of(401, "authentication", "No."), LaneReason::kBadKey},
      {Of(402, "payment_required", "No."), LaneReason::kBilling},
      {Of(403, "permission_denied", "No."), LaneReason::kBadKey},
      {Of(404, "model_not_found", "No."), LaneReason::kModelUnavailable},
      {Of(404, "not_found", "No."), LaneReason::kModelUnavailable},
      {Of(429, "rate_limit_exceeded", "No."), LaneReason::kQuota},
      {Of(429, "too_many_requests", "No."), LaneReason::kQuota},
      {Of(429, "quota_exceeded", "No."), LaneReason::kQuota},
      {Of(429, "quota_exceeded", "Your prepayment credits are depleted."), LaneReason::kBilling},
      {Of(503, "service_unavailable", "The model is overloaded."), LaneReason::kOverloaded},
  };
  for (const Case& row : cases) {
    const RefusalRule* rule = FindRefusal(row.envelope);
    ASSERT_NE(rule, nullptr) << row.envelope.message;
    EXPECT_EQ(Name(rule->lane), Name(row.lane)) << row.envelope.message;
  }
}

TEST(FindRefusal, ReasonInTheDetails_CountsAsItsMessage) {
  Envelope envelope = Of(400, "INVALID_ARGUMENT", "Bad.");
  envelope.reasons = {"API_KEY_INVALID"};
  ASSERT_NE(FindRefusal(envelope), nullptr);
  EXPECT_EQ(FindRefusal(envelope)->lane, LaneReason::kBadKey);
}

TEST(FindRefusal, AnswersAfterWhichAStartMayExist_Null) {
  for (const Envelope& envelope :
       {Of(500, "INTERNAL", "An internal error has occurred."), Of(503, "UNAVAILABLE", "The service is unavailable."),
        Of(503, "UNAVAILABLE", "The operation was cancelled."), Of(504, "DEADLINE_EXCEEDED", "Deadline expired."),
        Of(499, "CANCELLED", "Cancelled."), Of(409, "ABORTED", "Conflict."), Of(501, "UNIMPLEMENTED", "No."),
        Of(408, "", "Timeout."), Of(302, "FOUND", "API key not valid"),
        Of(503, "service_unavailable", "The service is temporarily overloaded or down."),
        Of(409, "already_exists", "No."), Of(409, "aborted", "No."), Of(416, "out_of_range", "No."),
        Of(499, "cancelled", "No."), Of(500, "api_error", "No."), Of(501, "unimplemented", "No."),
        Of(504, "deadline_exceeded", "No.")}) {
    EXPECT_EQ(FindRefusal(envelope), nullptr) << envelope.code;
  }
}

absl::Duration Closed(const Envelope& envelope, std::optional<absl::Duration> retry_after = std::nullopt) {
  return ClosedFor(*FindRefusal(envelope), envelope, retry_after, kNow).duration;
}

TEST(ClosedFor, Quota_AsTheAnswerAsks) {
  Envelope quota = Of(429, "RESOURCE_EXHAUSTED", "Quota.");
  EXPECT_EQ(Closed(quota), absl::Seconds(60));
  EXPECT_EQ(Closed(quota, absl::Seconds(7)), absl::Seconds(7));
  quota.retry_delay = absl::Milliseconds(600'500);
  EXPECT_EQ(Closed(quota, absl::Seconds(7)), absl::Milliseconds(600'500));
}

TEST(ClosedFor, AbsurdRequests_BetweenASecondAndADay) {
  Envelope quota = Of(429, "RESOURCE_EXHAUSTED", "Quota.");
  quota.retry_delay = -absl::Seconds(5);
  EXPECT_EQ(Closed(quota), absl::Seconds(1));
  quota.retry_delay = absl::InfiniteDuration();
  EXPECT_EQ(Closed(quota), absl::Hours(25));
}

TEST(ClosedFor, QuotaPerDay_UntilMidnightPacificWhateverRetryInfoSays) {
  Envelope daily = Of(429, "RESOURCE_EXHAUSTED", "Quota.");
  daily.quota_ids = {"GenerateRequestsPerDayPerProjectPerModel-FreeTier"};
  daily.retry_delay = absl::Seconds(34);
  EXPECT_EQ(Closed(daily), UntilMidnightPacific(kNow) + absl::Minutes(2));
}

TEST(ClosedFor, QuotaPerDayJustAfterMidnight_IsAGuessAndNotASecondDay) {
  Envelope daily = Of(429, "RESOURCE_EXHAUSTED", "Quota.");
  daily.quota_ids = {"GenerateRequestsPerDayPerProjectPerModel-FreeTier"};
  const auto closed = [&daily](absl::Time now) { return ClosedFor(*FindRefusal(daily), daily, std::nullopt, now); };
  const absl::Time midnight = Pacific(2026, 12, 1, 0, -8);
  for (const absl::Duration after : {absl::ZeroDuration(), absl::Minutes(59)}) {
    EXPECT_EQ(closed(midnight + after).duration, absl::Minutes(15));
    EXPECT_FALSE(closed(midnight + after).told);
  }
  EXPECT_EQ(closed(midnight + absl::Hours(1)).duration, absl::Hours(23) + absl::Minutes(2));
  EXPECT_TRUE(closed(midnight + absl::Hours(1)).told);
  EXPECT_EQ(closed(midnight - absl::Seconds(1)).duration, absl::Seconds(1) + absl::Minutes(2));
}

TEST(ClosedFor, WordsOfTheInteractionsApi_TheDayOrAsAsked) {
  EXPECT_EQ(Closed(Of(429, "quota_exceeded", "No."), absl::Seconds(7)), UntilMidnightPacific(kNow) + absl::Minutes(2));
  EXPECT_EQ(Closed(Of(429, "quota_exceeded", "You exceeded your spend-based rate limit.")), absl::Minutes(10));
  EXPECT_EQ(Closed(Of(429, "rate_limit_exceeded", "No."), absl::Seconds(7)), absl::Seconds(7));
  EXPECT_EQ(Closed(Of(429, "too_many_requests", "No.")), absl::Seconds(60));
  Envelope resource = Of(429, "RESOURCE_EXHAUSTED", "No.");
  resource.reasons = {"RESOURCE_QUOTA_EXCEEDED"};
  EXPECT_EQ(Closed(resource), absl::Seconds(60)) << "a reason that only sounds alike";
}

TEST(ClosedFor, OtherLanes_TheirOwnTimes) {
  EXPECT_EQ(Closed(Of(429, "RESOURCE_EXHAUSTED", "You exceeded your spend-based rate limit.")), absl::Minutes(10));
  EXPECT_EQ(Closed(Of(503, "UNAVAILABLE", "The model is overloaded.")), absl::Seconds(30));
  EXPECT_EQ(Closed(Of(401, "UNAUTHENTICATED", "No.")), absl::Minutes(10));
  EXPECT_EQ(Closed(Of(402, "FAILED_PRECONDITION", "No.")), absl::Minutes(10));
  EXPECT_EQ(Closed(Of(404, "NOT_FOUND", "No.")), absl::Minutes(10));
  EXPECT_EQ(Closed(Of(400, "INVALID_ARGUMENT", "No.")), absl::ZeroDuration());
}

TEST(UntilMidnightPacific, WinterNight_ToTheNextMidnight) {
  EXPECT_EQ(UntilMidnightPacific(Pacific(2026, 12, 1, 22, -8)), absl::Hours(2));
  EXPECT_EQ(UntilMidnightPacific(Pacific(2026, 12, 1, 0, -8)), absl::Hours(24));
}

TEST(UntilMidnightPacific, SummerNight_ToMidnightOfSummerTimeOrAnHourLater) {
  const absl::Duration until = UntilMidnightPacific(Pacific(2026, 7, 1, 22, -7));
  EXPECT_TRUE(until == absl::Hours(2) || until == absl::Hours(3)) << until;
}

TEST(ClassifyOperationError, SafetyWords_Filtered) {
  for (const char* message :
       {"Veo could not generate videos because the input image violates Vertex AI's usage guidelines. Support codes: "
        "15236754",
        "The prompt was blocked by safety filters.", "Blocked by our Responsible AI practices."}) {
    EXPECT_EQ(ClassifyOperationError(3, message), FailureReason::kFiltered) << message;
    EXPECT_EQ(ClassifyOperationError(400, message), FailureReason::kFiltered) << message;
    EXPECT_EQ(ClassifyOperationError(0, message), FailureReason::kFiltered) << message;
  }
}

TEST(ClassifyOperationError, EverythingElse_GenerationFailed) {
  EXPECT_EQ(ClassifyOperationError(3, "Unsupported aspect ratio."), FailureReason::kGenerationFailed);
  EXPECT_EQ(ClassifyOperationError(13, "Internal error in the prompt rewriter."), FailureReason::kGenerationFailed);
  EXPECT_EQ(ClassifyOperationError(13, "The safety service is down."), FailureReason::kGenerationFailed);
  EXPECT_EQ(ClassifyOperationError(503, "The safety service is down."), FailureReason::kGenerationFailed);
  EXPECT_EQ(ClassifyOperationError(14, ""), FailureReason::kGenerationFailed);
}

TEST(ClassifyOperationError, CodesThatAreWords_FilteredByTheCodeOrTheWords) {
  for (const char* code : {"safety", "prohibited_content", "image_safety", "spii", "blocklist", "recitation",
                           "language", "image_other", "content_blocked", "video_safety", "output_blocked"}) {
    EXPECT_EQ(ClassifyOperationError(code, ""), FailureReason::kFiltered) << code;
  }
  EXPECT_EQ(ClassifyOperationError("invalid_request", "Support codes: 1"), FailureReason::kFiltered);
  EXPECT_EQ(ClassifyOperationError("type.googleapis.com/x", "Prohibited content."), FailureReason::kFiltered);
  EXPECT_EQ(ClassifyOperationError("invalid_request", "Unsupported."), FailureReason::kGenerationFailed);
  EXPECT_EQ(ClassifyOperationError("api_error", "The safety service is down."), FailureReason::kGenerationFailed);
  EXPECT_EQ(ClassifyOperationError("malformed_function_call", ""), FailureReason::kGenerationFailed);
}

TEST(CodeName, BothNumberings_SameName) {
  const std::pair<std::pair<int, int>, absl::string_view> rows[] = {
      {{3, 400}, "INVALID_ARGUMENT"},   {{5, 404}, "NOT_FOUND"},        {{7, 403}, "PERMISSION_DENIED"},
      {{8, 429}, "RESOURCE_EXHAUSTED"}, {{13, 500}, "INTERNAL"},        {{14, 503}, "UNAVAILABLE"},
      {{4, 504}, "DEADLINE_EXCEEDED"},  {{16, 401}, "UNAUTHENTICATED"}, {{1, 499}, "CANCELLED"},
  };
  for (const auto& [codes, name] : rows) {
    EXPECT_EQ(CodeName(codes.first), name);
    EXPECT_EQ(CodeName(codes.second), name);
  }
  EXPECT_EQ(CodeName(0), "");
  EXPECT_EQ(CodeName(9), "FAILED_PRECONDITION");
  EXPECT_EQ(CodeName(777), "");
}

}  // namespace
}  // namespace videojobs::google
