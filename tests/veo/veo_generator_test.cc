// What Veo's adapter does on the wire beyond the common contract: where the key goes, and that a start is made once.
#include "adapters/veo/veo_generator.h"

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/generator/simulated_google.h"
#include "tests/http/raw_server.h"
#include "tests/support/settable_clock.h"
#include "tests/support/string_sink.h"

namespace videojobs::veo {
namespace {

using http::Answer;
using http::RawServer;
using http::ReceivedRequest;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string kName = "models/veo-3.1-fast-generate-preview/operations/abc";

// A server that notes what it is asked and answers everything alike.
class Host {
 public:
  explicit Host(std::string answer)
      : server_(RawServer::Answering([this, answer = std::move(answer)](const ReceivedRequest& request) {
          const std::lock_guard lock(mutex_);
          requests_.push_back(request);
          return answer;
        })) {}

  std::string Url(absl::string_view path = "") const { return server_.Url(path); }
  std::vector<ReceivedRequest> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  int connections() const { return server_.connections(); }

 private:
  std::mutex mutex_;
  std::vector<ReceivedRequest> requests_;
  RawServer server_;
};

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
  Host host(Answer(200, absl::StrCat("{\"name\":\"", kName, "\"}")));
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
  Host host(Answer(200, absl::StrCat("{\"name\":\"", kName, "\"}")));
  const auto generator = Make(host.Url());
  generator->Poll(kName);
  generator->Start(Request());
  generator->Start(Request());
  EXPECT_EQ(host.connections(), 3);
}

TEST_F(VeoGeneratorTest, Start_NobodyListens_RefusedAndTheLaneClosesBriefly) {
  std::string url;
  { url = Host(Answer(200, "")).Url(); }
  const StartOutcome outcome = Make(url)->Start(Request());
  EXPECT_EQ(outcome.kind, OutcomeKind::kRefused) << outcome.detail;
  EXPECT_EQ(outcome.lane_reason, LaneReason::kOverloaded);
  EXPECT_EQ(outcome.http_status, 0);
}

TEST_F(VeoGeneratorTest, Start_Redirected_UnknownAndNotFollowed) {
  Host target(Answer(200, absl::StrCat("{\"name\":\"", kName, "\"}")));
  Host host(Answer(307, "", absl::StrCat("Location: ", target.Url("/elsewhere"), "\r\n")));
  EXPECT_EQ(Make(host.Url())->Start(Request()).kind, OutcomeKind::kUnknown);
  EXPECT_TRUE(target.requests().empty());
}

TEST_F(VeoGeneratorTest, Start_AnswerTooLong_Unknown) {
  Host host(Answer(200, absl::StrCat("{\"name\":\"", kName, "\",\"x\":\"", std::string(2 << 20, 'x'), "\"}")));
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
  Host host(Answer(200, absl::StrCat("{\"name\":\"", kName, "\"}")));
  StartRequest request = Request();
  request.options.model = "../files";
  EXPECT_EQ(Make(host.Url())->Start(request).kind, OutcomeKind::kRefused);
  EXPECT_TRUE(host.requests().empty());
}

TEST_F(VeoGeneratorTest, Poll_NameOfAnotherForm_TroubleWithoutACall) {
  Host host(Answer(200, "{}"));
  EXPECT_EQ(Make(host.Url())->Poll("models/../files/x").kind, PollKind::kTroubled);
  EXPECT_TRUE(host.requests().empty());
}

TEST_F(VeoGeneratorTest, Poll_OnTheWire_PathAndKey) {
  Host host(Answer(200, "{}"));
  EXPECT_EQ(Make(host.Url())->Poll(kName).kind, PollKind::kRunning);
  ASSERT_EQ(host.requests().size(), 1u);
  EXPECT_EQ(host.requests()[0].target, "/v1beta/" + kName);
  EXPECT_EQ(host.requests()[0].headers.at("x-goog-api-key"), kTestKey);
}

TEST_F(VeoGeneratorTest, Poll_AnswerOfManyMegabytesWithoutAVideo_Trouble) {
  Host host(Answer(200, absl::StrCat("{\"x\":\"", std::string(2 << 20, 'x'), "\"}")));
  EXPECT_EQ(Make(host.Url())->Poll(kName).kind, PollKind::kTroubled);
}

TEST_F(VeoGeneratorTest, Poll_BrokenVideoInside_Trouble) {
  Host host(Answer(200, R"({"done":true,"response":{"generateVideoResponse":{"generatedSamples":[{"video":{)"
                        R"("encodedVideo":"QUJ"}}]}}})"));
  EXPECT_EQ(Make(host.Url())->Poll(kName).kind, PollKind::kTroubled);
}

TEST_F(VeoGeneratorTest, Fetch_BrokenVideoInside_DataLoss) {
  Host host(Answer(200, R"({"done":true,"response":{"generateVideoResponse":{"generatedSamples":[{"video":{)"
                        R"("encodedVideo":"QUJ"}}]}}})"));
  StringSink sink;
  EXPECT_TRUE(absl::IsDataLoss(Make(host.Url())->Fetch(kName, "inline", sink)));
}

TEST_F(VeoGeneratorTest, Fetch_VideoNoLongerInside_Unavailable) {
  Host host(Answer(200, "{\"done\":false}"));
  StringSink sink;
  EXPECT_TRUE(absl::IsUnavailable(Make(host.Url())->Fetch(kName, "inline", sink)));
}

TEST_F(VeoGeneratorTest, Fetch_GooglesUri_AskedOfTheBaseUrlWithTheKey) {
  Host host(Answer(200, "video"));
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
  Host base(Answer(200, "{}"));
  Host other(Answer(200, "video"));
  StringSink sink;
  EXPECT_EQ(Make(base.Url())->Fetch(kName, other.Url("/v1beta/files/abc:download?sig=1"), sink), absl::OkStatus());
  EXPECT_EQ(sink.text, "video");
  ASSERT_EQ(other.requests().size(), 1u);
  EXPECT_EQ(other.requests()[0].target, "/v1beta/files/abc:download?sig=1");
  EXPECT_FALSE(other.requests()[0].Has("x-goog-api-key"));
  EXPECT_THAT(other.requests()[0].target, Not(HasSubstr(kTestKey)));
}

TEST_F(VeoGeneratorTest, Fetch_RedirectedToAnotherHost_WithoutTheKey) {
  Host other(Answer(200, "video"));
  Host base(Answer(302, "", absl::StrCat("Location: ", other.Url("/signed"), "\r\n")));
  StringSink sink;
  EXPECT_EQ(Make(base.Url())->Fetch(kName, base.Url("/v1beta/files/abc:download"), sink), absl::OkStatus());
  EXPECT_TRUE(base.requests()[0].Has("x-goog-api-key"));
  EXPECT_FALSE(other.requests()[0].Has("x-goog-api-key"));
}

TEST_F(VeoGeneratorTest, Fetch_UriThatMustNotBeFollowed_UnavailableWithoutACall) {
  Host local(Answer(200, "secret of this machine"));
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
  Host host(Answer(403, echo));
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

// --- against the simulator -------------------------------------------------------------------------------------------

StartOutcome StartOn(SimulatedGoogle& google) {
  StartRequest request;
  request.options = google.options();
  request.scene = {"A leaf turns towards the light.", 6};
  return google.generator().Start(request);
}

TEST(VeoOnSimulator, Start_KeptConnectionWouldBeClosed_OnePaidStart) {
  SimulatedGoogle google;
  google.generator().Poll(kName);
  google.simulator().SetFaults({simulator::FaultKind::kClosedKeptConnection});
  EXPECT_EQ(StartOn(google).kind, OutcomeKind::kAccepted);
  EXPECT_EQ(google.paid_starts(), 1);
}

TEST(VeoOnSimulator, Start_EveryKindOfQuota_ItsOwnTime) {
  SimulatedGoogle google;
  const std::pair<simulator::FaultKind, absl::Duration> cases[] = {
      {simulator::FaultKind::kQuota, absl::Seconds(34)},
      {simulator::FaultKind::kQuotaBare, absl::Seconds(60)},
      {simulator::FaultKind::kQuotaSpend, absl::Minutes(10)},
  };
  for (const auto& [kind, closed_for] : cases) {
    google.simulator().SetFaults({kind});
    EXPECT_EQ(StartOn(google).lane_closed_for, closed_for);
  }
  google.simulator().SetFaults({simulator::FaultKind::kQuotaDaily});
  const absl::Duration until_midnight = StartOn(google).lane_closed_for;
  EXPECT_GT(until_midnight, absl::Minutes(10));
  EXPECT_LE(until_midnight, absl::Hours(25));
}

TEST(VeoOnSimulator, Start_RefusalsOfTheAccount_TheirLanes) {
  SimulatedGoogle google;
  const std::pair<simulator::FaultKind, LaneReason> cases[] = {
      {simulator::FaultKind::kBillingPaymentRequired, LaneReason::kBilling},
      {simulator::FaultKind::kForbidden, LaneReason::kBadKey},
  };
  for (const auto& [kind, lane] : cases) {
    google.simulator().SetFaults({kind});
    EXPECT_EQ(Name(StartOn(google).lane_reason), Name(lane));
  }
}

TEST(VeoOnSimulator, Start_InternalErrorAfterAccepting_UnknownAndPaid) {
  SimulatedGoogle google;
  google.simulator().SetFaults({simulator::FaultKind::kInternalAfterAccepting});
  EXPECT_EQ(StartOn(google).kind, OutcomeKind::kUnknown);
  EXPECT_EQ(google.paid_starts(), 1);
}

TEST(VeoOnSimulator, Poll_SafetyErrorOfTheOperation_Filtered) {
  SimulatedGoogle google;
  simulator::Fault safety(simulator::FaultKind::kOperationError);
  safety.code = 3;
  google.simulator().SetFaults({safety});
  const std::string name = StartOn(google).operation_name;
  google.Finish();
  EXPECT_EQ(google.generator().Poll(name).reason, FailureReason::kFiltered);
}

TEST(VeoOnSimulator, Fetch_TwoDaysLater_NotFound) {
  SimulatedGoogle google;
  const std::string name = StartOn(google).operation_name;
  google.Finish();
  const std::string result = google.generator().Poll(name).result;
  google.clock().Advance(absl::Hours(49));
  StringSink sink;
  EXPECT_TRUE(absl::IsNotFound(google.generator().Fetch(name, result, sink)));
}

TEST(VeoOnSimulator, Start_AllOptions_TakenAsAsked) {
  SimulatedGoogle google;
  StartRequest request;
  request.options.model = "veo-3.1-generate-preview";
  request.options.aspect_ratio = "9:16";
  request.options.resolution = "1080p";
  request.options.negative_prompt = "people";
  request.scene = {"A leaf.", 8};
  ASSERT_EQ(google.generator().Start(request).kind, OutcomeKind::kAccepted);
  const simulator::PaidStart start = google.simulator().starts().at(0);
  EXPECT_EQ(start.aspect_ratio, "9:16");
  EXPECT_EQ(start.resolution, "1080p");
  EXPECT_EQ(start.duration_seconds, 8);
  EXPECT_EQ(start.prompt, "A leaf.");
}

TEST(VeoOnSimulator, PriceMicros_EveryModelAndResolution_WhatTheSimulatorBills) {
  SimulatedGoogle google;
  for (const char* model : {"veo-3.1", "veo-3.1-fast", "veo-3.1-lite"}) {
    for (const char* resolution : {"720p", "1080p", "4k"}) {
      StartRequest request;
      request.options.model = google.generator().ModelId(model);
      request.options.resolution = resolution;
      request.options.duration_seconds = 8;
      request.scene = {"A leaf.", 8};
      if (!google.generator().Check(request.options, {request.scene}).empty()) continue;
      const StartOutcome outcome = google.generator().Start(request);
      ASSERT_EQ(outcome.kind, OutcomeKind::kAccepted) << outcome.detail;
      google.Finish();
      EXPECT_EQ(google.simulator().bill().items.back().micro_dollars,
                google.generator().PriceMicros(request.options, request.scene))
          << model << " " << resolution;
    }
  }
  EXPECT_EQ(google.paid_starts(), 8);
}

TEST(VeoOnSimulator, WholeFlowWithRedirects_KeyNeverLeaks) {
  SimulatedGoogle google;
  const std::string name = StartOn(google).operation_name;
  google.Finish();
  google.Arrange(Happening::kRedirectToOtherHost);
  StringSink sink;
  EXPECT_EQ(google.generator().Fetch(name, google.generator().Poll(name).result, sink), absl::OkStatus());
  EXPECT_EQ(google.simulator().counts().leaked_keys, 0);
}

}  // namespace
}  // namespace videojobs::veo
