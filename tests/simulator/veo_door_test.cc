// Starts, polls and models, as Google answers them when nothing goes wrong but the request itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "tests/simulator/harness.h"

namespace videojobs::simulator {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

using VeoDoorTest = SimulatorTest;

TEST_F(VeoDoorTest, Start_RightRequest_AnswersANameOfLowerCaseLettersAndDigits) {
  const httplib::Result result = Post();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 200);
  EXPECT_THAT(result->get_header_value("Content-Type"), HasSubstr("application/json"));
  EXPECT_THAT(std::string(Json(result)["name"]), MatchesRegex("models/veo-3.1-generate-preview/operations/[a-z0-9]+"));
  EXPECT_EQ(Json(result).size(), 1u);
}

TEST_F(VeoDoorTest, Poll_BeforeTheLatencyHasPassed_HasNoDone) {
  Start({.latency = absl::Seconds(11)});
  const std::string operation = StartOperation();
  clock_.Advance(absl::Milliseconds(10'999));
  EXPECT_EQ(Poll(operation), nlohmann::json({{"name", operation}}));
}

TEST_F(VeoDoorTest, Poll_AfterTheLatency_AnswersOneVideoByItsAddress) {
  Start({.latency = absl::Seconds(11)});
  const std::string operation = StartOperation();
  clock_.Advance(absl::Seconds(11));
  const nlohmann::json body = Poll(operation);
  EXPECT_EQ(body["name"], operation);
  EXPECT_EQ(body["done"], true);
  EXPECT_EQ(body["response"]["@type"],
            "type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse");
  const nlohmann::json samples = body["response"]["generateVideoResponse"]["generatedSamples"];
  ASSERT_EQ(samples.size(), 1u);
  EXPECT_THAT(
      std::string(samples[0]["video"]["uri"]),
      MatchesRegex("https://generativelanguage\\.googleapis\\.com/v1beta/files/[a-z0-9]+:download\\?alt=media"));
}

TEST_F(VeoDoorTest, Poll_UnknownOrForeignName_Is404) {
  const std::string operation = StartOperation();
  std::string other_model = operation;
  other_model.replace(other_model.find("veo-3.1"), 7, "veo-3.0");
  std::string other_id = operation;
  other_id.back() = other_id.back() == 'a' ? 'b' : 'a';
  for (const std::string& name : {other_model, other_id, std::string("models/veo-3.1-generate-preview/operations/x")}) {
    const httplib::Result result = Get("/v1beta/" + name);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->status, 404) << name;
    EXPECT_EQ(Json(result)["error"]["status"], "NOT_FOUND");
  }
}

TEST_F(VeoDoorTest, Poll_AfterARestart_AnswersTheSame) {
  const std::string finished = StartOperation();
  simulator().SetFaults({FaultKind::kFiltered});
  const std::string filtered = StartOperation();
  const nlohmann::json finished_before = Poll(finished);
  const nlohmann::json filtered_before = Poll(filtered);
  simulator_.reset();
  Start({.latency = absl::Hours(1), .seed = 99});
  EXPECT_EQ(Poll(finished), finished_before);
  EXPECT_EQ(Poll(filtered), filtered_before);
  EXPECT_EQ(Get(DownloadPath(finished))->body, *simulator().ExpectedVideo(finished));
}

TEST_F(VeoDoorTest, List_AfterTwoStarts_NamesBothOfItsModelOnly) {
  const std::string first = StartOperation();
  const std::string second = StartOperation();
  StartOperation(kBody, kLiteStartPath);
  const nlohmann::json operations = Json(Get(std::string(kModelPath) + "/operations"))["operations"];
  ASSERT_EQ(operations.size(), 2u);
  EXPECT_EQ(operations[0]["name"], first);
  EXPECT_EQ(operations[1]["name"], second);
}

TEST_F(VeoDoorTest, GetModel_Known_IsFree) {
  const httplib::Result result = Get(kModelPath);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 200);
  EXPECT_EQ(Json(result)["name"], "models/veo-3.1-generate-preview");
  EXPECT_TRUE(simulator().starts().empty());
  EXPECT_EQ(simulator().counts().model_requests, 1);
}

TEST_F(VeoDoorTest, GetModel_UnknownOrRetired_Is404InItsOwnWords) {
  EXPECT_THAT(Get("/v1beta/models/veo-9")->body, HasSubstr("is not found for API version v1beta"));
  EXPECT_THAT(Get("/v1beta/models/veo-3.0-generate-001")->body, HasSubstr("is no longer available"));
  const httplib::Result started = Post(kBody, "/v1beta/models/veo-3.0-generate-001:predictLongRunning");
  EXPECT_EQ(started->status, 404);
  EXPECT_THAT(started->body, HasSubstr("is no longer available"));
}

