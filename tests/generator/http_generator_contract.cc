// The part of the contract that only a provider behind HTTP can put to the test.
#include <string>

#include "tests/generator/video_generator_contract.h"
#include "tests/support/string_sink.h"

namespace videojobs {
namespace {

TEST_P(HttpGeneratorContract, Start_AnswerThatIsNotTheProvidersOwn_Unknown) {
  for (const Happening happening : {Happening::kGarbageAnswer, Happening::kInternalError, Happening::kProxyError}) {
    under_test_->Arrange(happening);
    const StartOutcome outcome = Start();
    EXPECT_EQ(outcome.kind, OutcomeKind::kUnknown) << static_cast<int>(happening);
    EXPECT_NE(outcome.http_status, 0);
  }
}

TEST_P(HttpGeneratorContract, Poll_Garbage_TroubledThenSucceeds) {
  const std::string name = StartFinished();
  under_test_->Arrange(Happening::kPollGarbage);
  EXPECT_EQ(generator().Poll(name).kind, PollKind::kTroubled);
  EXPECT_EQ(generator().Poll(name).kind, PollKind::kSucceeded);
}

TEST_P(HttpGeneratorContract, Fetch_VideoInsideTheAnswer_GivesTheVideo) {
  under_test_->Arrange(Happening::kInlineResult);
  const std::string name = StartFinished();
  const PollAnswer answer = generator().Poll(name);
  ASSERT_EQ(answer.kind, PollKind::kSucceeded) << answer.detail;
  EXPECT_LT(answer.result.size(), 100u);
  StringSink sink;
  ASSERT_EQ(generator().Fetch(name, answer.result, sink), absl::OkStatus());
  EXPECT_TRUE(sink.text == under_test_->VideoOf(name));
}

TEST_P(HttpGeneratorContract, Fetch_Redirected_GivesTheVideo) {
  for (const Happening happening : {Happening::kRedirect, Happening::kRedirectToOtherHost}) {
    const std::string name = StartFinished();
    const std::string result = generator().Poll(name).result;
    under_test_->Arrange(happening);
    StringSink sink;
    ASSERT_EQ(generator().Fetch(name, result, sink), absl::OkStatus());
    EXPECT_TRUE(sink.text == under_test_->VideoOf(name));
  }
}

}  // namespace
}  // namespace videojobs
