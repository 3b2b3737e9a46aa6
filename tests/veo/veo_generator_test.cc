// What Veo's adapter does on the wire beyond the common contract: where the key goes, and that a start is made once.
#include "adapters/veo/veo_generator.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/generator/simulated_google.h"
#include "tests/http/noting_host.h"
#include "tests/support/settable_clock.h"
#include "tests/support/string_sink.h"

namespace videojobs::veo {
namespace {

using http::Answer;
using http::NotingHost;
using http::RawServer;
using http::ReceivedRequest;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string kName = "models/veo-3.1-fast-generate-preview/operations/abc";

class VeoGeneratorTest : public testing::Test {
 protected:
  std::unique_ptr<VeoGenerator> Make(const std::string& base_url) {
    Options options;
    options.api_key = kTestKey;
    options.base_url = base_url;
    return VeoGenerator::Create(std::move(options), client_, client_, clock_).value();
  }

  absl::Status Refusal(const std::string& api_key, const std::string& base_url) {
    Options options;
    options.api_key = api_key;
    options.base_url = base_url;
    return VeoGenerator::Create(std::move(options), client_, client_, clock_).status();
  }

  static StartRequest Request() {
    StartRequest request;
    request.options.model = "veo-3.1-fast-generate-preview";
    request.scene = {"A leaf turns towards the light.", 6};
    return request;
  }

  http::Client client_;
  SettableClock clock_{absl::FromUnixSeconds(1'790'000'000)};
};

TEST_F(VeoGeneratorTest, Create_BadKeyOrBaseUrl_InvalidArgumentWithoutTheKey) {
  for (const char* key : {"", "two words", "line\nbreak", "ключ"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(Refusal(key, google::kGeminiBaseUrl))) << key;
  }
  for (const char* base_url : {"", "generativelanguage.googleapis.com", "ftp://a.example", "http://a.example",
                               "https://a.example/?key=1", "https://user:word@a.example"}) {
    const absl::Status status = Refusal(kTestKey, base_url);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << base_url;
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr(kTestKey)));
  }
  EXPECT_EQ(Refusal(kTestKey, "https://proxy.example/gemini/"), absl::OkStatus());
}

TEST_F(VeoGeneratorTest, Start_OnTheWire_PathHeadersAndBody) {
  NotingHost host(Answer(200, absl::StrCat("{\"name\":\"", kName, "\"}")));
  EXPECT_EQ(Make(host.Url("/prefix/"))->Start(Request()).operation_name, kName);
  const std::vector<ReceivedRequest> requests = host.requests();
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].method, "POST");
  EXPECT_EQ(requests[0].target, "/prefix/v1beta/models/veo-3.1-fast-generate-preview:predictLongRunning");
  EXPECT_EQ(requests[0].headers.at("x-goog-api-key"), kTestKey);
  EXPECT_EQ(requests[0].headers.at("content-type"), "application/json");
  EXPECT_THAT(requests[0].body, HasSubstr("\"durationSeconds\":6"));
}

TEST_F(VeoGeneratorTest, Start_AfterAPoll_OnAConnectionOfItsOwn) {
  NotingHost host(Answer(200, absl::StrCat("{\"name\":\"", kName, "\"}")));
  const auto generator = Make(host.Url());
  generator->Poll(kName);
  generator->Start(Request());
  generator->Start(Request());
  EXPECT_EQ(host.connections(), 3);
}

TEST_F(VeoGeneratorTest, Start_NobodyListens_RefusedAndTheLaneClosesBriefly) {
  std::string url;
  { url = NotingHost(Answer(200, "")).Url(); }
  const StartOutcome outcome = Make(url)->Start(Request());
  EXPECT_EQ(outcome.kind, OutcomeKind::kRefused) << outcome.detail;
  EXPECT_EQ(outcome.lane_reason, LaneReason::kOverloaded);
  EXPECT_EQ(outcome.http_status, 0);
}

TEST_F(VeoGeneratorTest, Start_Redirected_UnknownAndNotFollowed) {
  NotingHost target(Answer(200, absl::StrCat("{\"name\":\"", kName, "\"}")));
  NotingHost host(Answer(307, "", absl::StrCat("Location: ", target.Url("/elsewhere"), "\r\n")));
  EXPECT_EQ(Make(host.Url())->Start(Request()).kind, OutcomeKind::kUnknown);
  EXPECT_TRUE(target.requests().empty());
}

