// Veo on Vertex AI and the object store that it writes to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <set>
#include <string>

#include "absl/strings/escaping.h"
#include "tests/simulator/harness.h"

namespace videojobs::simulator {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

constexpr char kPlace[] = "/v1/projects/p/locations/us-central1/publishers/google/models/veo-3.1-generate-001";
constexpr char kStored[] =
    R"({"instances":[{"prompt":"A cell divides"}],"parameters":{"storageUri":"gs://bucket/a/b","sampleCount":2}})";

class VertexDoorTest : public SimulatorTest {
 protected:
  httplib::Result Call(const std::string& method, const std::string& body, const std::string& place = kPlace) {
    return NewBearer(Token())->Post(place + ":" + method, body, "application/json");
  }
  std::string StartVertex(const std::string& body = kBody) {
    const httplib::Result result = Call("predictLongRunning", body);
    EXPECT_EQ(result->status, 200) << result->body;
    return Json(result).value("name", "");
  }
  json Fetch(const std::string& name) {
    return Json(Call("fetchPredictOperation", json{{"operationName", name}}.dump()));
  }
};

TEST_F(VertexDoorTest, Start_RightRequest_IsNamedBelowItsProjectAndLedgered) {
  const std::string name = StartVertex();
  EXPECT_THAT(name, MatchesRegex("projects/p/locations/us-central1/publishers/google/models/veo-3.1-generate-001/"
                                 "operations/[a-z0-9]{8}-[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]+-[a-z0-9]+"));
  ASSERT_EQ(simulator().starts().size(), 1u);
  EXPECT_EQ(simulator().starts()[0].provider, "vertex");
  EXPECT_EQ(simulator().starts()[0].operation, name);
  EXPECT_EQ(simulator().bill().total_micro_dollars, 3'200'000);
}

TEST_F(VertexDoorTest, Fetch_BeforeAndAfterTheLatency_GivesTheBytes) {
  Start({.latency = absl::Seconds(11)});
  const std::string name = StartVertex();
  EXPECT_EQ(Fetch(name), json({{"name", name}}));
  clock_.Advance(absl::Seconds(11));
  const json body = Fetch(name);
  EXPECT_EQ(body["done"], true);
  EXPECT_EQ(body["response"]["@type"], "type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse");
  std::string bytes;
  ASSERT_TRUE(absl::Base64Unescape(std::string(body["response"]["videos"][0]["bytesBase64Encoded"]), &bytes));
  EXPECT_EQ(bytes, *simulator().ExpectedVideo(name));
  EXPECT_EQ(simulator().polls(name), 2);
}

TEST_F(VertexDoorTest, Fetch_AfterARestart_AnswersTheSame) {
  const std::string plain = StartVertex();
  const std::string stored = StartVertex(kStored);
  const json before = Fetch(stored);
  const json plain_before = Fetch(plain);
  simulator_.reset();
  Start({.latency = absl::Hours(1)});
  EXPECT_EQ(Fetch(stored), before);
  EXPECT_EQ(Fetch(plain), plain_before);
}

TEST_F(VertexDoorTest, Fetch_ForeignOrMalformed_IsRefused) {
  const std::string name = StartVertex();
  std::string foreign = name;
  foreign.replace(9, 1, "q");
  EXPECT_EQ(Fetch(foreign)["error"]["code"], 404);
  EXPECT_EQ(Fetch(name + "0")["error"]["code"], 404);
  EXPECT_EQ(Json(Call("fetchPredictOperation", "{}"))["error"]["code"], 400);
  EXPECT_EQ(NewBearer(Token())->Get("/v1/" + name)->status, 404) << "there is no GET of an operation";
}

TEST_F(VertexDoorTest, Start_UnknownModel_Is404) {
  const std::string place = "/v1beta1/projects/p/locations/l/publishers/google/models/veo-3.1-generate-preview";
  const httplib::Result result = Call("predictLongRunning", kBody, place);
  EXPECT_EQ(result->status, 404);
  EXPECT_THAT(result->body, HasSubstr("Publisher Model `projects/p/locations/l/publishers/google/models/"
                                      "veo-3.1-generate-preview` was not found"));
}

TEST_F(VertexDoorTest, AnyCall_WithoutAGoodToken_Is401) {
  const std::string path = std::string(kPlace) + ":predictLongRunning";
  EXPECT_EQ(Post(kBody, path)->status, 401) << "a key alone is not enough";
  EXPECT_EQ(NewBearer("ya29.made-up")->Post(path, kBody, "application/json")->status, 401);
  const std::string token = Token();
  clock_.Advance(absl::Seconds(3600));
  const httplib::Result expired = NewBearer(token)->Post(path, kBody, "application/json");
  EXPECT_EQ(expired->status, 401);
  EXPECT_EQ(Json(expired)["error"]["status"], "UNAUTHENTICATED");
  EXPECT_THAT(expired->body, HasSubstr("ACCESS_TOKEN_EXPIRED"));
  EXPECT_TRUE(simulator().starts().empty());
}

TEST_F(VertexDoorTest, Express_WithAKey_CompletesAVideo) {
  const std::string path = "/v1beta1/publishers/google/models/veo-3.1-fast-generate-001";
  const std::string name = StartOperation(kBody, path + ":predictLongRunning");
  const std::string body = json{{"operationName", name}}.dump();
  EXPECT_EQ(Json(Post(body, path + ":fetchPredictOperation"))["done"], true);
  const std::string full = "/v1beta1/" + name.substr(0, name.find("/operations/"));
  EXPECT_EQ(Json(Post(body, full + ":fetchPredictOperation"))["done"], true);
}

TEST_F(VertexDoorTest, GetModel_KnownAndUnknown_IsFree) {
  const auto client = NewBearer(Token());
  EXPECT_EQ(Json(client->Get("/v1/publishers/google/models/veo-3.1-generate-001"))["name"],
            "publishers/google/models/veo-3.1-generate-001");
  EXPECT_EQ(client->Get("/v1beta1/publishers/google/models/veo-9")->status, 404);
  EXPECT_TRUE(simulator().starts().empty());
}

TEST_F(VertexDoorTest, Outcomes_OfFaults_AreGooglesAndFree) {
  simulator().SetFaults({FaultKind::kFiltered});
  const json filtered = Fetch(StartVertex())["response"];
  EXPECT_EQ(filtered["raiMediaFilteredCount"], 1);
  EXPECT_THAT(std::string(filtered["raiMediaFilteredReasons"][0]), HasSubstr("Support codes: 42237218"));
  EXPECT_FALSE(filtered.contains("videos"));
  simulator().SetFaults({FaultKind::kOperationError});
  EXPECT_EQ(Fetch(StartVertex())["error"]["code"], 13);
  simulator().SetFaults({FaultKind::kStuck});
  EXPECT_FALSE(Fetch(StartVertex()).contains("done"));
  EXPECT_EQ(simulator().bill().total_micro_dollars, 0);
}

TEST_F(VertexDoorTest, Faults_OfStartAndPoll_SpeakAsVertexDoes) {
  simulator().SetFaults({{FaultKind::kQuota, 1}, {FaultKind::kModelGone, 1}, {FaultKind::kBadKey, 1}});
  EXPECT_EQ(Call("predictLongRunning", kBody)->status, 401);
  EXPECT_THAT(Call("predictLongRunning", kBody)->body, HasSubstr("was not found"));
  const httplib::Result quota = Call("predictLongRunning", kBody);
  EXPECT_EQ(quota->status, 429);
  EXPECT_THAT(quota->body, HasSubstr("with base model: veo-3.1-generate-001"));
  simulator().SetFaults({FaultKind::kPollInternal});
  EXPECT_EQ(Fetch(StartVertex())["error"]["code"], 500);
}

TEST_F(VertexDoorTest, Storage_WhenDone_ListsAndServesEachVideo) {
  Start({.latency = absl::Seconds(5)});
  const std::string name = StartVertex(kStored);
  const auto client = NewBearer(Token());
  EXPECT_FALSE(Json(client->Get("/storage/v1/b/bucket/o?prefix=a/b/")).contains("items")) << "not done yet";
  clock_.Advance(absl::Seconds(5));
  const json videos = Fetch(name)["response"]["videos"];
  ASSERT_EQ(videos.size(), 2u);
  const json items = Json(client->Get("/storage/v1/b/bucket/o?prefix=a%2Fb%2F"))["items"];
  ASSERT_EQ(items.size(), 2u);
  std::set<std::string> contents;
  for (size_t i = 0; i < 2; ++i) {
    const std::string object = items[i]["name"];
    EXPECT_EQ(videos[i]["gcsUri"], "gs://bucket/" + object);
    EXPECT_THAT(object, MatchesRegex("a/b/[a-z0-9]+/sample_[01].mp4"));
    EXPECT_EQ(items[i]["contentType"], "video/mp4");
    std::string segment = object;
    for (size_t at = segment.find('/'); at != std::string::npos; at = segment.find('/')) segment.replace(at, 1, "%2F");
    EXPECT_EQ(Json(client->Get("/storage/v1/b/bucket/o/" + segment)), items[i]);
    const httplib::Result media = client->Get("/storage/v1/b/bucket/o/" + segment + "?alt=media");
    EXPECT_EQ(items[i]["size"], std::to_string(media->body.size()));
    EXPECT_EQ(client->Get("/storage/v1/b/bucket/o/" + object + "?alt=media")->status, 404) << "slashes not encoded";
    EXPECT_EQ(client->Get("/storage/v1/b/other/o/" + segment + "?alt=media")->status, 404);
    EXPECT_EQ(Get("/storage/v1/b/bucket/o/" + segment + "?alt=media")->status, 401);
    contents.insert(media->body);
  }
  EXPECT_EQ(contents.size(), 2u);
  EXPECT_EQ(contents.count(*simulator().ExpectedVideo(name)), 1u);
  EXPECT_EQ(simulator().counts().downloads[name], 2);
  EXPECT_EQ(simulator().bill().total_micro_dollars, 2 * 3'200'000);
}

TEST_F(VertexDoorTest, Storage_OfALostAnswer_IsListedPageByPage) {
  StartVertex(kStored);
  simulator().SetFaults({{FaultKind::kLostAnswer, 1}});
  EXPECT_FALSE(Call("predictLongRunning", kStored));
  const auto client = NewBearer(Token());
  std::set<std::string> names;
  std::string page;
  do {
    const json body = Json(client->Get("/storage/v1/b/bucket/o?prefix=a/&maxResults=3&pageToken=" + page));
    for (const json& item : body["items"]) names.insert(item["name"]);
    page = body.value("nextPageToken", "");
  } while (!page.empty());
  EXPECT_EQ(names.size(), 4u);
}

TEST_F(VertexDoorTest, Storage_Faults_SpoilADownload) {
  StartVertex(kStored);
  const auto client = NewBearer(Token());
  std::string segment = Json(client->Get("/storage/v1/b/bucket/o"))["items"][0]["name"];
  for (size_t at = segment.find('/'); at != std::string::npos; at = segment.find('/')) segment.replace(at, 1, "%2F");
  const std::string path = "/storage/v1/b/bucket/o/" + segment + "?alt=media";
  const std::string whole = client->Get(path)->body;
  simulator().SetFaults({{FaultKind::kEmptyFile, 1},
                         {FaultKind::kDownloadForbidden, 1},
                         {FaultKind::kRedirect, 1},
                         {FaultKind::kRedirectOtherHost, 1},
                         {FaultKind::kTruncated, 1}});
  EXPECT_EQ(client->Get(path)->body, "");
  EXPECT_EQ(client->Get(path)->status, 403);
  client->set_follow_location(true);
  EXPECT_EQ(client->Get(path)->body, whole);
  EXPECT_EQ(client->Get(path)->body, whole);
  EXPECT_FALSE(client->Get(path));
}

struct BadVertexBody {
  const char* parameters;
  const char* message;
};

void PrintTo(const BadVertexBody& bad, std::ostream* out) { *out << bad.parameters; }

class BadVertexBodyTest : public VertexDoorTest, public testing::WithParamInterface<BadVertexBody> {};

TEST_P(BadVertexBodyTest, Start_BadParameter_Is400AndNothingIsPaid) {
  const httplib::Result result =
      Call("predictLongRunning",
           std::string(R"({"instances":[{"prompt":"a"}],"parameters":)") + GetParam().parameters + "}");
  EXPECT_EQ(result->status, 400);
  EXPECT_THAT(result->body, HasSubstr(GetParam().message));
  EXPECT_TRUE(simulator().starts().empty());
}

INSTANTIATE_TEST_SUITE_P(Vertex, BadVertexBodyTest,
                         testing::Values(BadVertexBody{R"({"durationSeconds":"6"})", "durationSeconds"},
                                         BadVertexBody{R"({"durationSeconds":5})", "4, 6 or 8"},
                                         BadVertexBody{R"({"durationSeconds":6.5})", "durationSeconds"},
                                         BadVertexBody{R"({"sampleCount":5})", "sampleCount"},
                                         BadVertexBody{R"({"seed":4294967296})", "seed"},
                                         BadVertexBody{R"({"seed":-1})", "seed"},
                                         BadVertexBody{R"({"storageUri":"s3://bucket/"})", "storageUri"},
                                         BadVertexBody{R"({"generateAudio":"yes"})", "generateAudio"},
                                         BadVertexBody{R"({"personGeneration":"everyone"})", "personGeneration"},
                                         BadVertexBody{R"({"resolution":"360p"})", "resolution"},
                                         BadVertexBody{R"({"aspectRatio":"1:1"})", "aspectRatio"}));

TEST_F(VertexDoorTest, Start_EveryParameter_IsTaken) {
  const std::string name = StartVertex(
      R"({"instances":[{"prompt":"a","image":{"gcsUri":"gs://b/i.png","mimeType":"image/png"}}],"labels":{"a":"b"},
          "parameters":{"sampleCount":1,"storageUri":"gs://b","fps":24,"durationSeconds":4,"seed":4294967295,
          "aspectRatio":"9:16","resolution":"1080p","personGeneration":"dont_allow","pubsubTopic":"t",
          "negativePrompt":"n","enhancePrompt":true,"generateAudio":true,"compressionQuality":"OPTIMIZED",
          "resizeMode":"PAD"}})");
  const PaidStart start = simulator().starts()[0];
  EXPECT_EQ(start.duration_seconds, 4);
  EXPECT_EQ(start.resolution, "1080p");
  EXPECT_THAT(std::string(Fetch(name)["response"]["videos"][0]["gcsUri"]), StartsWith("gs://b/"));
}

}  // namespace
}  // namespace videojobs::simulator
