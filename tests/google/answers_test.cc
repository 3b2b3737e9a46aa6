#include "adapters/google/answers.h"

#include <string>

#include "adapters/http/failure.h"
#include "gtest/gtest.h"

namespace videojobs::google {
namespace {

TEST(OutcomeOfNoAnswer, NothingSent_RefusedAndTheLaneClosesBriefly) {
  const StartOutcome outcome = OutcomeOfNoAnswer(
      http::WithFailure(absl::UnavailableError("could not connect"), http::TransportFailure::kNothingSent));
  EXPECT_EQ(outcome.kind, OutcomeKind::kRefused);
  EXPECT_EQ(outcome.lane_reason, LaneReason::kOverloaded);
  EXPECT_EQ(outcome.lane_closed_for, absl::Seconds(15));
  EXPECT_EQ(outcome.http_status, 0);
}

TEST(UnknownUnder, NamesOfAnyForm_EscapedAndShortened) {
  const auto detail = [](const Json& name) {
    return UnknownUnder(name, "a name", 200, Hidden{"secret-key-0001", {}}).detail;
  };
  EXPECT_EQ(detail("operations/1"), "HTTP 200 with a name of unknown form: operations/1");
  EXPECT_EQ(detail(Json{{"id", "x"}}), R"(HTTP 200 with a name of unknown form: {\"id\":\"x\"})");
  EXPECT_EQ(detail("\x01 of secret-key-0001"), "HTTP 200 with a name of unknown form: \\x01 of [hidden]");
  EXPECT_EQ(detail(Json()), "HTTP 200 without a name");
  EXPECT_LE(detail(std::string(5000, '\x01')).size(), 300u);
}

TEST(OutcomeOfNoAnswer, AnythingMaybeSent_Unknown) {
  for (const absl::Status& status :
       {http::WithFailure(absl::UnavailableError("reset"), http::TransportFailure::kMaybeSent),
        http::WithFailure(absl::DeadlineExceededError("silence"), http::TransportFailure::kMaybeSent),
        absl::InternalError("not marked at all")}) {
    EXPECT_EQ(OutcomeOfNoAnswer(status).kind, OutcomeKind::kUnknown) << status;
  }
}

http::Response Response(int status, std::string body = "") {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

TEST(StatusOfDownload, Statuses_NotFoundOrUnavailable) {
  for (const int status : {403, 404}) EXPECT_TRUE(absl::IsNotFound(StatusOfDownload(Response(status), Hidden{})));
  for (const int status : {302, 400, 401, 429, 500, 503}) {
    EXPECT_TRUE(absl::IsUnavailable(StatusOfDownload(Response(status), Hidden{}))) << status;
  }
}

// What stands between us and Google says nothing about Google's copy.
TEST(StatusOfDownload, PageInPlaceOfAnAnswer_Unavailable) {
  for (const char* page : {"<!DOCTYPE html><title>404</title>", "\n<html><body>blocked by your proxy</body></html>"}) {
    for (const int status : {403, 404}) {
      EXPECT_TRUE(absl::IsUnavailable(StatusOfDownload(Response(status, page), Hidden{}))) << page;
    }
  }
  EXPECT_TRUE(absl::IsNotFound(StatusOfDownload(Response(404, "No such object: bucket/video.mp4"), Hidden{})));
}

TEST(StatusOfNoDownload, Failures_KeepWhatSaysMore) {
  for (const absl::Status& told :
       {absl::DataLossError("cut"), absl::DeadlineExceededError("slow"), absl::CancelledError("the server stops")}) {
    EXPECT_EQ(StatusOfNoDownload(told), told);
  }
  EXPECT_EQ(StatusOfNoDownload(absl::InternalError("odd")), absl::UnavailableError("odd"));
}

http::Response Refusal(int status, const std::string& grpc_status, const std::string& message) {
  http::Response response = Response(status);
  response.body = Json{{"error", {{"code", status}, {"status", grpc_status}, {"message", message}}}}.dump();
  return response;
}

http::Response InWords(int status, const std::string& code) {
  http::Response response = Response(status);
  response.body = Json{{"error", {{"code", code}, {"message", "No."}}}}.dump();
  return response;
}

TEST(WordsOf, CodeThatIsAWord_IsSaid) {
  EXPECT_EQ(WordsOf(InWords(429, "quota_exceeded"), Hidden{}), "HTTP 429 quota_exceeded: No.");
  EXPECT_EQ(WordsOf(InWords(429, "made_up"), Hidden{}), "HTTP 429 without an error of Google's");
}

TEST(StatusOfCheck, Answers_SayWhoseMatterItIs) {
  EXPECT_TRUE(StatusOfCheck(Response(200), Hidden{}).ok());
  const struct {
    http::Response response;
    absl::StatusCode code;
  } rows[] = {
      {Refusal(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
       absl::StatusCode::kPermissionDenied},
      {Refusal(404, "NOT_FOUND", "models/veo-3.1 is not found"), absl::StatusCode::kNotFound},
      {Refusal(402, "FAILED_PRECONDITION", "pay"), absl::StatusCode::kFailedPrecondition},
      {Refusal(429, "RESOURCE_EXHAUSTED", "slow down"), absl::StatusCode::kUnavailable},
      {Refusal(418, "", "a teapot"), absl::StatusCode::kUnavailable},
      {Response(500), absl::StatusCode::kUnavailable},
      {InWords(401, "authentication"), absl::StatusCode::kPermissionDenied},
      {InWords(404, "not_found"), absl::StatusCode::kNotFound},
      {InWords(402, "payment_required"), absl::StatusCode::kFailedPrecondition},
      {InWords(429, "rate_limit_exceeded"), absl::StatusCode::kUnavailable},
      {InWords(503, "service_unavailable"), absl::StatusCode::kUnavailable},
  };
  for (const auto& row : rows) EXPECT_EQ(StatusOfCheck(row.response, Hidden{}).code(), row.code) << row.response.body;
}

TEST(AnswerOfNoPoll, NoAnswer_IsTroubleInOneLine) {
  const PollAnswer answer = AnswerOfNoPoll(absl::UnavailableError("reset\nby peer"));
  EXPECT_EQ(answer.kind, PollKind::kTroubled);
  EXPECT_EQ(answer.http_status, 0);
  EXPECT_EQ(answer.detail, "reset by peer");
}

TEST(AnswerOfOperationError, WithoutWordsOrAKnownCode_SaysWhatItHas) {
  EXPECT_EQ(AnswerOfOperationError(Json{{"code", 13}}, 200, Hidden{}).detail,
            "Google ended the operation with error 13 INTERNAL: no reason given");
  EXPECT_EQ(AnswerOfOperationError(Json{{"code", 77}, {"message", "odd"}}, 200, Hidden{}).detail,
            "Google ended the operation with error 77: odd");
  EXPECT_EQ(AnswerOfOperationError(Json{{"code", "api_error"}, {"message", "odd"}}, 200, Hidden{}).detail,
            "Google ended the operation with error api_error: odd");
  EXPECT_EQ(AnswerOfOperationError(Json{{"code", "13"}}, 200, Hidden{}).detail,
            "Google ended the operation with error 13 INTERNAL: no reason given");
  EXPECT_EQ(AnswerOfOperationError(Json{{"code", {}}}, 200, Hidden{}).detail,
            "Google ended the operation with error 0: no reason given");
}

TEST(AnswerOfNoVideo, ReasonsOrACount_AreTheFilters) {
  const Json reasons = Json::array({"", 7, "violence", "hate"});
  EXPECT_EQ(AnswerOfNoVideo(reasons, 0, 200, Hidden{}).detail, "violence hate");
  EXPECT_EQ(AnswerOfNoVideo(Json(), 1, 200, Hidden{}).reason, FailureReason::kFiltered);
  EXPECT_EQ(AnswerOfNoVideo(Json(), 0, 200, Hidden{}).reason, FailureReason::kGenerationFailed);
}

TEST(IsAddress, OnlyPlainVisibleText) {
  EXPECT_TRUE(IsAddress("gs://bucket/a.mp4"));
  for (const char* uri : {"", "gs://bucket/a b.mp4", "gs://bucket/\x01", "gs://bucket/\xc3\xa9"}) {
    EXPECT_FALSE(IsAddress(uri)) << uri;
  }
}

}  // namespace
}  // namespace videojobs::google
