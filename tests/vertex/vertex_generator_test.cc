// What Vertex AI's door does on the wire beyond the common contract: whose token goes where, and that a lost start is
// found by its own folder.
#include "adapters/vertex/vertex_generator.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/generator/simulated_google.h"
#include "tests/http/noting_host.h"
#include "tests/support/settable_clock.h"
#include "tests/support/string_sink.h"

namespace videojobs::vertex {
namespace {

using http::Answer;
using http::NotingHost;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kModelPath[] =
    "/v1/projects/my-project/locations/us-central1/publishers/google/models/veo-3.1-fast-generate-001";
const std::string kName = absl::StrCat(absl::StripPrefix(kModelPath, "/v1/"), "/operations/8c5a4f2e");
const std::string kStart = absl::StrCat("POST ", kModelPath, ":predictLongRunning");
const std::string kPoll = absl::StrCat("POST ", kModelPath, ":fetchPredictOperation");
constexpr char kList[] = "GET /storage/v1/b/bucket-1/o?prefix=videos%2Fstart-1%2F";
constexpr char kFolder[] = "gs://bucket-1/videos/start-1/";
constexpr char kVideo[] = "gs://bucket-1/videos/start-1/17/sample_0.mp4";
constexpr char kObject[] = "GET /storage/v1/b/bucket-1/o/videos%2Fstart-1%2F17%2Fsample_0.mp4?alt=media";

std::string TokenAnswer(const std::string& token) {
  return Answer(200, absl::StrCat(R"({"access_token":")", token, R"(","expires_in":3599})"));
}

std::string Error(int code, const std::string& message) {
  return Answer(code, absl::StrCat(R"({"error":{"code":)", code, R"(,"status":"X","message":")", message, "\"}}"));
}

std::string Named(const std::string& name) { return Answer(200, absl::StrCat("{\"name\":\"", name, "\"}")); }

std::string Listed() { return Answer(200, R"({"items":[{"name":"videos/start-1/17/sample_0.mp4"}]})"); }

class VertexGeneratorTest : public testing::Test {
 protected:
  VertexGeneratorTest() { host_.On("POST /token", TokenAnswer("ya29.secret-1")); }

  Options User() const {
    Options options;
    Credentials credentials;
    credentials.kind = CredentialKind::kAuthorizedUser;
    credentials.client_id = "7640.apps";
    credentials.client_secret = "d-secret-2";
    credentials.refresh_token = "1//secret-3";
    credentials.token_uri = host_.Url("/token");
    options.credentials = credentials;
    options.project = "my-project";
    options.base_url = options.storage_url = host_.Url();
    return options;
  }
  Options WithOutput() const {
    Options options = User();
    options.output = "gs://bucket-1/videos";
    return options;
  }
  Options Express() const {
    Options options;
    options.api_key = kTestKey;
    options.base_url = options.storage_url = host_.Url();
    return options;
  }

  std::unique_ptr<VertexGenerator> Make(Options options) {
    return VertexGenerator::Create(std::move(options), client_, client_, clock_).value();
  }
  absl::Status Refusal(Options options) {
    return VertexGenerator::Create(std::move(options), client_, client_, clock_).status();
  }

  void AnswerAsMetadataServer(const std::string& project) {
    const std::string google = "Metadata-Flavor: Google\r\n";
    host_.On("GET /computeMetadata/v1/project/project-id", Answer(200, project, google));
    host_.On("GET /computeMetadata/v1/instance/service-accounts/default/token",
             Answer(200, R"({"access_token":"ya29.secret-1","expires_in":3599})", google));
  }

  static StartRequest Request() {
    StartRequest request;
    request.start_id = "start-1";
    request.options.model = "veo-3.1-fast-generate-001";
    request.scene = {"A leaf turns towards the light.", 6};
    return request;
  }

