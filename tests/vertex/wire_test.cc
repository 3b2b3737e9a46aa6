#include "adapters/vertex/wire.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace videojobs::vertex {
namespace {

using google::Hidden;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);
const std::string kName =
    "projects/my-project/locations/us-central1/publishers/google/models/veo-3.1-generate-001/operations/8c5a4f2e-7a0b";
const std::string kPrompt = "A young plant turns its leaves towards the morning light.";
const Hidden kHidden{"ya29.a-secret-access-token-0001", {kPrompt}};

http::Response Response(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

std::string Error(int code, const std::string& status, const std::string& message) {
  return json{{"error", {{"code", code}, {"message", message}, {"status", status}}}}.dump();
}

StartRequest Request() {
  StartRequest request;
  request.start_id = "start-1";
  request.options.model = "veo-3.1-generate-001";
  request.scene = {kPrompt, 6};
  return request;
}

// --- start ----------------------------------------------------------------------------------------------------------

TEST(StartBody, Defaults_WhatTheApiTakesAndNothingElse) {
  EXPECT_EQ(json::parse(StartBody(Request(), "")),
            json::parse(absl::StrCat(R"({"instances":[{"prompt":")", kPrompt, R"("}],"parameters":{
                        "sampleCount":1,"durationSeconds":6,"aspectRatio":"16:9","resolution":"720p",
                        "generateAudio":true}})")));
}

// What a model takes that is in no table of ours is its own affair.
TEST(StartBody, ModelOfTomorrow_NothingIsSaidOfSound) {
  StartRequest request = Request();
  request.options.model = "veo-9.0-generate-001";
  EXPECT_FALSE(json::parse(StartBody(request, ""))["parameters"].contains("generateAudio"));
}

TEST(StartBody, EveryOption_InGooglesNamesAndTypes) {
  StartRequest request = Request();
  request.options.aspect_ratio = "9:16";
  request.options.resolution = "1080p";
  request.options.negative_prompt = "blurry";
  request.options.person_generation = "allow_adult";
  request.options.generate_audio = false;
  request.options.seed = 4'294'967'295u;
  request.scene.duration_seconds = 8;
  EXPECT_EQ(json::parse(StartBody(request, "gs://bucket/videos/start-1/")),
            json::parse(absl::StrCat(R"({"instances":[{"prompt":")", kPrompt, R"("}],"parameters":{
                        "sampleCount":1,"durationSeconds":8,"aspectRatio":"9:16","resolution":"1080p",
                        "negativePrompt":"blurry","personGeneration":"allow_adult","generateAudio":false,
                        "seed":4294967295,"storageUri":"gs://bucket/videos/start-1/"}})")));
}

TEST(StartBody, ParametersOfTheInstallation_BesidesWhatWasAsked) {
  Parameters more;
  more.compression_quality = "LOSSLESS";
  more.enhance_prompt = false;
  more.fps = 24;
  more.pubsub_topic = "projects/p/topics/videos";
  more.labels = {{"course", "algebra-1"}};
  const json body = json::parse(StartBody(Request(), "", more));
  EXPECT_EQ(body["labels"], (json{{"course", "algebra-1"}}));
  const json& parameters = body["parameters"];
  EXPECT_EQ(parameters["compressionQuality"], "LOSSLESS");
  EXPECT_EQ(parameters["enhancePrompt"], false);
  EXPECT_EQ(parameters["fps"], 24);
  EXPECT_EQ(parameters["pubsubTopic"], "projects/p/topics/videos");
  EXPECT_EQ(parameters["durationSeconds"], 6);
}

TEST(StartBody, NothingAskedFor_LeftToTheModel) {
  StartRequest request = Request();
  request.options.aspect_ratio = request.options.resolution = "";
  EXPECT_EQ(json::parse(StartBody(request, ""))["parameters"],
            (json{{"sampleCount", 1}, {"durationSeconds", 6}, {"generateAudio", true}}));
}

// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation#parameters
TEST(StartBody, SoundNotAskedFor_SaidAllTheSameWhereTheModelRequiresIt) {
  StartRequest request = Request();
  for (const char* model : {"veo-3.1-generate-001", "veo-3.1-fast-generate-001", "veo-3.1-lite-generate-001"}) {
    request.options.model = model;
    EXPECT_EQ(json::parse(StartBody(request, ""))["parameters"]["generateAudio"], true) << model;
    request.options.generate_audio = false;
    EXPECT_EQ(json::parse(StartBody(request, ""))["parameters"]["generateAudio"], false) << model;
    request.options.generate_audio.reset();
  }
  request.options.model = "veo-2.0-generate-001";
  EXPECT_FALSE(json::parse(StartBody(request, ""))["parameters"].contains("generateAudio"));
}

TEST(StartBody, SeedZeroAndSoundOn_SentAsTheyAre) {
  StartRequest request = Request();
  request.options.seed = 0;
  request.options.generate_audio = true;
  const json parameters = json::parse(StartBody(request, ""))["parameters"];
  EXPECT_EQ(parameters["seed"], 0);
  EXPECT_EQ(parameters["generateAudio"], true);
}

TEST(StartBody, NotUtf8_RepairedInsteadOfThrown) {
  StartRequest request = Request();
  request.scene.prompt = "a\xff z";
  EXPECT_EQ(json::parse(StartBody(request, ""))["instances"][0]["prompt"], "a\xEF\xBF\xBD z");
}

TEST(PollBody, AName_AsGoogleTakesIt) { EXPECT_EQ(json::parse(PollBody(kName)), (json{{"operationName", kName}})); }

TEST(OutcomeOfStart, NameOfAnOperation_Accepted) {
  const StartOutcome outcome = OutcomeOfStart(Response(200, json{{"name", kName}}.dump()), kHidden, kNow);
  EXPECT_EQ(outcome.kind, OutcomeKind::kAccepted);
  EXPECT_EQ(outcome.operation_name, kName);
  EXPECT_EQ(outcome.http_status, 200);
}

TEST(OutcomeOfStart, AnswersAfterWhichAStartMayExist_Unknown) {
  const http::Response answers[] = {
      Response(200, ""),
      Response(200, "{\"name\":\"projects/"),
      Response(200, "{}"),
      Response(200, R"({"name":17})"),
      Response(200, R"({"name":"models/m/operations/abc"})"),
      Response(200, R"({"name":"projects/p/locations/evil.example/publishers/google/models/m/operations/o"})"),
      Response(200, Error(400, "INVALID_ARGUMENT", "Bad.")),
      Response(302, ""),
      Response(500, Error(500, "INTERNAL", "An internal error has occurred.")),
      Response(503, Error(503, "UNAVAILABLE", "The service is currently unavailable.")),
      Response(400, "Bad Request"),
      Response(403, "<html>Forbidden</html>"),
      Response(401, R"({"error":"invalid_token"})"),
  };
  for (const http::Response& answer : answers) {
    const StartOutcome outcome = OutcomeOfStart(answer, kHidden, kNow);
    EXPECT_EQ(outcome.kind, OutcomeKind::kUnknown) << answer.status << " " << answer.body;
    EXPECT_EQ(outcome.http_status, answer.status);
    EXPECT_NE(outcome.detail, "");
    EXPECT_EQ(outcome.operation_name, "");
  }
}

TEST(OutcomeOfStart, GooglesRefusals_TheirLanes) {
  const struct {
    int status;
    const char* code;
    const char* message;
    LaneReason lane;
  } rows[] = {
      {400, "INVALID_ARGUMENT", "Unsupported output storage uri.", LaneReason::kNone},
      {401, "UNAUTHENTICATED", "Request had invalid authentication credentials.", LaneReason::kBadKey},
      {403, "PERMISSION_DENIED", "Permission 'aiplatform.endpoints.predict' denied.", LaneReason::kBadKey},
      {403, "PERMISSION_DENIED", "This API method requires billing to be enabled.", LaneReason::kBilling},
      {404, "NOT_FOUND", "Publisher Model was not found.", LaneReason::kModelUnavailable},
      {429, "RESOURCE_EXHAUSTED",
       "Quota exceeded for aiplatform.googleapis.com/long_running_online_prediction_requests_per_base_model with base "
       "model: veo-3.1-generate-001.",
       LaneReason::kQuota},
  };
  for (const auto& row : rows) {
    const StartOutcome outcome =
        OutcomeOfStart(Response(row.status, Error(row.status, row.code, row.message)), kHidden, kNow);
    EXPECT_EQ(outcome.kind, OutcomeKind::kRefused) << row.message;
    EXPECT_EQ(Name(outcome.lane_reason), Name(row.lane)) << row.message;
    EXPECT_THAT(outcome.detail, HasSubstr(row.message));
  }
}

TEST(OutcomeOfStart, PromptAndTokenEchoed_NeitherInTheDetail) {
  const std::string message = absl::StrCat("Bad prompt '", kPrompt, "' for ", kHidden.api_key, "\r\nsecond line");
  for (const int status : {400, 403, 500}) {
    const StartOutcome outcome = OutcomeOfStart(Response(status, Error(status, "X", message)), kHidden, kNow);
    EXPECT_THAT(outcome.detail, Not(HasSubstr("morning")));
    EXPECT_THAT(outcome.detail, Not(HasSubstr("secret")));
    EXPECT_THAT(outcome.detail, HasSubstr("second line"));
  }
}

// --- poll -----------------------------------------------------------------------------------------------------------

constexpr char kType[] = "type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse";

PollAnswer Poll(const json& operation, std::int64_t inline_bytes = 0) {
  return AnswerOfPoll(kName, Response(200, operation.dump()), inline_bytes, kHidden);
}

json Done(json response) { return {{"name", kName}, {"done", true}, {"response", std::move(response)}}; }

json Videos(json videos) {
  return Done({{"@type", kType}, {"raiMediaFilteredCount", 0}, {"videos", std::move(videos)}});
}

json OneVideo(json video) {
  video["mimeType"] = "video/mp4";
  return Videos(json::array({std::move(video)}));
}

TEST(AnswerOfPoll, DoneAbsentOrFalse_Running) {
  EXPECT_EQ(Poll({{"name", kName}}).kind, PollKind::kRunning);
  EXPECT_EQ(Poll({{"name", kName}, {"done", false}}).kind, PollKind::kRunning);
  EXPECT_EQ(Poll({{"name", kName}, {"metadata", json::object()}}).kind, PollKind::kRunning);
}

TEST(AnswerOfPoll, GcsUri_Succeeded) {
  const PollAnswer answer = Poll(OneVideo({{"gcsUri", "gs://bucket/videos/start-1/123/sample_0.mp4"}}));
  EXPECT_EQ(answer.kind, PollKind::kSucceeded);
  EXPECT_EQ(answer.result, "gs://bucket/videos/start-1/123/sample_0.mp4");
}

TEST(AnswerOfPoll, AddressOutsideOfTheObjectStore_Trouble) {
  for (const char* uri : {"https://storage.googleapis.com/bucket/1.mp4", "http://127.0.0.1/1.mp4", "bucket/1.mp4",
                          "gs://bucket/a b", "gs://bucket/a\n", "GS://bucket/a"}) {
    const PollAnswer answer = Poll(OneVideo({{"gcsUri", uri}}));
    EXPECT_EQ(answer.kind, PollKind::kTroubled) << uri;
    EXPECT_EQ(answer.result, "");
  }
}

TEST(AnswerOfPoll, VideoInside_SucceededInline) {
  const PollAnswer answer = Poll(OneVideo({{"bytesBase64Encoded", ""}}), 1000);
  EXPECT_EQ(answer.kind, PollKind::kSucceeded);
  EXPECT_EQ(answer.result, "inline");
}

TEST(AnswerOfPoll, VideosBesideFilteredOnes_Succeeded) {
  json operation = OneVideo({{"gcsUri", "gs://bucket/1.mp4"}});
  operation["response"]["raiMediaFilteredCount"] = 1;
  EXPECT_EQ(Poll(operation).kind, PollKind::kSucceeded);
}

TEST(AnswerOfPoll, FilteredWithSupportCodes_FailedWithThem) {
  const std::string reason =
      "Veo could not generate 1 videos based on the prompt provided. You will not be charged for this request. "
      "Support codes: 42237218";
  const PollAnswer answer =
      Poll(Done({{"@type", kType}, {"raiMediaFilteredCount", 1}, {"raiMediaFilteredReasons", {reason}}}));
  EXPECT_EQ(answer.kind, PollKind::kFailed);
  EXPECT_EQ(answer.reason, FailureReason::kFiltered);
  EXPECT_EQ(answer.detail, reason);
}

TEST(AnswerOfPoll, FilteredWithCountOrReasonsAlone_FailedAllTheSame) {
  for (const json& response :
       {json{{"raiMediaFilteredCount", 1}}, json{{"raiMediaFilteredCount", 1}, {"videos", json::array()}},
        json{{"raiMediaFilteredReasons", {"Support codes: 1."}}}, json{{"raiMediaFilteredCount", 2}, {"new", "x"}}}) {
    const PollAnswer answer = Poll(Done(response));
    EXPECT_EQ(answer.reason, FailureReason::kFiltered) << response;
    EXPECT_NE(answer.detail, "");
  }
}

TEST(AnswerOfPoll, OperationErrors_FailedWithCodeAndWords) {
  const struct {
    int code;
    const char* message;
    FailureReason reason;
    const char* detail;
  } rows[] = {
      {13, "Internal error.", FailureReason::kGenerationFailed,
       "Google ended the operation with error 13 INTERNAL: Internal error."},
      {13, "Internal error in the safety service.", FailureReason::kGenerationFailed, "error 13 INTERNAL"},
      {3, "The prompt violates Vertex AI's usage guidelines. Support codes: 15236754", FailureReason::kFiltered,
       "error 3 INVALID_ARGUMENT: The prompt violates Vertex AI's usage guidelines. Support codes: 15236754"},
      {400, "Support codes: 58061214", FailureReason::kFiltered, "error 400 INVALID_ARGUMENT: Support codes: 58061214"},
      {3, "Unsupported output storage uri.", FailureReason::kGenerationFailed, "error 3 INVALID_ARGUMENT"},
      {99, "", FailureReason::kGenerationFailed, "error 99: no reason given"},
  };
  for (const auto& row : rows) {
    const PollAnswer answer =
        Poll({{"name", kName}, {"done", true}, {"error", {{"code", row.code}, {"message", row.message}}}});
    EXPECT_EQ(answer.kind, PollKind::kFailed) << row.detail;
    EXPECT_EQ(answer.reason, row.reason) << row.detail;
    EXPECT_THAT(answer.detail, HasSubstr(row.detail));
  }
}

TEST(AnswerOfPoll, DoneWithNothing_GenerationFailed) {
  const json operations[] = {
      {{"name", kName}, {"done", true}},
      Done(json::object()),
      Done({{"@type", kType}}),
      Done({{"@type", kType}, {"raiMediaFilteredCount", 0}}),
      Done({{"raiMediaFilteredCount", 0}, {"raiMediaFilteredReasons", json::array()}}),
      Videos(json::array()),
      Videos(json::array({json::object()})),
      OneVideo({{"bytesBase64Encoded", ""}}),
      OneVideo({{"gcsUri", ""}}),
  };
  for (const json& operation : operations) {
    const PollAnswer answer = Poll(operation);
    EXPECT_EQ(answer.kind, PollKind::kFailed) << operation;
    EXPECT_EQ(answer.reason, FailureReason::kGenerationFailed) << operation;
  }
}

TEST(AnswerOfPoll, ResponseOfUnknownForm_TroubleSinceItMayHoldAPaidVideo) {
  const json operations[] = {
      Done("a string"),
      Done({{"generateVideoResponse", {{"generatedSamples", {{{"video", {{"uri", "https://a.example/1"}}}}}}}}}),
      Done({{"raiMediaFilteredCount", 0}, {"generatedVideos", {{{"uri", "https://a.example/1"}}}}}),
      OneVideo({{"uri", "https://a.example/1"}}),
      Videos({"gs://bucket/1.mp4"}),
  };
  for (const json& operation : operations) EXPECT_EQ(Poll(operation).kind, PollKind::kTroubled) << operation;
  json beside_filtered = OneVideo({{"uri", "https://a.example/1"}});
  beside_filtered["response"]["raiMediaFilteredCount"] = 1;
  EXPECT_EQ(Poll(beside_filtered).kind, PollKind::kTroubled);
}

TEST(AnswerOfPoll, AnotherOperationsAnswer_Trouble) {
  json operation = OneVideo({{"gcsUri", "gs://bucket/1.mp4"}});
  operation["name"] = kName + "-other";
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

TEST(AnswerOfPoll, TokenEchoed_NotInTheDetail) {
  const std::string message = absl::StrCat("token ", kHidden.api_key, " is bad");
  const PollAnswer answers[] = {
      AnswerOfPoll(kName, Response(403, Error(403, "PERMISSION_DENIED", message)), 0, kHidden),
      Poll({{"done", true}, {"error", {{"code", 7}, {"message", message}}}}),
      Poll(Done({{"raiMediaFilteredReasons", {message}}})),
  };
  for (const PollAnswer& answer : answers) {
    EXPECT_THAT(answer.detail, HasSubstr("is bad"));
    EXPECT_THAT(answer.detail, Not(HasSubstr("secret")));
  }
}

}  // namespace
}  // namespace videojobs::vertex
