// Videos by Gemini Omni: interactions and their files.
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
using testing::AnyOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

constexpr char kPath[] = "/v1beta/interactions";
constexpr char kInline[] =
    R"({"model":"gemini-omni-1.1-flash","input":"A cell divides","background":true,)"
    R"("response_format":{"type":"video","duration":"6s","resolution":"720p","delivery":"inline"}})";
constexpr char kByUri[] =
    R"({"model":"gemini-omni-1.1-flash","input":[{"type":"text","text":"A cell divides"}],"background":true,)"
    R"("generation_config":{"video_config":{"task":"text_to_video"}},)"
    R"("response_format":{"type":"video","duration":"10s","resolution":"360p","aspect_ratio":"9:16","delivery":"uri"}})";

class InteractionsDoorTest : public SimulatorTest {
 protected:
  std::string Create(const std::string& body = kInline) {
    const json created = Json(Post(body, kPath));
    EXPECT_EQ(created["status"], "in_progress") << created;
    return created.value("id", "");
  }
  json State(const std::string& id) { return Json(Get(std::string(kPath) + "/" + id + "?stream=false")); }
  json Cancel(const std::string& id) { return Json(Post("", std::string(kPath) + "/" + id + "/cancel")); }
  static json VideoOf(const json& state) { return state["steps"][0]["content"][0]; }
};