TEST_F(VeoDoorTest, ListModels_LeavesRetiredOnesOut) { EXPECT_EQ(Json(Get("/v1beta/models"))["models"].size(), 11u); }

TEST_F(VeoDoorTest, AnyCall_WithoutAKey_Is403) {
  httplib::Client client("127.0.0.1", simulator().port());
  for (const std::string path : {kModelPath, "/v1beta/models", "/v1beta/files/x", "/v1beta/files/x:download",
                                 "/v1beta/models/m/operations/x", "/v1beta/models/m/operations"}) {
    const httplib::Result result = client.Get(path);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->status, 403) << path;
    EXPECT_EQ(Json(result)["error"]["status"], "PERMISSION_DENIED");
    EXPECT_THAT(result->body, HasSubstr("unregistered callers"));
  }
  EXPECT_EQ(client.Post(kStartPath, kBody, "application/json")->status, 403);
  EXPECT_TRUE(simulator().starts().empty());
}

TEST_F(VeoDoorTest, AnyCall_WithTheWrongKey_IsApiKeyInvalid) {
  Start({.api_key = "right"});
  const httplib::Result result = Get(kModelPath);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 400);
  EXPECT_EQ(Json(result)["error"]["details"][0]["reason"], "API_KEY_INVALID");
  EXPECT_EQ(Get(std::string(kModelPath) + "?key=right")->status, 400) << "the header counts before the query";
  httplib::Client by_query("127.0.0.1", simulator().port());
  EXPECT_EQ(by_query.Get(std::string(kModelPath) + "?key=right")->status, 200);
}

TEST_F(VeoDoorTest, UnknownPath_Is404InTheEnvelope) {
  EXPECT_EQ(Json(Get("/v1beta/nothing"))["error"]["code"], 404);
  const httplib::Result generate = Post(kBody, "/v1beta/models/veo-3.1-generate-preview:generateVideo");
  EXPECT_EQ(generate->status, 404) << "a method that is often guessed and does not exist";
}

struct BadBody {
  const char* path;
  const char* body;
  const char* message;
};

void PrintTo(const BadBody& bad, std::ostream* out) { *out << bad.path << " " << bad.body; }

class BadBodyTest : public SimulatorTest, public testing::WithParamInterface<BadBody> {};

TEST_P(BadBodyTest, Start_BadBody_Is400AndNothingIsPaid) {
  const httplib::Result result = Post(GetParam().body, GetParam().path);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 400);
  EXPECT_EQ(Json(result)["error"]["status"], "INVALID_ARGUMENT");
  EXPECT_THAT(std::string(Json(result)["error"]["message"]), HasSubstr(GetParam().message));
  EXPECT_TRUE(simulator().starts().empty());
}

