// The ledger, the bill, the control endpoints, and the simulator's own life.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/simulator/harness.h"
#include "tests/support/raw_exchange.h"

namespace videojobs::simulator {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

class ControlTest : public SimulatorTest {
 protected:
  httplib::Result PutFaults(const std::string& body) {
    return NewClient()->Put("/_simulator/faults", body, "application/json");
  }
};

TEST_F(ControlTest, Starts_InOrder_WithWhatWasAsked) {
  simulator().SetFaults({{FaultKind::kLostAnswer, 1}});
  Post(R"({"instances":[{"prompt":"lost"}],"parameters":{"durationSeconds":4}})");
  clock_.Advance(absl::Seconds(1));
  const std::string operation = StartOperation(R"({"instances":[{"prompt":"told"}]})");
  const nlohmann::json starts = Json(Get("/_simulator/starts"))["starts"];
  ASSERT_THAT(starts, SizeIs(2));
  EXPECT_EQ(starts[0]["prompt"], "lost");
  EXPECT_EQ(starts[0]["answer_spoilt"], true);
  EXPECT_EQ(starts[0]["duration_seconds"], 4);
  EXPECT_EQ(starts[1]["operation"], operation);
  EXPECT_EQ(starts[1]["provider"], "gemini");
  EXPECT_EQ(starts[1]["model"], "veo-3.1-generate-preview");
  EXPECT_EQ(starts[1]["answer_spoilt"], false);
  absl::Time at;
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, std::string(starts[1]["at"]), &at, nullptr));
  EXPECT_EQ(at, clock_.Now());
}

TEST_F(ControlTest, Bill_ChargesFinishedVideosOnly) {
  Start({.latency = absl::Seconds(10)});
  simulator().SetFaults({{FaultKind::kFiltered, 1}, {FaultKind::kOperationError, 1}, {FaultKind::kInline, 1}});
  for (int i = 0; i < 3; ++i) StartOperation(R"({"instances":[{"prompt":"a"}],"parameters":{"durationSeconds":6}})");
  EXPECT_EQ(simulator().bill().total_micro_dollars, 0) << "nothing is done yet";
  clock_.Advance(absl::Seconds(10));
  StartOperation();
  const nlohmann::json bill = Json(Get("/_simulator/bill"));
  EXPECT_EQ(bill["total_micro_dollars"], 2'400'000);
  ASSERT_THAT(bill["operations"], SizeIs(4));
  EXPECT_EQ(bill["operations"][0]["state"], "free");
  EXPECT_EQ(bill["operations"][1]["state"], "free");
  EXPECT_EQ(bill["operations"][2]["state"], "charged");
  EXPECT_EQ(bill["operations"][2]["micro_dollars"], 2'400'000);
  EXPECT_EQ(bill["operations"][3]["state"], "running");
}

