// Veo's adapter and the simulator: what each refusal and fault comes to, and what it costs.
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "tests/generator/simulated_google.h"
#include "tests/support/string_sink.h"

namespace videojobs::veo {
namespace {

const std::string kNeverStarted = "models/veo-3.1-fast-generate-preview/operations/abc";

StartOutcome StartOn(SimulatedGoogle& google) {
  StartRequest request;
  request.options = google.options();
  request.scene = {"A leaf turns towards the light.", 6};
  return google.generator().Start(request);
}

TEST(VeoOnSimulator, Start_KeptConnectionWouldBeClosed_OnePaidStart) {
  SimulatedGoogle google;
  google.generator().Poll(kNeverStarted);
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
