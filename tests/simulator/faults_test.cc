// Each kind of fault of a key, a start or a poll, as its client meets it; those of downloads are in downloads_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/escaping.h"
#include "tests/simulator/harness.h"

namespace videojobs::simulator {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

using FaultsTest = SimulatorTest;

struct Refusal {
  FaultKind kind;
  int http_status;
  const char* text;
};

void PrintTo(const Refusal& refusal, std::ostream* out) { *out << FaultName(refusal.kind); }

class RefusedStartTest : public SimulatorTest, public testing::WithParamInterface<Refusal> {};

TEST_P(RefusedStartTest, Start_Refused_SaysSoOnceAndPaysNothing) {
  simulator().SetFaults({{GetParam().kind, 1}});
  const httplib::Result refused = Post();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, GetParam().http_status);
  EXPECT_THAT(refused->body, HasSubstr(GetParam().text));
  EXPECT_THAT(simulator().starts(), SizeIs(0));
  EXPECT_EQ(Post()->status, 200) << "the fault was to happen once";
  EXPECT_EQ(simulator().faults()[0].hits, 1);
}

INSTANTIATE_TEST_SUITE_P(Veo, RefusedStartTest,
                         testing::Values(Refusal{FaultKind::kRefused, 400, "INVALID_ARGUMENT"},
                                         Refusal{FaultKind::kQuota, 429, R"("retryDelay":"34s")"},
                                         Refusal{FaultKind::kQuotaBare, 429, "Resource has been exhausted"},
                                         Refusal{FaultKind::kQuotaDaily, 429, "PerDay"},
                                         Refusal{FaultKind::kQuotaSpend, 429, "spend-based rate limit"},
                                         Refusal{FaultKind::kOverloaded, 503, "The model is overloaded"},
                                         Refusal{FaultKind::kHighDemand, 503, "currently experiencing high demand"},
                                         Refusal{FaultKind::kProxyUnavailable, 503, "<html>"},
                                         Refusal{FaultKind::kInternal, 500, R"("status":"INTERNAL")"},
                                         Refusal{FaultKind::kBilling, 400, "FAILED_PRECONDITION"},
                                         Refusal{FaultKind::kBillingPaymentRequired, 402, "FAILED_PRECONDITION"},
                                         Refusal{FaultKind::kBadKey, 400, "API_KEY_INVALID"},
                                         Refusal{FaultKind::kForbidden, 403, "PERMISSION_DENIED"},
                                         Refusal{FaultKind::kEchoCredential, 403, "The credential "},
                                         Refusal{FaultKind::kModelGone, 404, "is no longer available"}));

TEST_F(FaultsTest, Quota_WithRetryAfter_SaysItInSeconds) {
  Fault fault(FaultKind::kQuota);
  fault.retry_after = absl::Milliseconds(600'500);
  simulator().SetFaults({fault});
  const nlohmann::json details = Json(Post())["error"]["details"];
  ASSERT_THAT(details, SizeIs(3));
  EXPECT_EQ(details[0]["violations"][0]["quotaDimensions"]["model"], "veo-3.1-generate-preview");
  EXPECT_EQ(details[2]["retryDelay"], "600.5s");
}

TEST_F(FaultsTest, QuotaBare_HasNoDetails) {
  simulator().SetFaults({FaultKind::kQuotaBare});
  EXPECT_FALSE(Json(Post())["error"].contains("details"));
}

TEST_F(FaultsTest, ModelGone_IsSeenByTheFreeCheckToo) {
  simulator().SetFaults({FaultKind::kModelGone});
  EXPECT_EQ(Get(kModelPath)->status, 404);
  EXPECT_EQ(Post()->status, 404);
}

TEST_F(FaultsTest, BadKey_OnPollsOnly_LeavesStartsAlone) {
  Fault fault(FaultKind::kBadKey);
  fault.on = Call::kPoll;
  simulator().SetFaults({fault});
  const std::string operation = StartOperation();
  EXPECT_EQ(Get("/v1beta/" + operation)->status, 400);
}

TEST_F(FaultsTest, LostAnswer_IsPaidAndAnsweredWithNothing) {
  simulator().SetFaults({{FaultKind::kLostAnswer, 1}});
  const httplib::Result lost = Post();
  EXPECT_FALSE(lost);
  EXPECT_EQ(lost.error(), httplib::Error::Read);
  ASSERT_THAT(simulator().starts(), SizeIs(1));
  EXPECT_TRUE(simulator().starts()[0].answer_spoilt);
  EXPECT_EQ(Poll(simulator().starts()[0].operation)["done"], true) << "the operation is real";
}

TEST_F(FaultsTest, ClosedKeptConnection_LeavesAFreshOneUnharmed) {
  simulator().SetFaults({FaultKind::kClosedKeptConnection});
  EXPECT_EQ(Post()->status, 200);
  EXPECT_EQ(Post()->status, 200);
  EXPECT_EQ(simulator().faults()[0].hits, 0);
}

TEST_F(FaultsTest, ClosedKeptConnection_TakesTheStartAndClosesAUsedOne) {
  simulator().SetFaults({{FaultKind::kClosedKeptConnection, 1}});
  const auto client = NewClient();
  client->set_keep_alive(true);
  ASSERT_EQ(client->Get(kModelPath)->status, 200);
  EXPECT_FALSE(client->Post(kStartPath, kBody, "application/json"));
  ASSERT_THAT(simulator().starts(), SizeIs(1));
  EXPECT_TRUE(simulator().starts()[0].answer_spoilt);
  EXPECT_EQ(simulator().counts().connections, 1);
}

TEST_F(FaultsTest, ClosedKeptConnection_OnPolls_ClosesAPoll) {
  const std::string operation = StartOperation();
  Fault fault(FaultKind::kClosedKeptConnection, 1);
  fault.on = Call::kPoll;
  simulator().SetFaults({fault});
  const auto client = NewClient();
  client->set_keep_alive(true);
  ASSERT_EQ(client->Get("/v1beta/" + operation)->status, 200);
  EXPECT_FALSE(client->Get("/v1beta/" + operation));
  EXPECT_EQ(client->Get("/v1beta/" + operation)->status, 200);
}

TEST_F(FaultsTest, GarbageAnswer_IsPaidAndNoJson) {
  simulator().SetFaults({{FaultKind::kGarbageAnswer, 1}});
  const httplib::Result result = Post();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 200);
  EXPECT_TRUE(Json(result).is_discarded());
  EXPECT_THAT(simulator().starts(), SizeIs(1));
}