INSTANTIATE_TEST_SUITE_P(
    Veo, BadBodyTest,
    testing::Values(
        BadBody{kStartPath, "not json", "Invalid JSON"}, BadBody{kStartPath, "[]", "Invalid JSON"},
        BadBody{kStartPath, "{\"instances\":[{\"prompt\":\"\xff\"}]}", "Invalid JSON"},
        BadBody{kStartPath, R"({})", "exactly one instance"},
        BadBody{kStartPath, R"({"instances":[{"prompt":"a"},{"prompt":"b"}]})", "exactly one instance"},
        BadBody{kStartPath, R"({"instances":[{}]})", "`prompt`"},
        BadBody{kStartPath, R"({"instances":[{"prompt":"a","image":{"inlineData":{}}}]})",
                "`inlineData` isn't supported"},
        BadBody{kStartPath, R"({"instances":[{"prompt":"a","video":{"bytesBase64Encoded":"AA=="}}]})",
                "Video URI not found"},
        BadBody{kLiteStartPath, R"({"instances":[{"prompt":"a","referenceImages":[]}]})", "`referenceImages` isn't"},
        BadBody{kStartPath, R"({"instances":[{"prompt":"a"}],"parameters":[]})", "`parameters`"},
        BadBody{kStartPath, R"({"instances":[{"prompt":"a"}],"parameters":{"durationSeconds":"6"}})",
                "The value type for `durationSeconds` needs to be a number. Please adjust your request accordingly."},
        BadBody{kStartPath, R"({"instances":[{"prompt":"a"}],"parameters":{"durationSeconds":5}})", "4, 6 or 8"},
        BadBody{kStartPath, R"({"instances":[{"prompt":"a"}],"parameters":{"resolution":"1080p","durationSeconds":6}})",
                "8 with 1080p"},
        BadBody{kStartPath, R"({"instances":[{"prompt":"a"}],"parameters":{"resolution":"480p"}})", "`resolution`"},
        BadBody{kLiteStartPath, R"({"instances":[{"prompt":"a"}],"parameters":{"resolution":"4k"}})", "720p or 1080p"},
        BadBody{kStartPath, R"({"instances":[{"prompt":"a"}],"parameters":{"aspectRatio":"1:1"}})", "16:9 or 9:16"},
        BadBody{kStartPath, R"({"instances":[{"prompt":"a"}],"parameters":{"generateAudio":true}})",
                "`generateAudio` isn't supported by this model"},
        BadBody{kStartPath, R"({"instances":[{"prompt":"a"}],"parameters":{"numberOfVideos":1}})", "`numberOfVideos`"},
        BadBody{kStartPath, R"({"instances":[{"prompt":"a"}],"parameters":{"enhancePrompt":true}})", "`enhancePrompt`"},
        BadBody{kStartPath, R"({"instances":[{"prompt":"a"}],"parameters":{"sampleCount":2}})", "`sampleCount`"},
        BadBody{kLiteStartPath, R"({"instances":[{"prompt":"a"}],"parameters":{"negativePrompt":"b"}})",
                "`negativePrompt` isn't supported by this model"},
        BadBody{kStartPath, R"({"instances":[{"prompt":"a"}],"parameters":{"personGeneration":"allow_adult"}})",
                "allow_adult for personGeneration is currently not supported."},
        BadBody{kStartPath, R"({"instances":[{"prompt":"a"}],"parameters":{"personGeneration":"dont_allow"}})",
                "dont_allow for personGeneration"}));

struct GoodBody {
  const char* path;
  const char* body;
  int duration_seconds;
  const char* aspect_ratio;
  const char* resolution;
};

void PrintTo(const GoodBody& good, std::ostream* out) { *out << good.path << " " << good.body; }

class GoodBodyTest : public SimulatorTest, public testing::WithParamInterface<GoodBody> {};

TEST_P(GoodBodyTest, Start_GoodBody_IsTakenAtItsWord) {
  const std::string operation = StartOperation(GetParam().body, GetParam().path);
  ASSERT_EQ(simulator().starts().size(), 1u);
  const PaidStart start = simulator().starts()[0];
  EXPECT_EQ(start.operation, operation);
  EXPECT_EQ(start.duration_seconds, GetParam().duration_seconds);
  EXPECT_EQ(start.aspect_ratio, GetParam().aspect_ratio);
  EXPECT_EQ(start.resolution, GetParam().resolution);
}

INSTANTIATE_TEST_SUITE_P(
    Veo, GoodBodyTest,
    testing::Values(
        GoodBody{kStartPath, R"({"instances":[{"prompt":"a"}]})", 8, "16:9", "720p"},
        GoodBody{kStartPath, R"({"instances":[{"prompt":"a"}],"parameters":{"durationSeconds":4}})", 4, "16:9", "720p"},
        GoodBody{kStartPath, R"({"instances":[{"prompt":"a"}],"parameters":{"duration_seconds":4}})", 8, "16:9",
                 "720p"},
        GoodBody{kStartPath, R"({"instances":[{"prompt":"a"}],"parameters":{"aspectRatio":"9:16","resolution":"4k"}})",
                 8, "9:16", "4k"},
        GoodBody{kLiteStartPath, R"({"instances":[{"prompt":"a"}],"parameters":{"resolution":"1080p"}})", 8, "16:9",
                 "1080p"},
        GoodBody{kStartPath,
                 R"({"instances":[{"prompt":"a"}],"parameters":{"negativePrompt":"b","sampleCount":1,"seed":4,
                     "personGeneration":"allow_all"}})",
                 8, "16:9", "720p"},
        GoodBody{kStartPath,
                 R"({"instances":[{"prompt":"a","image":{"bytesBase64Encoded":"AA==","mimeType":"image/png"}}],
                     "parameters":{"personGeneration":"allow_adult","durationSeconds":6}})",
                 6, "16:9", "720p"}));

}  // namespace
}  // namespace videojobs::simulator
