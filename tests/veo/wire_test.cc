#include "adapters/veo/wire.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace videojobs::veo {
namespace {

using google::Hidden;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);
const std::string kName = "models/veo-3.1-generate-preview/operations/vz341u0pmdlc";
const std::string kPrompt = "A young plant turns its leaves towards the morning light.";
const Hidden kHidden{"AIzaSyA-secret-key-of-39-characters-0001", {kPrompt}};

http::Response Response(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

std::string Error(int code, const std::string& status, const std::string& message,
                  const json& details = json::array()) {
  return json{{"error", {{"code", code}, {"message", message}, {"status", status}, {"details", details}}}}.dump();
}

StartRequest Request() {
  StartRequest request;
  request.start_id = "start-1";
  request.options.model = "veo-3.1-generate-preview";
  request.scene = {kPrompt, 6};
  return request;
}

// --- start ----------------------------------------------------------------------------------------------------------

TEST(StartBody, Defaults_WhatTheApiTakesAndNothingElse) {
  EXPECT_EQ(json::parse(StartBody(Request())), json::parse(absl::StrCat(R"({"instances":[{"prompt":")", kPrompt, R"("}],
                        "parameters":{"aspectRatio":"16:9","durationSeconds":6,"resolution":"720p"}})")));
}

TEST(StartBody, Duration_IsANumber) {
  EXPECT_TRUE(json::parse(StartBody(Request()))["parameters"]["durationSeconds"].is_number_integer());
}

TEST(StartBody, NothingSaid_OnlyTheDuration) {
  StartRequest request = Request();
  request.options.aspect_ratio = request.options.resolution = "";
  EXPECT_EQ(json::parse(StartBody(request))["parameters"], json::parse(R"({"durationSeconds":6})"));
}

TEST(StartBody, PersonGeneration_OnlyWhenSet) {
  StartRequest request = Request();
  request.options.person_generation = "allow_adult";
  EXPECT_EQ(json::parse(StartBody(request))["parameters"]["personGeneration"], "allow_adult");
}

TEST(StartBody, NegativePrompt_OnlyWhenSet) {
  StartRequest request = Request();
  request.options.negative_prompt = "blurry";
  EXPECT_EQ(json::parse(StartBody(request))["parameters"]["negativePrompt"], "blurry");
}

TEST(StartBody, QuotesControlsAndNonAscii_SurviveAsTheyAre) {
  StartRequest request = Request();
  request.scene.prompt = std::string("He said \"é😀\"\n\t\\ \x01 </script>");
  EXPECT_EQ(json::parse(StartBody(request))["instances"][0]["prompt"], request.scene.prompt);
}

TEST(StartBody, NotUtf8_RepairedInsteadOfThrown) {
  StartRequest request = Request();
  request.scene.prompt = "a\xff z";
  EXPECT_EQ(json::parse(StartBody(request))["instances"][0]["prompt"], "a\xEF\xBF\xBD z");
}

TEST(OutcomeOfStart, NameOfAnOperation_Accepted) {
  const StartOutcome outcome = OutcomeOfStart(Response(200, json{{"name", kName}}.dump()), kHidden, kNow);
  EXPECT_EQ(outcome.kind, OutcomeKind::kAccepted);
  EXPECT_EQ(outcome.operation_name, kName);
  EXPECT_EQ(outcome.http_status, 200);
}

TEST(OutcomeOfStart, AnswersAfterWhichAStartMayExist_Unknown) {
  const http::Response answers[] = {
      Response(200, ""),
      Response(200, "{\"name\":\"models/"),
      Response(200, "{}"),
      Response(200, "[]"),
      Response(200, R"({"name":17})"),
      Response(200, R"({"name":"operations/abc"})"),
      Response(200, json{{"name", "models/m/operations/" + std::string(600, 'a')}}.dump()),
      Response(200, Error(400, "INVALID_ARGUMENT", "Bad.")),
      Response(302, ""),
      Response(500, Error(500, "INTERNAL", "An internal error has occurred.")),
      Response(503, Error(503, "UNAVAILABLE", "The service is currently unavailable.")),
      Response(503, "<html>The model is overloaded</html>"),
      Response(504, Error(504, "DEADLINE_EXCEEDED", "Deadline expired.")),
      // Not Google's own words: a proxy's, whose backend may have got the request all the same.
      Response(400, "Bad Request"),
      Response(403, "<html>Forbidden</html>"),
      Response(404, R"({"error":"not found"})"),
      Response(429, R"({"error":{"code":429,"message":"slow down"}})"),
      Response(429, Error(500, "INTERNAL", "of another status")),
      Response(502, Error(429, "RESOURCE_EXHAUSTED", "of another status")),
  };
  for (const http::Response& answer : answers) {
    const StartOutcome outcome = OutcomeOfStart(answer, kHidden, kNow);
    EXPECT_EQ(outcome.kind, OutcomeKind::kUnknown) << answer.status << " " << answer.body;
    EXPECT_EQ(outcome.http_status, answer.status);
    EXPECT_NE(outcome.detail, "");
    EXPECT_EQ(outcome.operation_name, "");
  }
}

TEST(OutcomeOfStart, GooglesRefusal_RefusedInItsWords) {
  const StartOutcome outcome = OutcomeOfStart(
      Response(400, Error(400, "INVALID_ARGUMENT", "`negativePrompt` isn't supported by this model.")), kHidden, kNow);
  EXPECT_EQ(outcome.kind, OutcomeKind::kRefused);
  EXPECT_EQ(outcome.lane_reason, LaneReason::kNone);
  EXPECT_EQ(outcome.lane_closed_for, absl::ZeroDuration());
  EXPECT_THAT(outcome.detail, HasSubstr("`negativePrompt` isn't supported by this model."));
  EXPECT_EQ(outcome.http_status, 400);
}

TEST(OutcomeOfStart, InvalidKeyByItsReason_ClosesTheLane) {
  const json details = {{{"@type", "type.googleapis.com/google.rpc.ErrorInfo"}, {"reason", "API_KEY_INVALID"}}};
  const StartOutcome outcome =
      OutcomeOfStart(Response(400, Error(400, "INVALID_ARGUMENT", "No.", details)), kHidden, kNow);
  EXPECT_EQ(outcome.kind, OutcomeKind::kRefused);
  EXPECT_EQ(outcome.lane_reason, LaneReason::kBadKey);
}

TEST(OutcomeOfStart, RetryInfo_LaneClosedForThatLong) {
  const json details = {{{"@type", "type.googleapis.com/google.rpc.Help"}},
                        {{"@type", "type.googleapis.com/google.rpc.RetryInfo"}, {"retryDelay", "34.5s"}}};
  const StartOutcome outcome =
      OutcomeOfStart(Response(429, Error(429, "RESOURCE_EXHAUSTED", "Quota.", details)), kHidden, kNow);
  EXPECT_EQ(outcome.lane_reason, LaneReason::kQuota);
  EXPECT_EQ(outcome.lane_closed_for, absl::Milliseconds(34'500));
}

TEST(OutcomeOfStart, RetryAfterHeader_LaneClosedForThatLong) {
  http::Response response = Response(429, Error(429, "RESOURCE_EXHAUSTED", "Quota."));
  response.headers.push_back({"Retry-After", "17"});
  EXPECT_EQ(OutcomeOfStart(response, kHidden, kNow).lane_closed_for, absl::Seconds(17));
}

TEST(OutcomeOfStart, PromptAndKeyEchoed_NeitherInTheDetail) {
  const std::string message = absl::StrCat("Bad prompt '", kPrompt, "' for key ", kHidden.api_key, "\r\nsecond line");
  for (const int status : {400, 403, 500}) {
    const StartOutcome outcome = OutcomeOfStart(Response(status, Error(status, "X", message)), kHidden, kNow);
    EXPECT_THAT(outcome.detail, Not(HasSubstr("morning")));
    EXPECT_THAT(outcome.detail, Not(HasSubstr("secret")));
    EXPECT_THAT(outcome.detail, Not(HasSubstr("\n")));
    EXPECT_THAT(outcome.detail, HasSubstr("second line"));
  }
}

TEST(OutcomeOfStart, PromptAboutBilling_NoBillingTrouble) {
  const Hidden hidden{"", {"Explain how billing in a cloud works, with clouds."}};
  const StartOutcome outcome = OutcomeOfStart(
      Response(400, Error(400, "INVALID_ARGUMENT", "Cannot do: Explain how billing in a cloud works, with clouds.")),
      hidden, kNow);
  EXPECT_EQ(outcome.lane_reason, LaneReason::kNone);
}

TEST(OutcomeOfStart, LongMessage_CutTo300Bytes) {
  const StartOutcome outcome =
      OutcomeOfStart(Response(400, Error(400, "INVALID_ARGUMENT", std::string(5000, 'x'))), kHidden, kNow);
  EXPECT_EQ(outcome.detail.size(), 300u);
}

// --- poll -----------------------------------------------------------------------------------------------------------

PollAnswer Poll(const json& operation, std::int64_t inline_bytes = 0) {
  return AnswerOfPoll(kName, Response(200, operation.dump()), inline_bytes, kHidden);
}

json Done(json response) { return {{"name", kName}, {"done", true}, {"response", std::move(response)}}; }

json Videos(json generate_video_response) {
  return Done({{"@type", "type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse"},
               {"generateVideoResponse", std::move(generate_video_response)}});
}

json Samples(json video) { return Videos({{"generatedSamples", {{{"video", std::move(video)}}}}}); }

TEST(AnswerOfPoll, DoneAbsentOrFalse_Running) {
  EXPECT_EQ(Poll({{"name", kName}}).kind, PollKind::kRunning);
  EXPECT_EQ(Poll({{"name", kName}, {"done", false}}).kind, PollKind::kRunning);
  EXPECT_EQ(Poll({{"name", kName}, {"metadata", json::object()}}).kind, PollKind::kRunning);
}

TEST(AnswerOfPoll, Uri_Succeeded) {
  const std::string uri = "https://generativelanguage.googleapis.com/v1beta/files/abc:download?alt=media";
  const PollAnswer answer = Poll(Samples({{"uri", uri}}));
  EXPECT_EQ(answer.kind, PollKind::kSucceeded);
  EXPECT_EQ(answer.result, uri);
}

TEST(AnswerOfPoll, UriOfAnotherForm_Kept) {
  const std::string uri = "https://storage.example/videos/1.mp4?signature=x";
  EXPECT_EQ(Poll(Samples({{"uri", uri}})).result, uri);
}

TEST(AnswerOfPoll, UriWithSpaceOrControls_Trouble) {
  EXPECT_EQ(Poll(Samples({{"uri", std::string("https://a/\0b", 11)}})).kind, PollKind::kTroubled);
}

TEST(AnswerOfPoll, VideoInside_SucceededInline) {
  const PollAnswer answer = Poll(Samples({{"encodedVideo", ""}, {"encoding", "video/mp4"}}), 1000);
  EXPECT_EQ(answer.kind, PollKind::kSucceeded);
  EXPECT_EQ(answer.result, "inline");
}

TEST(AnswerOfPoll, VideosBesideFilteredOnes_Succeeded) {
  json operation = Samples({{"uri", "https://a.example/1"}});
  operation["response"]["generateVideoResponse"]["raiMediaFilteredCount"] = 1;
  EXPECT_EQ(Poll(operation).kind, PollKind::kSucceeded);
}

TEST(AnswerOfPoll, FilteredWithReasons_FailedWithThem) {
  const PollAnswer answer = Poll(Videos(
      {{"raiMediaFilteredCount", 1}, {"raiMediaFilteredReasons", {"You will not be charged.", "Support codes: 1."}}}));
  EXPECT_EQ(answer.kind, PollKind::kFailed);
  EXPECT_EQ(answer.reason, FailureReason::kFiltered);
  EXPECT_EQ(answer.detail, "You will not be charged. Support codes: 1.");
}

TEST(AnswerOfPoll, FilteredWithoutReasons_FailedAllTheSame) {
  const PollAnswer answer = Poll(Videos({{"raiMediaFilteredCount", 1}, {"generatedSamples", json::array()}}));
  EXPECT_EQ(answer.reason, FailureReason::kFiltered);
  EXPECT_NE(answer.detail, "");
}

TEST(AnswerOfPoll, OperationError_FailedWithCodeAndWords) {
  const PollAnswer answer =
      Poll({{"name", kName}, {"done", true}, {"error", {{"code", 13}, {"message", "Internal error."}}}});
  EXPECT_EQ(answer.kind, PollKind::kFailed);
  EXPECT_EQ(answer.reason, FailureReason::kGenerationFailed);
  EXPECT_EQ(answer.detail, "Google ended the operation with error 13 INTERNAL: Internal error.");
}

TEST(AnswerOfPoll, OperationErrorAboutSafety_Filtered) {
  for (const int code : {3, 400}) {
    EXPECT_EQ(Poll({{"done", true}, {"error", {{"code", code}, {"message", "Support codes: 15236754"}}}}).reason,
              FailureReason::kFiltered);
  }
}

TEST(AnswerOfPoll, DoneWithNothing_GenerationFailed) {
  const json operations[] = {
      {{"name", kName}, {"done", true}},
      Done(json::object()),
      Done({{"@type", "type.googleapis.com/x"}}),
      Videos(json::object()),
      Videos({{"generatedSamples", json::array()}}),
      Videos({{"generatedSamples", {json::object()}}}),
      Videos({{"generatedSamples", {{{"video", json::object()}}}}, {"raiMediaFilteredCount", 0}}),
      Samples({{"encodedVideo", ""}, {"encoding", "video/mp4"}}),
  };
  for (const json& operation : operations) {
    const PollAnswer answer = Poll(operation);
    EXPECT_EQ(answer.kind, PollKind::kFailed) << operation;
    EXPECT_EQ(answer.reason, FailureReason::kGenerationFailed) << operation;
  }
}

TEST(AnswerOfPoll, ResponseOfUnknownForm_TroubleSinceItMayHoldAPaidVideo) {
  EXPECT_EQ(Poll(Done({{"videos", {{{"gcsUri", "gs://b/1.mp4"}}}}})).kind, PollKind::kTroubled);
  EXPECT_EQ(Poll(Samples({{"gcsUri", "gs://b/1.mp4"}})).kind, PollKind::kTroubled);
  EXPECT_EQ(Poll(Done("a string")).kind, PollKind::kTroubled);
  json beside_filtered = Samples({{"gcsUri", "gs://b/1.mp4"}});
  beside_filtered["response"]["generateVideoResponse"]["raiMediaFilteredCount"] = 1;
  EXPECT_EQ(Poll(beside_filtered).kind, PollKind::kTroubled);
}

TEST(AnswerOfPoll, AnotherOperationsAnswer_Trouble) {
  json operation = Samples({{"uri", "https://a.example/1"}});
  operation["name"] = "models/veo-3.1-generate-preview/operations/other";
  EXPECT_EQ(Poll(operation).kind, PollKind::kTroubled);
}

TEST(AnswerOfPoll, NotAnOperation_Trouble) {
  for (const char* body : {"", "<html>", "[]", "17", "null", "{\"done\":\"yes\"}", "{\"done\":true", "\xff"}) {
    EXPECT_EQ(AnswerOfPoll(kName, Response(200, body), 0, kHidden).kind, PollKind::kTroubled) << body;
  }
}

TEST(AnswerOfPoll, ForbiddenOrNotFoundByGoogle_Gone) {
  EXPECT_EQ(AnswerOfPoll(kName, Response(404, Error(404, "NOT_FOUND", "No.")), 0, kHidden).kind, PollKind::kGone);
  EXPECT_EQ(AnswerOfPoll(kName, Response(403, Error(403, "PERMISSION_DENIED", "No.")), 0, kHidden).kind,
            PollKind::kGone);
}

TEST(AnswerOfPoll, OtherStatuses_Trouble) {
  for (const int status : {302, 400, 401, 408, 429, 500, 502, 503, 504}) {
    const PollAnswer answer = AnswerOfPoll(kName, Response(status, Error(status, "X", "No.")), 0, kHidden);
    EXPECT_EQ(answer.kind, PollKind::kTroubled) << status;
    EXPECT_EQ(answer.http_status, status);
  }
  EXPECT_EQ(AnswerOfPoll(kName, Response(404, "<html>a proxy's"), 0, kHidden).kind, PollKind::kTroubled);
}

TEST(AnswerOfPoll, KeyEchoed_NotInTheDetail) {
  const std::string message = absl::StrCat("Consumer 'api_key:", kHidden.api_key, "' has been suspended.");
  EXPECT_THAT(AnswerOfPoll(kName, Response(403, Error(403, "PERMISSION_DENIED", message)), 0, kHidden).detail,
              Not(HasSubstr("secret")));
  EXPECT_THAT(Poll({{"done", true}, {"error", {{"code", 7}, {"message", message}}}}).detail, Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace videojobs::veo