TEST_F(ControlTest, Bill_HasThePriceOfModelAndResolution) {
  StartOperation(R"({"instances":[{"prompt":"a"}],"parameters":{"resolution":"4k"}})");
  EXPECT_EQ(simulator().bill().total_micro_dollars, 8 * 600'000);
  StartOperation(R"({"instances":[{"prompt":"a"}],"parameters":{"durationSeconds":4}})", kLiteStartPath);
  EXPECT_EQ(simulator().bill().total_micro_dollars, 8 * 600'000 + 4 * 50'000);
}

TEST_F(ControlTest, Bill_OfALostAnswer_IsCharged) {
  simulator().SetFaults({FaultKind::kLostAnswer});
  Post();
  EXPECT_EQ(simulator().bill().total_micro_dollars, 8 * 400'000);
}

TEST_F(ControlTest, PutFaults_IsInForceAndReportedBack) {
  const httplib::Result put = PutFaults(
      R"({"faults":[{"kind":"lost_answer","probability":0.25,"count":5},{"delay":"1500ms","kind":"slow_answer","on":"poll"}]})");
  EXPECT_EQ(put->status, 200);
  ASSERT_THAT(simulator().faults(), SizeIs(2));
  EXPECT_EQ(simulator().faults()[0].kind, FaultKind::kLostAnswer);
  EXPECT_EQ(simulator().faults()[0].probability, 0.25);
  EXPECT_EQ(simulator().faults()[0].count, 5);
  EXPECT_EQ(simulator().faults()[1].delay, absl::Milliseconds(1500));
  EXPECT_EQ(simulator().faults()[1].on, Call::kPoll);
  const httplib::Result got = Get("/_simulator/faults");
  EXPECT_EQ(PutFaults(got->body)->body, got->body) << "what was reported can be handed back";
}

TEST_F(ControlTest, PutFaults_Wrong_NamesTheFieldAndChangesNothing) {
  simulator().SetFaults({FaultKind::kFiltered});
  EXPECT_THAT(PutFaults("{}")->body, HasSubstr("faults: missing"));
  EXPECT_THAT(PutFaults(R"({"faults":[{"kind":"filtered"},{"count":1}]})")->body, HasSubstr("faults[1].kind: missing"));
  EXPECT_THAT(PutFaults(R"({"faults":[{"kind":"filtered","count":-1}]})")->body, HasSubstr("faults[0].count"));
  EXPECT_EQ(PutFaults("nonsense")->status, 400);
  EXPECT_THAT(simulator().faults(), SizeIs(1));
}

TEST_F(ControlTest, Counts_TellConnectionsRequestsAndPolls) {
  const auto client = NewClient();
  client->set_keep_alive(true);
  client->Get(kModelPath);
  client->Get(kModelPath);
  const std::string operation = StartOperation();
  Poll(operation);
  Poll(operation);
  const nlohmann::json counts = Json(client->Get("/_simulator/counts"));
  EXPECT_EQ(counts["connections"], 4);
  EXPECT_EQ(counts["requests"], 6);
  EXPECT_EQ(counts["start_requests"], 1);
  EXPECT_EQ(counts["model_requests"], 2);
  EXPECT_EQ(counts["polls"][operation], 2);
}

TEST_F(ControlTest, Reset_ForgetsTheLedgerButAnswersOperations) {
  const std::string operation = StartOperation();
  simulator().SetFaults({FaultKind::kPollInternal});
  EXPECT_EQ(NewClient()->Post("/_simulator/reset", "", "application/json")->status, 200);
  EXPECT_THAT(simulator().starts(), SizeIs(0));
  EXPECT_THAT(simulator().faults(), SizeIs(0));
  EXPECT_EQ(Poll(operation)["done"], true);
}

TEST_F(ControlTest, Start_BeyondLoopback_IsRefusedInWords) {
  for (const char* host : {"0.0.0.0", "192.168.1.1", "::", "example.org", ""}) {
    SimulatorOptions options;
    options.host = host;
    const auto started = Simulator::Start(options);
    ASSERT_FALSE(started.ok()) << host;
    EXPECT_EQ(started.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(started.status().message()), HasSubstr("not a loopback address"));
  }
}

TEST_F(ControlTest, Post_AsCurlSendsItBare_IsAnEmptyBody) {
  StartOperation();
  const std::string rest = " HTTP/1.1\r\nHost: localhost\r\nx-goog-api-key: k\r\nConnection: close\r\n\r\n";
  const absl::Time before = absl::Now();
  EXPECT_THAT(RawExchange(simulator().port(), "POST /v1beta/interactions/v1_none/cancel" + rest),
              StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(RawExchange(simulator().port(), "POST /_simulator/reset" + rest), StartsWith("HTTP/1.1 200"));
  EXPECT_LT(absl::Now() - before, absl::Seconds(5)) << "the library waits so long for a body";
  EXPECT_THAT(simulator().starts(), SizeIs(0));
}

TEST_F(ControlTest, Start_OnATakenPort_IsUnavailable) {
  SimulatorOptions options;
  options.port = simulator().port();
  EXPECT_EQ(Simulator::Start(options).status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(ControlTest, Start_WithoutASeed_GivesOtherIdsThanTheNext) {
  SimulatorOptions options;
  options.now = [this] { return clock_.Now(); };
  std::string names[2];
  for (std::string& name : names) {
    auto started = Simulator::Start(options);
    ASSERT_TRUE(started.ok());
    simulator_ = *std::move(started);
    name = StartOperation();
  }
  EXPECT_NE(names[0], names[1]);
}

TEST_F(ControlTest, Stop_WithKeptConnections_CutsThemAtOnce) {
  const auto client = NewClient();
  client->set_keep_alive(true);
  ASSERT_EQ(client->Get(kModelPath)->status, 200);
  const absl::Time before = absl::Now();
  simulator().Stop();
  simulator().Stop();
  EXPECT_LT(absl::Now() - before, absl::Seconds(10)) << "kept connections last 20 s by themselves";
  EXPECT_FALSE(client->Get(kModelPath));
}

}  // namespace
}  // namespace videojobs::simulator