TEST_F(VeoGeneratorTest, Start_AnswerTooLong_Unknown) {
  NotingHost host(Answer(200, absl::StrCat("{\"name\":\"", kName, "\",\"x\":\"", std::string(2 << 20, 'x'), "\"}")));
  EXPECT_EQ(Make(host.Url())->Start(Request()).kind, OutcomeKind::kUnknown);
}

TEST_F(VeoGeneratorTest, Start_SilentServer_UnknownAfterTheLimit) {
  RawServer server([](http::Connection& connection) {
    connection.ReadRequest();
    connection.WaitForClose();
  });
  Options options;
  options.api_key = kTestKey;
  options.base_url = server.Url();
  options.patience.start.first_byte = absl::Milliseconds(100);
  const auto generator = VeoGenerator::Create(std::move(options), client_, client_, clock_).value();
  const StartOutcome outcome = generator->Start(Request());
  EXPECT_EQ(outcome.kind, OutcomeKind::kUnknown);
  EXPECT_NE(outcome.detail, "");
}

TEST_F(VeoGeneratorTest, Start_ModelThatIsNoName_RefusedWithoutACall) {
  NotingHost host(Answer(200, absl::StrCat("{\"name\":\"", kName, "\"}")));
  StartRequest request = Request();
  request.options.model = "../files";
  EXPECT_EQ(Make(host.Url())->Start(request).kind, OutcomeKind::kRefused);
  EXPECT_TRUE(host.requests().empty());
}

TEST_F(VeoGeneratorTest, AnyCall_NameOfAnotherForm_NothingIsAsked) {
  NotingHost host(Answer(200, "{}"));
  const auto generator = Make(host.Url());
  StringSink sink;
  EXPECT_EQ(generator->Poll("models/../files/x").kind, PollKind::kTroubled);
  EXPECT_TRUE(absl::IsUnavailable(generator->Fetch("models/../files/x", "inline", sink)));
  EXPECT_TRUE(absl::IsNotFound(generator->CheckModel("../files")));
  EXPECT_TRUE(absl::IsNotFound(generator->ListOperations("../files", 10).status()));
  EXPECT_TRUE(host.requests().empty());
}

TEST_F(VeoGeneratorTest, CancelAndFind_Unimplemented) {
  NotingHost host;
  EXPECT_TRUE(absl::IsUnimplemented(Make(host.Url())->Cancel(kName)));
  EXPECT_TRUE(absl::IsUnimplemented(Make(host.Url())->FindStart("start-1").status()));
  EXPECT_FALSE(Make(host.Url())->KeepsEvidence());
  EXPECT_TRUE(host.requests().empty());
}

TEST_F(VeoGeneratorTest, FreeCalls_NobodyListens_Unavailable) {
  std::string url;
  { url = NotingHost().Url(); }
  EXPECT_TRUE(absl::IsUnavailable(Make(url)->CheckModel("veo-3.1-generate-preview")));
  EXPECT_TRUE(absl::IsUnavailable(Make(url)->ListOperations("veo-3.1-generate-preview", 10).status()));
}

// --- the list of operations -----------------------------------------------------------------------------------------

constexpr char kList[] = "GET /v1beta/models/veo-3.1-fast-generate-preview/operations";

std::string Listed(const std::vector<std::string>& ids, const std::string& next_page) {
  std::vector<std::string> operations;
  for (const std::string& id : ids) {
    operations.push_back(absl::StrCat(R"({"name":"models/veo-3.1-fast-generate-preview/operations/)", id, "\"}"));
  }
  return Answer(200, absl::StrCat("{\"operations\":[", absl::StrJoin(operations, ","), "],\"nextPageToken\":\"",
                                  next_page, "\"}"));
}

std::vector<std::string> NamesOf(const std::vector<ListedOperation>& operations) {
  std::vector<std::string> names;
  for (const ListedOperation& operation : operations) names.push_back(operation.name.substr(operation.name.rfind('/')));
  return names;
}

TEST_F(VeoGeneratorTest, ListOperations_ManyPages_UntilTheLimit) {
  NotingHost host;
  host.On(kList, Listed({"a", "b"}, "next page"));
  host.On(absl::StrCat(kList, "?pageToken=next%20page"), Listed({"c", "d"}, ""));
  const auto generator = Make(host.Url());
  const std::string model = "veo-3.1-fast-generate-preview";
  EXPECT_THAT(NamesOf(generator->ListOperations(model, 10).value()), ElementsAre("/a", "/b", "/c", "/d"));
  EXPECT_THAT(NamesOf(generator->ListOperations(model, 3).value()), ElementsAre("/a", "/b", "/c"));
  EXPECT_EQ(host.requests().size(), 4u);
  EXPECT_THAT(NamesOf(generator->ListOperations(model, 2).value()), ElementsAre("/a", "/b"));
  EXPECT_EQ(host.requests().size(), 5u) << "no page more than is wanted";
  for (const ReceivedRequest& request : host.requests()) EXPECT_EQ(request.headers.at("x-goog-api-key"), kTestKey);
}