TEST_F(InteractionsDoorTest, Poll_Inline_CompletesWithTheBytes) {
  Start({.latency = absl::Seconds(20)});
  const std::string id = Create();
  EXPECT_THAT(id, MatchesRegex("v1_[a-z0-9]+"));
  EXPECT_EQ(State(id)["status"], "in_progress");
  clock_.Advance(absl::Seconds(20));
  const json state = State(id);
  EXPECT_EQ(state["status"], "completed");
  EXPECT_EQ(state["steps"][0]["type"], "model_output");
  EXPECT_EQ(VideoOf(state)["mime_type"], "video/mp4");
  std::string bytes;
  ASSERT_TRUE(absl::Base64Unescape(std::string(VideoOf(state)["data"]), &bytes));
  EXPECT_EQ(bytes, *simulator().ExpectedVideo(id));
  EXPECT_EQ(simulator().starts()[0].provider, "interactions");
  EXPECT_EQ(simulator().starts()[0].operation, id);
  EXPECT_EQ(simulator().bill().total_micro_dollars, 6 * 101'360);
}

TEST_F(InteractionsDoorTest, File_ByUri_IsProcessingThenActive) {
  Start({.latency = absl::Seconds(20), .file_processing = absl::Seconds(5)});
  const std::string id = Create(kByUri);
  clock_.Advance(absl::Seconds(20));
  const std::string uri = VideoOf(State(id))["uri"];
  const std::string download = uri.substr(std::string("https://generativelanguage.googleapis.com").size());
  const std::string file = download.substr(0, download.find(':'));
  EXPECT_EQ(Json(Get(file))["state"], "PROCESSING");
  EXPECT_EQ(Get(download)->status, 400);
  clock_.Advance(absl::Seconds(5));
  EXPECT_EQ(Json(Get(file))["state"], "ACTIVE");
  EXPECT_EQ(Get(download)->body, *simulator().ExpectedVideo(id));
  const PaidStart start = simulator().starts()[0];
  EXPECT_EQ(start.duration_seconds, 10);
  EXPECT_EQ(start.resolution, "360p");
  EXPECT_EQ(start.aspect_ratio, "9:16");
}

TEST_F(InteractionsDoorTest, Poll_AfterARestart_AnswersTheSame) {
  const std::string id = Create(kByUri);
  const json before = State(id);
  simulator_.reset();
  Start({.latency = absl::Hours(1), .seed = 99});
  EXPECT_EQ(State(id), before);
}

TEST_F(InteractionsDoorTest, Inline_BeyondFourMegabytes_ComesByUri) {
  Start({.padded_mib = 5});
  EXPECT_TRUE(VideoOf(State(Create())).contains("uri"));
}

TEST_F(InteractionsDoorTest, Cancel_InProgress_IsFreeAndStaysSo) {
  Start({.latency = absl::Seconds(20)});
  const std::string id = Create();
  EXPECT_EQ(Cancel(id)["status"], "cancelled");
  clock_.Advance(absl::Seconds(30));
  EXPECT_EQ(State(id)["status"], "cancelled");
  EXPECT_EQ(Cancel(id)["status"], "cancelled");
  EXPECT_EQ(simulator().bill().total_micro_dollars, 0);
  EXPECT_EQ(simulator().bill().items[0].state, "free");
  simulator().Reset();
  EXPECT_EQ(State(id)["status"], "cancelled");
}

TEST_F(InteractionsDoorTest, Cancel_Finished_IsRefusedAndBilled) {
  const std::string id = Create();
  EXPECT_EQ(Cancel(id)["error"]["code"], "failed_precondition");
  EXPECT_EQ(Cancel("v1_unknown")["error"]["code"], "not_found");
  EXPECT_EQ(State(id)["status"], "completed");
  EXPECT_GT(simulator().bill().total_micro_dollars, 0);
}

struct Ending {
  FaultKind kind;
  const char* status;
};

void PrintTo(const Ending& ending, std::ostream* out) { *out << FaultName(ending.kind); }

class EndingTest : public InteractionsDoorTest, public testing::WithParamInterface<Ending> {};

TEST_P(EndingTest, Poll_OfAFault_SaysSoAndIsFree) {
  simulator().SetFaults({GetParam().kind});
  const json state = State(Create());
  EXPECT_EQ(state["status"], GetParam().status);
  EXPECT_EQ(simulator().bill().total_micro_dollars, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Interactions, EndingTest,
    testing::Values(Ending{FaultKind::kInteractionRequiresAction, "requires_action"},
                    Ending{FaultKind::kInteractionBudgetExceeded, "budget_exceeded"},
                    Ending{FaultKind::kInteractionIncomplete, "incomplete"},
                    Ending{FaultKind::kOperationError, "failed"}, Ending{FaultKind::kFiltered, "failed"},
                    Ending{FaultKind::kInteractionWords, "completed"}, Ending{FaultKind::kEmptyResult, "completed"},
                    Ending{FaultKind::kEmptySamples, "completed"}, Ending{FaultKind::kStuck, "in_progress"}));

TEST_F(InteractionsDoorTest, FileStaysProcessing_IsNeverActive) {
  simulator().SetFaults({FaultKind::kFileStaysProcessing});
  const std::string uri = VideoOf(State(Create(kByUri)))["uri"];
  const std::string path = uri.substr(std::string("https://generativelanguage.googleapis.com").size());
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(Json(Get(path.substr(0, path.find(':'))))["state"], "PROCESSING");
}

TEST_F(InteractionsDoorTest, FileFails_SaysSoAndIsNotServed) {
  simulator().SetFaults({FaultKind::kFileFails});
  const std::string uri = VideoOf(State(Create(kByUri)))["uri"];
  const std::string path = uri.substr(std::string("https://generativelanguage.googleapis.com").size());
  EXPECT_EQ(Json(Get(path.substr(0, path.find(':'))))["state"], "FAILED");
  EXPECT_EQ(Get(path)->status, 400);
}

TEST_F(InteractionsDoorTest, Words_AreATextOfTheModels) {
  simulator().SetFaults({FaultKind::kInteractionWords});
  EXPECT_EQ(VideoOf(State(Create()))["type"], "text");
}

TEST_F(InteractionsDoorTest, Faults_OfStartAndPoll_WorkHereToo) {
  simulator().SetFaults({{FaultKind::kLostAnswer, 1}});
  EXPECT_FALSE(Post(kInline, kPath));
  EXPECT_EQ(simulator().starts().size(), 1u);
  simulator().SetFaults({{FaultKind::kQuota, 1}, {FaultKind::kPollOverloaded, 1}});
  EXPECT_EQ(Post(kInline, kPath)->status, 429);
  EXPECT_EQ(State(Create())["error"]["code"], "service_unavailable");
}

// As documented, the form is {"error":{"code","message"}} and the code a word that stands for the HTTP status.
struct Refused {
  FaultKind kind;
  int http_status;
  const char* code;
};

void PrintTo(const Refused& refused, std::ostream* out) { *out << FaultName(refused.kind); }

class RefusedInteractionTest : public InteractionsDoorTest, public testing::WithParamInterface<Refused> {};

TEST_P(RefusedInteractionTest, Call_OfAFault_IsRefusedInThisApisForm) {
  const std::string id = Create();
  simulator().SetFaults({{GetParam().kind, 1}});
  const bool of_polls = FaultName(GetParam().kind).substr(0, 4) == "poll";
  const httplib::Result refused = of_polls ? Get(std::string(kPath) + "/" + id) : Post(kInline, kPath);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, GetParam().http_status);
  const json error = Json(refused)["error"];
  EXPECT_EQ(error["code"], GetParam().code);
  EXPECT_NE(error["message"], "");
  EXPECT_EQ(error.size(), 2u) << error;
  EXPECT_EQ(simulator().faults()[0].hits, 1);
}

INSTANTIATE_TEST_SUITE_P(Interactions, RefusedInteractionTest,
                         testing::Values(Refused{FaultKind::kRefused, 400, "invalid_request"},
                                         Refused{FaultKind::kQuota, 429, "rate_limit_exceeded"},
                                         Refused{FaultKind::kQuotaBare, 429, "too_many_requests"},
                                         Refused{FaultKind::kQuotaDaily, 429, "quota_exceeded"},
                                         Refused{FaultKind::kQuotaSpend, 429, "rate_limit_exceeded"},
                                         Refused{FaultKind::kOverloaded, 503, "service_unavailable"},
                                         Refused{FaultKind::kHighDemand, 503, "service_unavailable"},
                                         Refused{FaultKind::kInternal, 500, "api_error"},
                                         Refused{FaultKind::kInternalAfterAccepting, 500, "api_error"},
                                         Refused{FaultKind::kBilling, 400, "failed_precondition"},
                                         Refused{FaultKind::kBillingPaymentRequired, 402, "payment_required"},
                                         Refused{FaultKind::kBadKey, 401, "authentication"},
                                         Refused{FaultKind::kForbidden, 403, "permission_denied"},
                                         Refused{FaultKind::kModelGone, 404, "model_not_found"},
                                         Refused{FaultKind::kPollForbidden, 403, "permission_denied"},
                                         Refused{FaultKind::kPollNotFound, 404, "not_found"},
                                         Refused{FaultKind::kPollQuota, 429, "rate_limit_exceeded"},
                                         Refused{FaultKind::kPollInternal, 500, "api_error"},
                                         Refused{FaultKind::kPollNameInvalid, 400, "invalid_request"}));

TEST_F(InteractionsDoorTest, Quota_SaysHowLongInAHeader) {
  simulator().SetFaults({FaultKind::kQuota});
  EXPECT_EQ(Post(kInline, kPath)->get_header_value("Retry-After"), "34");
}

TEST_F(InteractionsDoorTest, BadKeyInFront_HasTheFormOfTheOtherApis) {
  simulator().SetFaults({FaultKind::kBadKeyInFront});
  const httplib::Result refused = Post(kInline, kPath);
  EXPECT_EQ(refused->status, 400);
  EXPECT_EQ(Json(refused)["error"]["code"], 400);
  EXPECT_THAT(refused->body, HasSubstr("API_KEY_INVALID"));
  EXPECT_TRUE(simulator().starts().empty());
}

TEST_F(InteractionsDoorTest, InteractionFault_OnVeo_DoesNothing) {
  simulator().SetFaults({FaultKind::kInteractionIncomplete});
  EXPECT_EQ(Poll(StartOperation())["done"], true);
  EXPECT_EQ(simulator().faults()[0].hits, 0);
}

TEST_F(InteractionsDoorTest, Create_WrongModelOrKey_IsRefused) {
  const auto with_model = [](const std::string& model) {
    return json{{"model", model}, {"input", "a"}, {"background", true}}.dump();
  };
  EXPECT_EQ(Post(with_model("gemini-9"), kPath)->status, 404);
  EXPECT_EQ(Post(with_model("veo-3.1-generate-preview"), kPath)->status, 404);
  EXPECT_THAT(Post(with_model("gemini-omni-flash-preview"), kPath)->body, HasSubstr("is no longer available"));
  httplib::Client stranger("127.0.0.1", simulator().port());
  EXPECT_EQ(Json(stranger.Post(kPath, kInline, "application/json"))["error"]["code"], "authentication");
  EXPECT_EQ(Json(Get("/v1beta/models/gemini-omni-1.1-flash"))["name"], "models/gemini-omni-1.1-flash");
  EXPECT_TRUE(simulator().starts().empty());
}

class BadInteractionTest : public InteractionsDoorTest, public testing::WithParamInterface<const char*> {};

TEST_P(BadInteractionTest, Create_BadBody_Is400AndNothingIsPaid) {
  json body = json::parse(kInline);
  body.merge_patch(json::parse(GetParam()));
  const httplib::Result result = Post(body.dump(), kPath);
  EXPECT_EQ(result->status, 400) << result->body;
  EXPECT_THAT(Json(result)["error"]["code"], AnyOf("invalid_request", "parameter_unknown"));
  EXPECT_TRUE(simulator().starts().empty());
}

INSTANTIATE_TEST_SUITE_P(
    Interactions, BadInteractionTest,
    testing::Values(R"({"seed":1})", R"({"negativePrompt":"b"})", R"({"generation_config":{"seed":1}})",
                    R"({"generation_config":{"video_config":{"task":"dance"}}})", R"({"input":null})",
                    R"({"input":[{"type":"audio","data":"AA=="}]})", R"({"background":false})", R"({"store":false})",
                    R"({"stream":true})", R"({"response_format":{"duration":"2s"}})",
                    R"({"response_format":{"duration":"11s"}})", R"({"response_format":{"duration":6}})",
                    R"({"response_format":{"duration":"6"}})", R"({"response_format":{"resolution":"480p"}})",
                    R"({"response_format":{"aspect_ratio":"1:1"}})", R"({"response_format":{"delivery":"post"}})",
                    R"({"response_format":{"type":"image"}})", R"({"response_format":{"gcs_uri":"gs://b/"}})",
                    R"({"response_format":{"fps":24}})"));

}  // namespace
}  // namespace videojobs::simulator