TEST_F(FaultsTest, InternalAfterAccepting_IsPaid) {
  simulator().SetFaults({{FaultKind::kInternalAfterAccepting, 1}});
  EXPECT_EQ(Post()->status, 500);
  EXPECT_THAT(simulator().starts(), SizeIs(1));
}

TEST_F(FaultsTest, SlowAnswer_IsPaidBeforeTheWait) {
  Fault fault(FaultKind::kSlowAnswer, 1);
  fault.delay = absl::Hours(1);
  simulator().SetFaults({fault});
  const auto client = NewClient();
  client->set_read_timeout(0, 50'000);
  EXPECT_FALSE(client->Post(kStartPath, kBody, "application/json"));
  EXPECT_THAT(simulator().starts(), SizeIs(1));
}

TEST_F(FaultsTest, SlowAnswer_ComesRightAfterItsDelay) {
  Fault fault(FaultKind::kSlowAnswer, 1);
  fault.delay = absl::Milliseconds(120);
  simulator().SetFaults({fault});
  const absl::Time before = absl::Now();
  EXPECT_EQ(Post()->status, 200);
  EXPECT_GE(absl::Now() - before, absl::Milliseconds(120));
}

TEST_F(FaultsTest, SlowAnswer_IsEndedByStop) {
  Fault fault(FaultKind::kSlowAnswer);
  fault.delay = absl::Hours(1);
  simulator().SetFaults({fault});
  std::thread waiting([client = NewClient()] { EXPECT_FALSE(client->Post(kStartPath, kBody, "application/json")); });
  while (simulator().starts().empty()) std::this_thread::yield();
  simulator().Stop();
  waiting.join();
}

TEST_F(FaultsTest, OperationError_HasItsCodeAndHttp200) {
  Fault fault(FaultKind::kOperationError);
  fault.code = 3;
  simulator().SetFaults({fault});
  const std::string operation = StartOperation();
  const httplib::Result result = Get("/v1beta/" + operation);
  EXPECT_EQ(result->status, 200);
  EXPECT_EQ(Json(result)["done"], true);
  EXPECT_EQ(Json(result)["error"]["code"], 3);
  EXPECT_FALSE(Json(result).contains("response"));
}

TEST_F(FaultsTest, Filtered_HasACountAndReasonsAndNoVideo) {
  simulator().SetFaults({FaultKind::kFiltered});
  const nlohmann::json response = Poll(StartOperation())["response"]["generateVideoResponse"];
  EXPECT_EQ(response["raiMediaFilteredCount"], 1);
  EXPECT_THAT(std::string(response["raiMediaFilteredReasons"][0]), HasSubstr("You will not be charged"));
  EXPECT_FALSE(response.contains("generatedSamples"));
}

TEST_F(FaultsTest, EmptyResult_IsDoneWithNothing) {
  simulator().SetFaults({FaultKind::kEmptyResult});
  const std::string operation = StartOperation();
  EXPECT_EQ(Poll(operation), nlohmann::json({{"name", operation}, {"done", true}}));
}

TEST_F(FaultsTest, EmptySamples_IsDoneWithAnEmptyList) {
  simulator().SetFaults({FaultKind::kEmptySamples});
  const nlohmann::json response = Poll(StartOperation())["response"]["generateVideoResponse"];
  EXPECT_TRUE(response["generatedSamples"].is_array());
  EXPECT_THAT(response["generatedSamples"], SizeIs(0));
}

TEST_F(FaultsTest, Base64_CarriesTheVideoInline) {
  simulator().SetFaults({FaultKind::kInline});
  const std::string operation = StartOperation();
  const nlohmann::json video = Poll(operation)["response"]["generateVideoResponse"]["generatedSamples"][0]["video"];
  EXPECT_EQ(video["encoding"], "video/mp4");
  EXPECT_FALSE(video.contains("uri"));
  const std::string expected = *simulator().ExpectedVideo(operation);
  std::string decoded;
  ASSERT_TRUE(absl::Base64Unescape(std::string(video["encodedVideo"]), &decoded));
  EXPECT_EQ(decoded, expected);
}

TEST_F(FaultsTest, Stuck_IsNeverDone) {
  simulator().SetFaults({FaultKind::kStuck});
  const std::string operation = StartOperation();
  clock_.Advance(absl::Hours(24 * 30));
  EXPECT_FALSE(Poll(operation).contains("done"));
}

class BadPollTest : public SimulatorTest, public testing::WithParamInterface<Refusal> {};

TEST_P(BadPollTest, Poll_Spoilt_LeavesTheOperationWell) {
  const std::string operation = StartOperation();
  simulator().SetFaults({{GetParam().kind, 1}});
  const httplib::Result spoilt = Get("/v1beta/" + operation);
  ASSERT_TRUE(spoilt);
  EXPECT_EQ(spoilt->status, GetParam().http_status);
  EXPECT_THAT(spoilt->body, HasSubstr(GetParam().text));
  EXPECT_EQ(Poll(operation)["done"], true);
  EXPECT_EQ(simulator().polls(operation), 2);
}

INSTANTIATE_TEST_SUITE_P(Veo, BadPollTest,
                         testing::Values(Refusal{FaultKind::kPollForbidden, 403, "PERMISSION_DENIED"},
                                         Refusal{FaultKind::kPollNotFound, 404, "NOT_FOUND"},
                                         Refusal{FaultKind::kPollQuota, 429, "RetryInfo"},
                                         Refusal{FaultKind::kPollInternal, 500, "INTERNAL"},
                                         Refusal{FaultKind::kPollOverloaded, 503, "UNAVAILABLE"},
                                         Refusal{FaultKind::kPollGarbage, 200, "{\"name\":\"models/"}));

TEST_F(FaultsTest, BadRequest_UsesUpNoFault) {
  simulator().SetFaults({{FaultKind::kLostAnswer, 1}});
  EXPECT_EQ(Post("{}")->status, 400);
  EXPECT_EQ(simulator().faults()[0].hits, 0);
}

TEST_F(FaultsTest, Prompt_PicksTheStartsThatContainIt) {
  Fault fault(FaultKind::kRefused);
  fault.prompt = "cell";
  simulator().SetFaults({fault});
  EXPECT_EQ(Post(R"({"instances":[{"prompt":"a star"}]})")->status, 200);
  EXPECT_EQ(Post(R"({"instances":[{"prompt":"a cell"}]})")->status, 400);
}

TEST_F(FaultsTest, Model_PicksItsOwnCalls) {
  Fault fault(FaultKind::kRefused);
  fault.model = "veo-3.1-lite-generate-preview";
  simulator().SetFaults({fault});
  EXPECT_EQ(Post()->status, 200);
  EXPECT_EQ(Post(kBody, kLiteStartPath)->status, 400);
}

TEST_F(FaultsTest, ManyCallersAtOnce_EveryStartIsInTheLedgerOnce) {
  simulator().SetFaults({{FaultKind::kLostAnswer, 10}});
  std::atomic<int> answered{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 40; ++i) {
    callers.emplace_back([client = NewClient(), &answered] {
      for (int k = 0; k < 5; ++k) {
        if (client->Post(kStartPath, kBody, "application/json")) ++answered;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  std::set<std::string> names;
  int spoilt = 0;
  for (const PaidStart& start : simulator().starts()) {
    names.insert(start.operation);
    spoilt += start.answer_spoilt ? 1 : 0;
  }
  EXPECT_THAT(names, SizeIs(200));
  EXPECT_EQ(spoilt, 10);
  EXPECT_EQ(answered, 190);
}

}  // namespace
}  // namespace videojobs::simulator