TEST_F(VeoGeneratorTest, ListOperations_TheSamePageForEver_Ends) {
  NotingHost host;
  host.On(kList, Listed({"a"}, "1"));
  host.On(absl::StrCat(kList, "?pageToken=1"), Listed({"b"}, "1"));
  EXPECT_THAT(NamesOf(Make(host.Url())->ListOperations("veo-3.1-fast-generate-preview", 1000).value()),
              ElementsAre("/a", "/b"));
}

TEST_F(VeoGeneratorTest, ListOperations_NamesOfAnotherForm_ArePassedOver) {
  NotingHost host(Answer(200, absl::StrCat(R"({"operations":[{"name":"operations/x"},{"name":")", kName, "\"},{}]}")));
  EXPECT_THAT(NamesOf(Make(host.Url())->ListOperations("veo-3.1-fast-generate-preview", 10).value()),
              ElementsAre("/abc"));
}

TEST_F(VeoGeneratorTest, ListOperations_DoneOrNot_AsGoogleSays) {
  const auto with = [](const std::string& done) { return absl::StrCat("{\"name\":\"", kName, "\"", done, "}"); };
  NotingHost host(Answer(200, absl::StrCat("{\"operations\":[", with(",\"done\":true"), ",", with(",\"done\":false"),
                                           ",", with(""), ",", with(",\"done\":\"yes\""), "]}")));
  std::vector<bool> done;
  const auto operations = Make(host.Url())->ListOperations("veo-3.1-fast-generate-preview", 10);
  ASSERT_TRUE(operations.ok()) << operations.status();
  for (const ListedOperation& listed : *operations) done.push_back(listed.done);
  EXPECT_THAT(done, ElementsAre(true, false, false, false));
}

TEST_F(VeoGeneratorTest, ListOperations_AnswerThatIsNoList_Unavailable) {
  NotingHost host(Answer(200, "[]"));
  EXPECT_TRUE(absl::IsUnavailable(Make(host.Url())->ListOperations("veo-3.1-fast-generate-preview", 10).status()));
}

TEST_F(VeoGeneratorTest, ListOperations_Refused_ItsStatus) {
  NotingHost host(Answer(403, R"({"error":{"code":403,"status":"PERMISSION_DENIED","message":"No."}})"));
  EXPECT_TRUE(absl::IsPermissionDenied(Make(host.Url())->ListOperations("veo-3.1-fast-generate-preview", 10).status()));
}

// --- polls and downloads --------------------------------------------------------------------------------------------

TEST_F(VeoGeneratorTest, Poll_OnTheWire_PathAndKey) {
  NotingHost host(Answer(200, "{}"));
  EXPECT_EQ(Make(host.Url())->Poll(kName).kind, PollKind::kRunning);
  ASSERT_EQ(host.requests().size(), 1u);
  EXPECT_EQ(host.requests()[0].target, "/v1beta/" + kName);
  EXPECT_EQ(host.requests()[0].headers.at("x-goog-api-key"), kTestKey);
}

TEST_F(VeoGeneratorTest, Poll_AnswerOfManyMegabytesWithoutAVideo_Trouble) {
  NotingHost host(Answer(200, absl::StrCat("{\"x\":\"", std::string(2 << 20, 'x'), "\"}")));
  EXPECT_EQ(Make(host.Url())->Poll(kName).kind, PollKind::kTroubled);
}

TEST_F(VeoGeneratorTest, Poll_BrokenVideoInside_Trouble) {
  NotingHost host(Answer(200, R"({"done":true,"response":{"generateVideoResponse":{"generatedSamples":[{"video":{)"
                              R"("encodedVideo":"QUJ"}}]}}})"));
  EXPECT_EQ(Make(host.Url())->Poll(kName).kind, PollKind::kTroubled);
}

TEST_F(VeoGeneratorTest, Fetch_BrokenVideoInside_DataLoss) {
  NotingHost host(Answer(200, R"({"done":true,"response":{"generateVideoResponse":{"generatedSamples":[{"video":{)"
                              R"("encodedVideo":"QUJ"}}]}}})"));
  StringSink sink;
  EXPECT_TRUE(absl::IsDataLoss(Make(host.Url())->Fetch(kName, "inline", sink)));
}