  http::Client client_;
  SettableClock clock_{absl::FromUnixSeconds(1'790'000'000)};
  NotingHost host_;
  StringSink sink_;
};

// --- opening --------------------------------------------------------------------------------------------------------

TEST_F(VertexGeneratorTest, Create_WrongOption_InvalidArgumentThatNamesIt) {
  struct Row {
    const char* name;
    Options options;
  };
  std::vector<Row> rows;
  const auto add = [&](const char* name, Options options, auto change) {
    change(options);
    rows.push_back({name, std::move(options)});
  };
  add("GOOGLE_CLOUD_PROJECT", User(), [](Options& options) { options.project = ""; });
  add("GOOGLE_CLOUD_PROJECT", User(), [](Options& options) { options.project = "my project"; });
  add("GOOGLE_CLOUD_PROJECT", User(), [](Options& options) { options.project = "../other"; });
  add("GOOGLE_CLOUD_LOCATION", User(), [](Options& options) { options.location = ""; });
  add("GOOGLE_CLOUD_LOCATION", User(), [](Options& options) { options.location = "evil.example/"; });
  add("VIDEOJOBS_VERTEX_OUTPUT", User(), [](Options& options) { options.output = "bucket/videos"; });
  add("VIDEOJOBS_VERTEX_OUTPUT", User(), [](Options& options) { options.output = "gs://"; });
  add("VIDEOJOBS_VERTEX_OUTPUT", Express(), [](Options& options) { options.output = "gs://bucket/videos"; });
  add("STORAGE_EMULATOR_HOST", User(), [](Options& options) { options.storage_url = "http://a.example"; });
  add("base URL", User(), [](Options& options) { options.base_url = "http://a.example"; });
  add("API key", Express(), [](Options& options) { options.api_key = ""; });
  add("API key", Express(), [](Options& options) { options.api_key = "two secret-words"; });
  for (const Row& row : rows) {
    const absl::Status status = Refusal(row.options);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << row.name << ": " << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(row.name));
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("secret-")));
  }
  EXPECT_THAT(host_.calls(), IsEmpty());
}

TEST_F(VertexGeneratorTest, Create_ProjectNamedByTheCredentials_Taken) {
  Options options = User();
  options.project = "";
  options.credentials->project = "my-project";
  host_.On(kStart, Named(kName));
  EXPECT_EQ(Make(std::move(options))->Start(Request()).operation_name, kName);
}

TEST_F(VertexGeneratorTest, Create_MetadataServer_ItsProjectOrUnavailable) {
  Options options = User();
  options.project = "";
  options.credentials = Credentials{};
  options.credentials->metadata_host = host_.Authority();
  EXPECT_TRUE(absl::IsUnavailable(Refusal(options)));
  AnswerAsMetadataServer("my-project");
  host_.On(kStart, Named(kName));
  EXPECT_EQ(Make(options)->Start(Request()).operation_name, kName);
}

TEST_F(VertexGeneratorTest, Create_MetadataServerAndAProject_TheOneThatWasSet) {
  Options options = User();
  options.credentials = Credentials{};
  options.credentials->metadata_host = host_.Authority();
  AnswerAsMetadataServer("the-machines-own");
  host_.On(kStart, Named(kName));
  EXPECT_EQ(Make(options)->Start(Request()).operation_name, kName);
}

// Else every job would find out by itself that there never will be a token.
TEST_F(VertexGeneratorTest, Create_NoMetadataServer_UnavailableAlsoWhereTheProjectIsKnown) {
  Options options = User();
  options.credentials = Credentials{};
  options.credentials->metadata_host = host_.Authority();
  EXPECT_TRUE(absl::IsUnavailable(Refusal(options)));
}

TEST_F(VertexGeneratorTest, Create_PlainHttpBaseUrl_WhereItIsAllowed) {
  Options options = User();
  options.base_url = "http://proxy.example";
  EXPECT_TRUE(absl::IsInvalidArgument(Refusal(options)));
  options.plain_http = true;
  EXPECT_EQ(Refusal(options), absl::OkStatus());
}

// --- on the wire ----------------------------------------------------------------------------------------------------

