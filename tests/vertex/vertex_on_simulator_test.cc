// Vertex AI's adapter and the simulator: credentials of every kind, and a lost start that is found by its own folder.
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "tests/generator/simulated_google.h"
#include "tests/support/string_sink.h"

namespace videojobs::vertex {
namespace {

StartOutcome StartOn(SimulatedGoogle& google, const std::string& start_id) {
  StartRequest request;
  request.start_id = start_id;
  request.options = google.options();
  request.scene = {"A leaf turns towards the light.", 6};
  return google.generator().Start(request);
}

TEST(VertexOnSimulator, FindStart_AnswerLost_ExactlyItsOwnVideo) {
  SimulatedGoogle google(Door::kVertexOutput);
  const std::string other = StartOn(google, "start-10").operation_name;
  google.Arrange(Happening::kLostAnswer);
  EXPECT_EQ(StartOn(google, "start-1").kind, OutcomeKind::kUnknown);
  EXPECT_TRUE(absl::IsNotFound(google.generator().FindStart("start-1").status())) << "not done yet";
  google.Finish();
  const auto found = google.generator().FindStart("start-1");
  ASSERT_EQ(found.status(), absl::OkStatus());
  EXPECT_TRUE(absl::IsNotFound(google.generator().FindStart("start-2").status()));
  const PollAnswer answer = google.generator().Poll(*found);
  StringSink sink;
  EXPECT_EQ(google.generator().Fetch(*found, answer.result, sink), absl::OkStatus());
  EXPECT_TRUE(sink.text == google.VideoOf(google.simulator().starts().at(1).operation));
  EXPECT_FALSE(sink.text == google.VideoOf(other));
}

TEST(VertexOnSimulator, Start_TokenExpiredMeanwhile_AnotherIsFetched) {
  for (const Door door : {Door::kVertexAccount, Door::kVertexUser, Door::kVertexMetadata}) {
    SimulatedGoogle google(door);
    EXPECT_EQ(StartOn(google, "start-1").kind, OutcomeKind::kAccepted) << Name(door);
    google.clock().Advance(absl::Hours(2));
    EXPECT_EQ(StartOn(google, "start-2").kind, OutcomeKind::kAccepted) << Name(door);
  }
}

TEST(VertexOnSimulator, Start_TokenRevoked_GoesOutWithANewOne) {
  SimulatedGoogle google(Door::kVertexAccount);
  google.simulator().AddFault({simulator::FaultKind::kBadKey, 1});
  EXPECT_EQ(StartOn(google, "start-1").kind, OutcomeKind::kAccepted);
  EXPECT_EQ(google.paid_starts(), 1);
}

TEST(VertexOnSimulator, CheckModel_EveryCredential_AcceptedWithoutAStart) {
  for (const Door door : {Door::kVertexKey, Door::kVertexAccount, Door::kVertexUser, Door::kVertexMetadata}) {
    SimulatedGoogle google(door);
    EXPECT_EQ(google.generator().CheckModel(google.options().model), absl::OkStatus()) << Name(door);
    EXPECT_TRUE(absl::IsNotFound(google.generator().CheckModel("veo-9"))) << Name(door);
    EXPECT_EQ(google.paid_starts(), 0);
  }
}

TEST(VertexOnSimulator, CheckModel_ProjectThatIsNone_PermissionDenied) {
  SimulatedGoogle google(Door::kVertexAccount, "no-such-project");
  EXPECT_TRUE(absl::IsPermissionDenied(google.generator().CheckModel(google.options().model)));
}

TEST(VertexOnSimulator, Start_AllOptions_TakenAsAsked) {
  SimulatedGoogle google(Door::kVertexAccount);
  StartRequest request;
  request.options.model = "veo-3.1-generate-001";
  request.options.aspect_ratio = "9:16";
  request.options.resolution = "1080p";
  request.options.negative_prompt = "people";
  request.options.seed = 7;
  request.options.person_generation = "dont_allow";
  request.options.generate_audio = false;
  request.scene = {"A leaf.", 8};
  const StartOutcome outcome = google.generator().Start(request);
  ASSERT_EQ(outcome.kind, OutcomeKind::kAccepted) << outcome.detail;
  const simulator::PaidStart start = google.simulator().starts().at(0);
  EXPECT_EQ(start.aspect_ratio, "9:16");
  EXPECT_EQ(start.resolution, "1080p");
  EXPECT_EQ(start.duration_seconds, 8);
}

TEST(VertexOnSimulator, Poll_SafetyErrorOfTheOperation_Filtered) {
  SimulatedGoogle google(Door::kVertexAccount);
  simulator::Fault safety(simulator::FaultKind::kOperationError);
  safety.code = 3;
  google.simulator().SetFaults({safety});
  const std::string name = StartOn(google, "start-1").operation_name;
  google.Finish();
  EXPECT_EQ(google.generator().Poll(name).reason, FailureReason::kFiltered);
}

}  // namespace
}  // namespace videojobs::vertex