TEST_F(VeoGeneratorTest, Fetch_VideoNoLongerInside_Unavailable) {
  for (const std::string& answer :
       {Answer(200, "{\"done\":false}"), Answer(500, "{}"),
        Answer(200, R"({"done":true,"response":{"generateVideoResponse":{"generatedSamples":[{"video":{)"
                    R"("uri":"https://generativelanguage.googleapis.com/v1beta/files/abc"}}]}}})")}) {
    NotingHost host(answer);
    StringSink sink;
    EXPECT_TRUE(absl::IsUnavailable(Make(host.Url())->Fetch(kName, "inline", sink))) << answer;
  }
}

TEST_F(VeoGeneratorTest, Fetch_GooglesUri_AskedOfTheBaseUrlWithTheKey) {
  NotingHost host(Answer(200, "video"));
  StringSink sink;
  EXPECT_EQ(
      Make(host.Url())
          ->Fetch(kName, "https://generativelanguage.googleapis.com/v1beta/files/abc123:download?alt=media", sink),
      absl::OkStatus());
  EXPECT_EQ(sink.text, "video");
  ASSERT_EQ(host.requests().size(), 1u);
  EXPECT_EQ(host.requests()[0].target, "/v1beta/files/abc123:download?alt=media");
  EXPECT_EQ(host.requests()[0].headers.at("x-goog-api-key"), kTestKey);
}

TEST_F(VeoGeneratorTest, Fetch_UriOfAnotherHost_WithoutTheKey) {
  NotingHost base(Answer(200, "{}"));
  NotingHost other(Answer(200, "video"));
  StringSink sink;
  EXPECT_EQ(Make(base.Url())->Fetch(kName, other.Url("/v1beta/files/abc:download?sig=1"), sink), absl::OkStatus());
  EXPECT_EQ(sink.text, "video");
  ASSERT_EQ(other.requests().size(), 1u);
  EXPECT_EQ(other.requests()[0].target, "/v1beta/files/abc:download?sig=1");
  EXPECT_FALSE(other.requests()[0].Has("x-goog-api-key"));
  EXPECT_THAT(other.requests()[0].target, Not(HasSubstr(kTestKey)));
}

TEST_F(VeoGeneratorTest, Fetch_RedirectedToAnotherHost_WithoutTheKey) {
  NotingHost other(Answer(200, "video"));
  NotingHost base(Answer(302, "", absl::StrCat("Location: ", other.Url("/signed"), "\r\n")));
  StringSink sink;
  EXPECT_EQ(Make(base.Url())->Fetch(kName, base.Url("/v1beta/files/abc:download"), sink), absl::OkStatus());
  EXPECT_TRUE(base.requests()[0].Has("x-goog-api-key"));
  EXPECT_FALSE(other.requests()[0].Has("x-goog-api-key"));
}

TEST_F(VeoGeneratorTest, Fetch_UriThatMustNotBeFollowed_UnavailableWithoutACall) {
  NotingHost local(Answer(200, "secret of this machine"));
  const auto google = Make(google::kGeminiBaseUrl);
  for (const std::string& uri :
       {local.Url("/admin"), std::string("http://video.example/1.mp4"), std::string("https://127.0.0.1/1.mp4"),
        std::string("file:///etc/passwd"), std::string("nonsense")}) {
    StringSink sink;
    const absl::Status status = google->Fetch(kName, uri, sink);
    EXPECT_TRUE(absl::IsUnavailable(status)) << uri << ": " << status;
    EXPECT_EQ(sink.text, "");
  }
  EXPECT_TRUE(local.requests().empty());
}

TEST_F(VeoGeneratorTest, AnyError_NeitherKeyNorQueryInItsWords) {
  const std::string echo = absl::StrCat("{\"error\":{\"code\":403,\"status\":\"PERMISSION_DENIED\",\"message\":\"key ",
                                        kTestKey, " is bad\"}}");
  NotingHost host(Answer(403, echo));
  const auto generator = Make(host.Url());
  StringSink sink;
  const absl::Status fetched = generator->Fetch(kName, host.Url("/v1beta/files/abc:download?sig=topsecret"), sink);
  for (const std::string& words :
       {generator->Start(Request()).detail, generator->Poll(kName).detail, std::string(fetched.message())}) {
    EXPECT_THAT(words, HasSubstr("is bad"));
    EXPECT_THAT(words, Not(HasSubstr(kTestKey)));
    EXPECT_THAT(words, Not(HasSubstr("topsecret")));
  }
}

}  // namespace
}  // namespace videojobs::veo
