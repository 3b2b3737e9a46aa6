#include "tests/generator/video_generator_contract.h"

#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "tests/support/string_sink.h"

namespace videojobs {

StartOutcome GeneratorTest::Start() {
  StartRequest request;
  request.start_id = "start-1";
  request.options = under_test_->options();
  request.scene = {"A leaf turns towards the light, and tiny green cells catch it.", request.options.duration_seconds};
  return generator().Start(request);
}

std::string GeneratorTest::StartAccepted() {
  const StartOutcome outcome = Start();
  EXPECT_EQ(outcome.kind, OutcomeKind::kAccepted) << outcome.detail;
  return outcome.operation_name;
}

std::string GeneratorTest::StartFinished() {
  std::string name = StartAccepted();
  under_test_->Finish();
  return name;
}

PollAnswer GeneratorTest::PollAfter(Happening happening) {
  under_test_->Arrange(happening);
  return generator().Poll(StartFinished());
}

namespace {

TEST_P(VideoGeneratorContract, Check_OptionsThatItAccepts_NoViolations) {
  EXPECT_TRUE(generator().Check(under_test_->options(), {}).empty());
}

TEST_P(VideoGeneratorContract, PriceAndUsualTime_OptionsThatItAccepts_Positive) {
  EXPECT_GT(generator().PriceMicros(under_test_->options(), {"A leaf.", 6}), 0);
  EXPECT_GT(generator().UsualTime(under_test_->options()), absl::ZeroDuration());
}

TEST_P(VideoGeneratorContract, ModelId_OfAnId_IsItself) {
  const std::string id = under_test_->options().model;
  EXPECT_EQ(generator().ModelId(id), id);
}

TEST_P(VideoGeneratorContract, IsOperationName_ForeignNames_False) {
  for (const char* name :
       {"", "operations/abc", "models/", "8c5a4f2e-7a0b-4c55-9d6a-0d5f7f6f1f11", "https://example"}) {
    EXPECT_FALSE(generator().IsOperationName(name)) << name;
  }
}

TEST_P(VideoGeneratorContract, Start_Accepted_GivesAnOperationsName) {
  const StartOutcome outcome = Start();
  ASSERT_EQ(outcome.kind, OutcomeKind::kAccepted) << outcome.detail;
  EXPECT_TRUE(generator().IsOperationName(outcome.operation_name)) << outcome.operation_name;
  const std::string model = generator().ModelOf(outcome.operation_name);
  EXPECT_EQ(model, generator().ModelId(model)) << "a full id";
  EXPECT_NE(model, "");
  EXPECT_EQ(under_test_->paid_starts(), 1);
}

TEST_P(VideoGeneratorContract, Start_Twice_TwoOperations) {
  EXPECT_NE(StartAccepted(), StartAccepted());
  EXPECT_EQ(under_test_->paid_starts(), 2);
}

TEST_P(VideoGeneratorContract, Start_RefusedRequest_RefusedWithoutALane) {
  under_test_->Arrange(Happening::kRefused);
  const StartOutcome outcome = Start();
  EXPECT_EQ(outcome.kind, OutcomeKind::kRefused);
  EXPECT_EQ(outcome.lane_reason, LaneReason::kNone);
  EXPECT_NE(outcome.detail, "");
  EXPECT_EQ(under_test_->paid_starts(), 0);
}

TEST_P(VideoGeneratorContract, Start_RefusalThatMeetsEveryJob_ClosesTheLane) {
  const std::pair<Happening, LaneReason> cases[] = {
      {Happening::kQuota, LaneReason::kQuota},
      {Happening::kOverloaded, LaneReason::kOverloaded},
      {Happening::kBadKey, LaneReason::kBadKey},
      {Happening::kBilling, LaneReason::kBilling},
      {Happening::kModelGone, LaneReason::kModelUnavailable},
  };
  for (const auto& [happening, lane] : cases) {
    under_test_->Arrange(happening);
    const StartOutcome outcome = Start();
    EXPECT_EQ(outcome.kind, OutcomeKind::kRefused) << Name(lane);
    EXPECT_EQ(Name(outcome.lane_reason), Name(lane));
    EXPECT_GT(outcome.lane_closed_for, absl::ZeroDuration()) << Name(lane);
    EXPECT_NE(outcome.detail, "") << Name(lane);
  }
  EXPECT_EQ(under_test_->paid_starts(), 0);
}

TEST_P(VideoGeneratorContract, Start_AnswerLost_UnknownAndPaidOnce) {
  under_test_->Arrange(Happening::kLostAnswer);
  const StartOutcome outcome = Start();
  EXPECT_EQ(outcome.kind, OutcomeKind::kUnknown);
  EXPECT_EQ(outcome.operation_name, "");
  EXPECT_NE(outcome.detail, "");
  EXPECT_EQ(under_test_->paid_starts(), 1);
}

TEST_P(VideoGeneratorContract, Poll_NotDoneYet_Running) {
  EXPECT_EQ(generator().Poll(StartAccepted()).kind, PollKind::kRunning);
}

TEST_P(VideoGeneratorContract, Poll_Done_SucceedsEachTimeWithTheSameResult) {
  const std::string name = StartFinished();
  const PollAnswer first = generator().Poll(name);
  ASSERT_EQ(first.kind, PollKind::kSucceeded) << first.detail;
  EXPECT_NE(first.result, "");
  const PollAnswer second = generator().Poll(name);
  EXPECT_EQ(second.kind, PollKind::kSucceeded);
  EXPECT_EQ(second.result, first.result);
}

TEST_P(VideoGeneratorContract, Poll_FromManyThreads_AllSucceed) {
  const std::string name = StartFinished();
  std::vector<PollKind> kinds(8, PollKind::kTroubled);
  std::vector<std::thread> threads;
  for (PollKind& kind : kinds) threads.emplace_back([&, this] { kind = generator().Poll(name).kind; });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(kinds, std::vector<PollKind>(8, PollKind::kSucceeded));
}

TEST_P(VideoGeneratorContract, Poll_SafetyFilter_FailedAsFiltered) {
  const PollAnswer answer = PollAfter(Happening::kFiltered);
  EXPECT_EQ(answer.kind, PollKind::kFailed);
  EXPECT_EQ(answer.reason, FailureReason::kFiltered);
  EXPECT_NE(answer.detail, "");
}

TEST_P(VideoGeneratorContract, Poll_OperationError_FailedAsGenerationFailed) {
  const PollAnswer answer = PollAfter(Happening::kOperationError);
  EXPECT_EQ(answer.kind, PollKind::kFailed);
  EXPECT_EQ(answer.reason, FailureReason::kGenerationFailed);
  EXPECT_NE(answer.detail, "");
}

TEST_P(VideoGeneratorContract, Poll_DoneWithNothing_FailedAsGenerationFailed) {
  const PollAnswer answer = PollAfter(Happening::kNoVideo);
  EXPECT_EQ(answer.kind, PollKind::kFailed);
  EXPECT_EQ(answer.reason, FailureReason::kGenerationFailed);
}

TEST_P(VideoGeneratorContract, Poll_GoneOnce_GoneThenSucceeds) {
  const std::string name = StartFinished();
  under_test_->Arrange(Happening::kPollGone);
  EXPECT_EQ(generator().Poll(name).kind, PollKind::kGone);
  EXPECT_EQ(generator().Poll(name).kind, PollKind::kSucceeded);
}

TEST_P(VideoGeneratorContract, Poll_TroubleOnce_TroubledThenSucceeds) {
  const std::string name = StartFinished();
  under_test_->Arrange(Happening::kPollTrouble);
  EXPECT_EQ(generator().Poll(name).kind, PollKind::kTroubled);
  EXPECT_EQ(generator().Poll(name).kind, PollKind::kSucceeded);
}

TEST_P(VideoGeneratorContract, Fetch_Succeeded_GivesTheVideoEachTime) {
  const std::string name = StartFinished();
  const std::string result = generator().Poll(name).result;
  for (int time = 0; time < 2; ++time) {
    StringSink sink;
    ASSERT_EQ(generator().Fetch(name, result, sink), absl::OkStatus());
    EXPECT_TRUE(sink.text == under_test_->VideoOf(name)) << sink.text.size() << " bytes";
  }
}

TEST_P(FileGeneratorContract, Fetch_BrokenOff_DataLossThenTheVideo) {
  const std::string name = StartFinished();
  const std::string result = generator().Poll(name).result;
  under_test_->Arrange(Happening::kTruncated);
  StringSink half;
  EXPECT_TRUE(absl::IsDataLoss(generator().Fetch(name, result, half)));
  StringSink whole;
  EXPECT_EQ(generator().Fetch(name, result, whole), absl::OkStatus());
  EXPECT_TRUE(whole.text == under_test_->VideoOf(name));
}

TEST_P(FileGeneratorContract, Fetch_Gone_NotFound) {
  const std::string name = StartFinished();
  const std::string result = generator().Poll(name).result;
  under_test_->Arrange(Happening::kDownloadGone);
  StringSink sink;
  EXPECT_TRUE(absl::IsNotFound(generator().Fetch(name, result, sink)));
  EXPECT_EQ(sink.text, "");
}

TEST_P(FileGeneratorContract, Fetch_Trouble_Unavailable) {
  const std::string name = StartFinished();
  const std::string result = generator().Poll(name).result;
  under_test_->Arrange(Happening::kDownloadTrouble);
  StringSink sink;
  EXPECT_TRUE(absl::IsUnavailable(generator().Fetch(name, result, sink)));
  EXPECT_EQ(sink.text, "");
}

TEST_P(VideoGeneratorContract, Fetch_SinkFails_ItsErrorAsItIs) {
  const std::string name = StartFinished();
  const std::string result = generator().Poll(name).result;
  const absl::Status full = absl::ResourceExhaustedError("the disk is full");
  FailingSink sink(full);
  EXPECT_EQ(generator().Fetch(name, result, sink), full);
}

}  // namespace
}  // namespace videojobs