TEST_F(VertexGeneratorTest, Start_OnTheWire_PathTokenAndFolder) {
  host_.On(kStart, Named(kName));
  EXPECT_EQ(Make(WithOutput())->Start(Request()).operation_name, kName);
  ASSERT_THAT(host_.calls(), ElementsAre("POST /token", kStart));
  const http::ReceivedRequest start = host_.requests()[1];
  EXPECT_EQ(start.headers.at("authorization"), "Bearer ya29.secret-1");
  EXPECT_EQ(start.headers.at("content-type"), "application/json");
  EXPECT_FALSE(start.Has("x-goog-user-project"));
  EXPECT_FALSE(start.Has("x-goog-api-key"));
  EXPECT_THAT(start.body, HasSubstr(R"("storageUri":"gs://bucket-1/videos/start-1/")"));
}

TEST_F(VertexGeneratorTest, Start_WithoutOutput_NoFolderInTheBody) {
  host_.On(kStart, Named(kName));
  Make(User())->Start(Request());
  EXPECT_THAT(host_.requests().back().body, Not(HasSubstr("storageUri")));
}

TEST_F(VertexGeneratorTest, AnyCall_QuotaProject_InItsHeader) {
  Options options = WithOutput();
  options.credentials->quota_project = "billed-project";
  const auto generator = Make(options);
  generator->Start(Request());
  generator->Poll(kName);
  generator->Poll(kFolder);
  generator->Fetch(kName, kVideo, sink_).IgnoreError();
  generator->CheckModel("veo-3.1-fast-generate-001").IgnoreError();
  int calls = 0;
  for (const http::ReceivedRequest& request : host_.requests()) {
    if (request.target == "/token") continue;
    EXPECT_EQ(request.headers.at("x-goog-user-project"), "billed-project") << request.target;
    ++calls;
  }
  EXPECT_EQ(calls, 5);
  options.credentials->quota_project = "evil\r\nX-Header: 1";
  host_.On(kStart, Named(kName));
  EXPECT_EQ(Make(options)->Start(Request()).kind, OutcomeKind::kAccepted);
  EXPECT_FALSE(host_.requests().back().Has("x-goog-user-project"));
}

TEST_F(VertexGeneratorTest, Start_LocationOfTheJob_InThePath) {
  StartRequest request = Request();
  request.location = "europe-west4";
  Make(User())->Start(request);
  EXPECT_THAT(host_.calls().back(), HasSubstr("/locations/europe-west4/"));
  request.location = "evil.example/x";
  Make(User())->Start(request);
  EXPECT_THAT(host_.calls().back(), HasSubstr("/locations/us-central1/"));
}

TEST_F(VertexGeneratorTest, Poll_OnTheWire_ProjectAndLocationOfTheName) {
  const std::string name = "projects/12345/locations/eu/publishers/google/models/veo-2/operations/abc";
  const std::string call = "POST /v1/projects/12345/locations/eu/publishers/google/models/veo-2:fetchPredictOperation";
  host_.On(call, Named(name));
  EXPECT_EQ(Make(User())->Poll(name).kind, PollKind::kRunning);
  EXPECT_EQ(host_.calls().back(), call);
  EXPECT_EQ(host_.requests().back().body, absl::StrCat("{\"operationName\":\"", name, "\"}"));
}

TEST_F(VertexGeneratorTest, ExpressMode_OnTheWire_KeyAndNoProject) {
  const std::string model = "/v1beta1/publishers/google/models/veo-3.1-fast-generate-001";
  host_.On("POST " + model + ":predictLongRunning", Named(kName));
  const auto generator = Make(Express());
  EXPECT_EQ(generator->location(), "");
  EXPECT_FALSE(generator->KeepsEvidence());
  StartRequest request = Request();
  request.location = "europe-west4";
  EXPECT_EQ(generator->Start(request).operation_name, kName);
  generator->Poll(kName);
  EXPECT_THAT(host_.calls(),
              ElementsAre("POST " + model + ":predictLongRunning", "POST " + model + ":fetchPredictOperation"));
  for (const http::ReceivedRequest& asked : host_.requests()) {
    EXPECT_EQ(asked.headers.at("x-goog-api-key"), kTestKey);
    EXPECT_FALSE(asked.Has("authorization"));
  }
}

// Seen by a proxy, which lets nobody through: no test leaves this machine.
TEST_F(VertexGeneratorTest, Start_NoBaseUrl_AskedAtTheHostOfItsLocation) {
  setenv("https_proxy", host_.Url().c_str(), 1);
  setenv("no_proxy", "127.0.0.1", 1);
  Options user = User();
  Options express = Express();
  user.base_url = express.base_url = "";
  EXPECT_EQ(Make(user)->Start(Request()).kind, OutcomeKind::kRefused) << "surely nothing was sent";
  StartRequest elsewhere = Request();
  elsewhere.location = "europe-west4";
  Make(user)->Start(elsewhere);
  Make(express)->Start(Request());
  unsetenv("https_proxy");
  unsetenv("no_proxy");
  EXPECT_THAT(host_.calls(), ElementsAre("POST /token", "CONNECT us-central1-aiplatform.googleapis.com:443",
                                         "POST /token", "CONNECT europe-west4-aiplatform.googleapis.com:443",
                                         "CONNECT aiplatform.googleapis.com:443"));
}

TEST_F(VertexGeneratorTest, Start_AfterAPoll_OnAConnectionOfItsOwn) {
  const auto generator = Make(Express());
  generator->Poll(kName);
  generator->Start(Request());
  generator->Start(Request());
  EXPECT_EQ(host_.connections(), 3);
}

TEST_F(VertexGeneratorTest, AnyCall_NameOrModelOfAnotherForm_NothingIsAsked) {
  const auto generator = Make(Express());
  StartRequest request = Request();
  request.options.model = "../files";
  EXPECT_EQ(generator->Start(request).kind, OutcomeKind::kRefused);
  EXPECT_TRUE(absl::IsNotFound(generator->CheckModel("../files")));
  EXPECT_EQ(generator->Poll("models/m/operations/a").kind, PollKind::kTroubled);
  EXPECT_TRUE(absl::IsUnavailable(generator->Fetch("models/m/operations/a", "inline", sink_)));
  EXPECT_TRUE(absl::IsUnavailable(generator->Fetch(kName, "https://a.example/1.mp4", sink_)));
  EXPECT_TRUE(absl::IsUnimplemented(generator->Cancel(kName)));
  EXPECT_TRUE(absl::IsUnimplemented(generator->FindStart("start-1").status()));
  EXPECT_TRUE(absl::IsUnimplemented(generator->ListOperations("veo-3.1", 10).status()));
  EXPECT_THAT(host_.calls(), IsEmpty());
}

// --- tokens ---------------------------------------------------------------------------------------------------------

TEST_F(VertexGeneratorTest, AnyCall_401_TheTokenIsDroppedAndTheNextCallFetchesAnother) {
  for (const std::string& call : {kStart, kPoll, std::string(kList), std::string(kObject)})
    host_.On(call, Error(401, "No."));
  const auto generator = Make(WithOutput());
  generator->Poll(kName);
  EXPECT_TRUE(absl::IsUnavailable(generator->Fetch(kName, "inline", sink_)));
  EXPECT_EQ(generator->Poll(kFolder).kind, PollKind::kTroubled);
  EXPECT_TRUE(absl::IsPermissionDenied(generator->FindStart("start-1").status()));
  EXPECT_TRUE(absl::IsPermissionDenied(generator->Fetch(kName, kVideo, sink_)));
  EXPECT_THAT(host_.calls(), ElementsAre("POST /token", kPoll, "POST /token", kPoll, "POST /token", kList,
                                         "POST /token", kList, "POST /token", kObject));
}

// A token that was revoked, or outlived in a machine that slept: surely nothing was created, so it goes out once more.
TEST_F(VertexGeneratorTest, Start_TokenRefused_GoesOutOnceMoreWithANewOne) {
  host_.On(kStart, Error(401, "No."));
  http::RawServer tokens(http::RawServer::Answering([&](const http::ReceivedRequest&) {
    if (!host_.calls().empty()) host_.On(kStart, Named(kName));
    return TokenAnswer(absl::StrCat("ya29.secret-", host_.calls().size()));
  }));
  Options options = User();
  options.credentials->token_uri = tokens.Url("/token");
  const StartOutcome outcome = Make(options)->Start(Request());
  EXPECT_EQ(outcome.kind, OutcomeKind::kAccepted) << outcome.detail;
  EXPECT_THAT(host_.calls(), ElementsAre(kStart, kStart));
  EXPECT_EQ(host_.requests()[0].headers.at("authorization"), "Bearer ya29.secret-0");
  EXPECT_EQ(host_.requests()[1].headers.at("authorization"), "Bearer ya29.secret-1");
  EXPECT_EQ(host_.requests()[0].body, host_.requests()[1].body);
  EXPECT_EQ(host_.connections(), 2);
}

TEST_F(VertexGeneratorTest, Start_EveryTokenRefused_BadKeyAfterTwoCalls) {
  host_.On(kStart, Error(401, "No."));
  int tokens_given = 0;
  http::RawServer tokens(http::RawServer::Answering(
      [&](const http::ReceivedRequest&) { return TokenAnswer(absl::StrCat("ya29.secret-", ++tokens_given)); }));
  Options options = User();
  options.credentials->token_uri = tokens.Url("/token");
  EXPECT_EQ(Make(options)->Start(Request()).lane_reason, LaneReason::kBadKey);
  EXPECT_THAT(host_.calls(), ElementsAre(kStart, kStart));
}

TEST_F(VertexGeneratorTest, Start_TheSameTokenAgain_IsNotSentTwice) {
  host_.On(kStart, Error(401, "No."));
  EXPECT_EQ(Make(User())->Start(Request()).lane_reason, LaneReason::kBadKey);
  EXPECT_THAT(host_.calls(), ElementsAre("POST /token", kStart, "POST /token"));
}

TEST_F(VertexGeneratorTest, Start_TokenRefusedAndNoOtherIsGiven_BadKeyAfterOneCall) {
  host_.On(kStart, Error(401, "No."));
  int asked = 0;
  http::RawServer tokens(http::RawServer::Answering([&](const http::ReceivedRequest&) {
    return ++asked == 1 ? TokenAnswer("ya29.secret-1") : Answer(400, R"({"error":"invalid_grant"})");
  }));
  Options options = User();
  options.credentials->token_uri = tokens.Url("/token");
  const StartOutcome outcome = Make(options)->Start(Request());
  EXPECT_EQ(outcome.kind, OutcomeKind::kRefused);
  EXPECT_EQ(outcome.lane_reason, LaneReason::kBadKey);
  EXPECT_THAT(outcome.detail, HasSubstr("invalid_grant"));
  EXPECT_THAT(host_.calls(), ElementsAre(kStart));
}

// A proxy's own page says nothing about the start behind it: a second one might be a second payment.
TEST_F(VertexGeneratorTest, Start_401ThatIsNotGooglesOwn_IsNotSentTwice) {
  host_.On(kStart, Answer(401, "<html>Sign in to the network</html>"));
  EXPECT_EQ(Make(User())->Start(Request()).kind, OutcomeKind::kUnknown);
  EXPECT_THAT(host_.calls(), ElementsAre("POST /token", kStart));
}

TEST_F(VertexGeneratorTest, ExpressMode_401_BadKeyAfterOneCall) {
  const std::string start = "POST /v1beta1/publishers/google/models/veo-3.1-fast-generate-001:predictLongRunning";
  host_.On(start, Error(401, "No."));
  host_.On(kObject, Error(401, "No."));
  const auto generator = Make(Express());
  EXPECT_EQ(generator->Start(Request()).lane_reason, LaneReason::kBadKey);
  EXPECT_TRUE(absl::IsPermissionDenied(generator->Fetch(kName, kVideo, sink_)));
  EXPECT_THAT(host_.calls(), ElementsAre(start, kObject));
}

TEST_F(VertexGeneratorTest, Start_OtherRefusals_AreNotSentTwice) {
  const auto generator = Make(User());
  for (const int code : {400, 403, 404, 429, 500, 503}) {
    host_.On(kStart, Error(code, "No."));
    generator->Start(Request());
  }
  EXPECT_THAT(host_.calls(), ElementsAre("POST /token", kStart, kStart, kStart, kStart, kStart, kStart));
}

TEST_F(VertexGeneratorTest, Start_MayNotGoOutAnyMore_NothingIsSentAndTheLaneStaysOpen) {
  StartRequest request = Request();
  request.may_go_out = [] { return false; };
  const StartOutcome outcome = Make(User())->Start(request);
  EXPECT_EQ(outcome.kind, OutcomeKind::kRefused);
  EXPECT_EQ(outcome.lane_reason, LaneReason::kOverloaded);
  EXPECT_EQ(outcome.lane_closed_for, absl::ZeroDuration());
  EXPECT_THAT(host_.calls(), ElementsAre("POST /token")) << "asked after the wait for a token";
}

TEST_F(VertexGeneratorTest, Poll_AfterADroppedToken_TheNewOneGoesOut) {
  host_.On(kPoll, Error(401, "No."));
  const auto generator = Make(User());
  generator->Poll(kName);
  host_.On("POST /token", TokenAnswer("ya29.secret-4"));
  host_.On(kPoll, Named(kName));
  EXPECT_EQ(generator->Poll(kName).kind, PollKind::kRunning);
  EXPECT_EQ(host_.requests().back().headers.at("authorization"), "Bearer ya29.secret-4");
}

TEST_F(VertexGeneratorTest, AnyCall_OtherErrors_TheTokenIsKept) {
  const auto generator = Make(User());
  for (const int code : {400, 403, 404, 429, 500}) {
    host_.On(kPoll, Error(code, "No."));
    generator->Poll(kName);
  }
  EXPECT_THAT(host_.calls(), ElementsAre("POST /token", kPoll, kPoll, kPoll, kPoll, kPoll));
}

TEST_F(VertexGeneratorTest, Start_CredentialsRefused_RefusedWithABadKeyAndNothingSent) {
  host_.On("POST /token", Answer(400, R"({"error":"invalid_grant","error_description":"Revoked."})"));
  const StartOutcome outcome = Make(User())->Start(Request());
  EXPECT_EQ(outcome.kind, OutcomeKind::kRefused);
  EXPECT_EQ(outcome.lane_reason, LaneReason::kBadKey);
  EXPECT_EQ(outcome.lane_closed_for, absl::Minutes(10));
  EXPECT_FALSE(outcome.lane_wait_told);
  EXPECT_THAT(outcome.detail, HasSubstr("invalid_grant Revoked."));
  EXPECT_THAT(host_.calls(), ElementsAre("POST /token"));
}

TEST_F(VertexGeneratorTest, Start_NoAnswerAboutAToken_RefusedAsOverloadedAndNothingSent) {
  for (const std::string& answer : {Answer(500, "{}"), Answer(200, "<html>")}) {
    host_.On("POST /token", answer);
    const StartOutcome outcome = Make(User())->Start(Request());
    EXPECT_EQ(outcome.kind, OutcomeKind::kRefused) << outcome.detail;
    EXPECT_EQ(outcome.lane_reason, LaneReason::kOverloaded);
    EXPECT_EQ(outcome.http_status, 0);
    EXPECT_THAT(outcome.detail, HasSubstr("no access token"));
  }
  EXPECT_THAT(host_.calls(), ElementsAre("POST /token", "POST /token"));
}

TEST_F(VertexGeneratorTest, OtherCalls_NoToken_Trouble) {
  host_.On("POST /token", Answer(400, R"({"error":"invalid_grant"})"));
  const auto generator = Make(WithOutput());
  EXPECT_EQ(generator->Poll(kName).kind, PollKind::kTroubled);
  EXPECT_EQ(generator->Poll(kFolder).kind, PollKind::kTroubled);
  EXPECT_TRUE(absl::IsPermissionDenied(generator->Fetch(kName, "inline", sink_)));
  EXPECT_TRUE(absl::IsPermissionDenied(generator->Fetch(kName, kVideo, sink_)));
  EXPECT_TRUE(absl::IsPermissionDenied(generator->FindStart("start-1").status()));
  EXPECT_TRUE(absl::IsPermissionDenied(generator->CheckModel("veo-3.1-fast-generate-001")));
  EXPECT_EQ(sink_.text, "");
}

TEST_F(VertexGeneratorTest, AnyError_NoSecretInItsWords) {
  NotingHost echo(Error(403, "ya29.secret-1 d-secret-2 1//secret-3 A leaf turns towards the light. is bad"));
  Options options = WithOutput();
  options.base_url = options.storage_url = echo.Url();
  const auto generator = Make(options);
  std::vector<std::string> words = {
      generator->Start(Request()).detail,
      generator->Poll(kName).detail,
      generator->Poll(kFolder).detail,
      std::string(generator->Fetch(kName, kVideo, sink_).message()),
      std::string(generator->Fetch(kName, "inline", sink_).message()),
      std::string(generator->FindStart("start-1").status().message()),
      std::string(generator->CheckModel("veo-3.1-fast-generate-001").message()),
  };
  for (const std::string& detail : words) {
    EXPECT_THAT(detail, HasSubstr("is bad"));
    EXPECT_THAT(detail, Not(HasSubstr("ya29.secret-1")));
  }
  EXPECT_THAT(words.front(), Not(HasSubstr("A leaf"))) << "the prompt, which only a start knows";
  host_.On("POST /token",
           Answer(400, R"({"error":"invalid_grant","error_description":"d-secret-2 1//secret-3 is bad"})"));
  const auto without = Make(options);
  for (const std::string& detail : {without->Start(Request()).detail, without->Poll(kName).detail}) {
    EXPECT_THAT(detail, HasSubstr("is bad"));
    EXPECT_THAT(detail, Not(HasSubstr("secret-")));
  }
}

// --- folders --------------------------------------------------------------------------------------------------------

// It is a running operation's only since a video was there: a rule of the bucket has deleted that.
TEST_F(VertexGeneratorTest, Folder_Empty_NotFoundAndGone) {
  host_.On(kList, Answer(200, "{}"));
  const auto generator = Make(WithOutput());
  EXPECT_TRUE(generator->KeepsEvidence());
  EXPECT_TRUE(absl::IsNotFound(generator->FindStart("start-1").status()));
  const PollAnswer answer = generator->Poll(kFolder);
  EXPECT_EQ(answer.kind, PollKind::kGone);
  EXPECT_THAT(answer.detail, HasSubstr(kFolder));
}

TEST_F(VertexGeneratorTest, Folder_WithAVideo_FoundPolledAndFetched) {
  host_.On(kList, Listed());
  host_.On(kObject, Answer(200, "video"));
  const auto generator = Make(WithOutput());
  const auto found = generator->FindStart("start-1");
  EXPECT_EQ(found.value(), kFolder);
  const PollAnswer answer = generator->Poll(*found);
  EXPECT_EQ(answer.kind, PollKind::kSucceeded);
  EXPECT_EQ(answer.result, kVideo);
  EXPECT_EQ(generator->Fetch(*found, answer.result, sink_), absl::OkStatus());
  EXPECT_EQ(sink_.text, "video");
}

TEST_F(VertexGeneratorTest, FindStart_FoldersOfEarlierSettings_AreLookedInAsWell) {
  Options options = User();
  options.output = "gs://bucket-2/new, gs://bucket-1/videos";
  const auto generator = Make(options);
  generator->Start(Request());
  EXPECT_THAT(host_.requests().back().body, HasSubstr(R"("storageUri":"gs://bucket-2/new/start-1/")"));
  host_.On("GET /storage/v1/b/bucket-2/o?prefix=new%2Fstart-1%2F", Answer(200, "{}"));
  host_.On(kList, Answer(200, "{}"));
  EXPECT_TRUE(absl::IsNotFound(generator->FindStart("start-1").status()));
  host_.On(kList, Listed());
  EXPECT_EQ(generator->FindStart("start-1").value(), kFolder);
  host_.On("GET /storage/v1/b/bucket-2/o?prefix=new%2Fstart-1%2F", Error(403, "No access."));
  EXPECT_EQ(generator->FindStart("start-1").value(), kFolder);
  host_.On(kList, Answer(200, "{}"));
  EXPECT_TRUE(absl::IsPermissionDenied(generator->FindStart("start-1").status())) << "it may lie where nobody can look";
}

TEST_F(VertexGeneratorTest, Folder_BucketForbidden_TroubleThatNamesTheVariable) {
  host_.On(kList, Error(403, "No access."));
  const auto generator = Make(WithOutput());
  EXPECT_TRUE(absl::IsPermissionDenied(generator->FindStart("start-1").status()));
  const PollAnswer answer = generator->Poll(kFolder);
  EXPECT_EQ(answer.kind, PollKind::kTroubled);
  EXPECT_THAT(answer.detail, HasSubstr("VIDEOJOBS_VERTEX_OUTPUT"));
}

// --- the free check -------------------------------------------------------------------------------------------------

constexpr char kModel[] = "veo-3.1-fast-generate-001";
constexpr char kGetModel[] = "GET /v1beta1/publishers/google/models/veo-3.1-fast-generate-001";

TEST_F(VertexGeneratorTest, CheckModel_OnTheWire_AsksForNoOperationAndForTheModel) {
  host_.On(kPoll, Error(404, "Operation not found."));
  host_.On(kGetModel, Answer(200, "{}"));
  EXPECT_EQ(Make(User())->CheckModel(kModel), absl::OkStatus());
  EXPECT_THAT(host_.calls(), ElementsAre("POST /token", kPoll, kGetModel));
  EXPECT_THAT(host_.requests()[1].body, HasSubstr("projects/my-project/locations/us-central1/"));
}

// Only the question for an operation has the project in its path.
TEST_F(VertexGeneratorTest, CheckModel_AnswersAboutAnOperation_WhatTheyMean) {
  const std::pair<std::string, absl::StatusCode> rows[] = {
      {Error(404, "Operation not found."), absl::StatusCode::kOk},
      {Error(400, "The operation's id is invalid."), absl::StatusCode::kOk},
      {Error(404, "Publisher Model `m` was not found."), absl::StatusCode::kNotFound},
      {Error(403, "Permission denied on resource project my-project."), absl::StatusCode::kPermissionDenied},
      {Error(403, "Please enable billing."), absl::StatusCode::kFailedPrecondition},
      {Error(401, "No."), absl::StatusCode::kPermissionDenied},
      {Error(429, "No."), absl::StatusCode::kUnavailable},
      {Error(500, "No."), absl::StatusCode::kUnavailable},
      {Answer(404, "<html>a proxy's"), absl::StatusCode::kUnavailable},
  };
  host_.On(kGetModel, Answer(200, "{}"));
  for (const auto& [answer, code] : rows) {
    host_.On(kPoll, answer);
    EXPECT_EQ(Make(User())->CheckModel(kModel).code(), code) << answer;
  }
}

TEST_F(VertexGeneratorTest, CheckModel_BillingIsOffForTheModel_FailedPrecondition) {
  host_.On(kPoll, Error(404, "Operation not found."));
  host_.On(kGetModel, Error(403, "Please enable billing."));
  EXPECT_TRUE(absl::IsFailedPrecondition(Make(User())->CheckModel(kModel)));
}

TEST_F(VertexGeneratorTest, FreeCalls_NoAnswer_Trouble) {
  host_.On(kPoll, "no answer");
  host_.On(kGetModel, "no answer");
  const auto generator = Make(User());
  EXPECT_TRUE(absl::IsUnavailable(generator->CheckModel(kModel)));
  EXPECT_EQ(generator->Poll(kName).kind, PollKind::kTroubled);
  host_.On(kPoll, Error(404, "Operation not found."));
  EXPECT_TRUE(absl::IsUnavailable(generator->CheckModel(kModel)));
}

TEST_F(VertexGeneratorTest, Fetch_VideoNoLongerInside_Unavailable) {
  const std::string elsewhere = absl::StrCat(R"({"done":true,"response":{"videos":[{"gcsUri":")", kVideo, "\"}]}}");
  for (const std::string& answer : {Answer(200, "{\"done\":false}"), Answer(200, elsewhere)}) {
    host_.On(kPoll, answer);
    EXPECT_TRUE(absl::IsUnavailable(Make(User())->Fetch(kName, "inline", sink_))) << answer;
  }
  EXPECT_EQ(sink_.text, "");
}

TEST_F(VertexGeneratorTest, CheckModel_QuestionForTheModelRefusedForEver_LetsAStartFindOut) {
  host_.On(kPoll, Error(404, "Operation not found."));
  host_.On(kGetModel, Error(403, "No."));
  const auto generator = Make(User());
  EXPECT_EQ(generator->CheckModel(kModel), absl::OkStatus()) << "project and credentials were let through";
  host_.On(kGetModel, Error(404, "No."));
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(absl::IsNotFound(generator->CheckModel(kModel))) << i;
  EXPECT_EQ(generator->CheckModel(kModel), absl::OkStatus());
  EXPECT_TRUE(absl::IsNotFound(generator->CheckModel(kModel))) << "one start, and then the same again";
}

}  // namespace
}  // namespace videojobs::vertex
