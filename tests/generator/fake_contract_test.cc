// The fake that the engine's tests use keeps to the generators' contract.
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "tests/generator/video_generator_contract.h"
#include "tests/support/fake_video_generator.h"

namespace videojobs {
namespace {

constexpr int kUntilFinished = 1'000'000;

class FakeUnderTest : public GeneratorUnderTest {
 public:
  FakeUnderTest() { fake_.SetRunningPolls(kUntilFinished); }

  VideoGenerator& generator() override { return fake_; }
  VideoOptions options() override {
    VideoOptions options;
    options.model = "fake-1.0";
    return options;
  }
  void Finish() override { fake_.FinishAll(); }
  int paid_starts() override { return fake_.paid_starts(); }
  std::string VideoOf(const std::string& operation_name) override { return fake_.VideoOf(operation_name); }

  void Arrange(Happening happening) override {
    switch (happening) {
      case Happening::kRefused:
        return Refuse(LaneReason::kNone);
      case Happening::kQuota:
        return Refuse(LaneReason::kQuota);
      case Happening::kOverloaded:
        return Refuse(LaneReason::kOverloaded);
      case Happening::kBadKey:
        return Refuse(LaneReason::kBadKey);
      case Happening::kBilling:
        return Refuse(LaneReason::kBilling);
      case Happening::kModelGone:
        return Refuse(LaneReason::kModelUnavailable);
      case Happening::kLostAnswer:
        return fake_.NextStartLosesItsAnswer();
      case Happening::kFiltered:
        return AnswerPoll(PollKind::kFailed, FailureReason::kFiltered);
      case Happening::kOperationError:
      case Happening::kNoVideo:
        return AnswerPoll(PollKind::kFailed, FailureReason::kGenerationFailed);
      case Happening::kPollGone:
        return AnswerPoll(PollKind::kGone, FailureReason::kNone);
      case Happening::kPollTrouble:
        return AnswerPoll(PollKind::kTroubled, FailureReason::kNone);
      case Happening::kTruncated:
        return fake_.NextFetch(absl::DataLossError("broken off"));
      case Happening::kDownloadGone:
        return fake_.NextFetch(absl::NotFoundError("expired"));
      case Happening::kDownloadTrouble:
        return fake_.NextFetch(absl::UnavailableError("not now"));
      default:
        FAIL() << "known over HTTP only";
    }
  }

 private:
  void Refuse(LaneReason lane) {
    StartOutcome outcome;
    outcome.kind = OutcomeKind::kRefused;
    outcome.lane_reason = lane;
    if (lane != LaneReason::kNone) outcome.lane_closed_for = absl::Seconds(30);
    outcome.detail = "refused";
    fake_.NextStart(outcome);
  }

  void AnswerPoll(PollKind kind, FailureReason reason) {
    PollAnswer answer;
    answer.kind = kind;
    answer.reason = reason;
    answer.detail = "arranged";
    fake_.NextPoll(answer);
  }

  FakeVideoGenerator fake_;
};

const GeneratorFactory kMemory{"Memory", [] { return std::make_unique<FakeUnderTest>(); }};

INSTANTIATE_TEST_SUITE_P(Fake, VideoGeneratorContract, testing::Values(kMemory), GeneratorName);
INSTANTIATE_TEST_SUITE_P(Fake, FileGeneratorContract, testing::Values(kMemory), GeneratorName);

TEST(FakeVideoGenerator, Start_AnswerLost_OperationIsThereAllTheSame) {
  FakeVideoGenerator fake;
  fake.NextStartLosesItsAnswer();
  StartRequest request;
  request.options.model = "fake-1.0";
  EXPECT_EQ(fake.Start(request).kind, OutcomeKind::kUnknown);
  ASSERT_EQ(fake.starts().size(), 1u);
  EXPECT_EQ(fake.Poll(fake.starts()[0].operation_name).kind, PollKind::kSucceeded);
}

TEST(FakeVideoGenerator, Poll_ScriptOfOneOperation_GoesBeforeTheCommonOne) {
  FakeVideoGenerator fake;
  const std::string one = fake.MakeOperation();
  const std::string other = fake.MakeOperation();
  PollAnswer gone;
  gone.kind = PollKind::kGone;
  fake.NextPollOf(other, gone);
  fake.NextPoll(PollAnswer{});
  EXPECT_EQ(fake.Poll(other).kind, PollKind::kGone);
  EXPECT_EQ(fake.Poll(one).kind, PollKind::kTroubled);
  EXPECT_EQ(fake.Poll(one).kind, PollKind::kSucceeded);
  EXPECT_EQ(fake.polls(one), 2);
}

}  // namespace
}  // namespace videojobs
