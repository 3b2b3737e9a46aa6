// The faults' text form and the seeded draw, without a server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "simulator/faults.h"

namespace videojobs::simulator {
namespace {

using testing::HasSubstr;

const Occasion kStart{Call::kStart, "veo", "a cell"};

std::vector<bool> Draws(uint64_t seed, double probability, int count) {
  FaultPlan plan(seed);
  Fault fault(FaultKind::kLostAnswer);
  fault.probability = probability;
  plan.Set({fault});
  std::vector<bool> draws;
  for (int i = 0; i < count; ++i) draws.push_back(plan.Draw(Moment::kAnswer, kStart).has_value());
  return draws;
}

TEST(FaultPlan, Draw_SameSeed_GivesTheSame) { EXPECT_EQ(Draws(1, 0.5, 200), Draws(1, 0.5, 200)); }

TEST(FaultPlan, Draw_OtherSeed_GivesOthers) { EXPECT_NE(Draws(1, 0.5, 200), Draws(2, 0.5, 200)); }

TEST(FaultPlan, Draw_Probability_IsAboutKept) {
  const std::vector<bool> draws = Draws(3, 0.1, 10'000);
  const auto hits = std::count(draws.begin(), draws.end(), true);
  EXPECT_GT(hits, 900);
  EXPECT_LT(hits, 1100);
}

TEST(FaultPlan, Draw_CertainAndImpossible_AreExact) {
  EXPECT_EQ(Draws(4, 1, 1000), std::vector<bool>(1000, true));
  EXPECT_EQ(Draws(4, 0, 1000), std::vector<bool>(1000, false));
}

TEST(FaultPlan, Draw_CountUsedUp_TakesTheNextFault) {
  FaultPlan plan(1);
  plan.Set({{FaultKind::kQuota, 2}, {FaultKind::kRefused}});
  std::vector<FaultKind> kinds;
  for (int i = 0; i < 4; ++i) kinds.push_back(plan.Draw(Moment::kRefusal, kStart)->kind);
  EXPECT_EQ(kinds,
            (std::vector<FaultKind>{FaultKind::kQuota, FaultKind::kQuota, FaultKind::kRefused, FaultKind::kRefused}));
  EXPECT_EQ(plan.faults()[0].count, 0);
  EXPECT_EQ(plan.faults()[0].hits, 2);
}

TEST(FaultPlan, Draw_AtAnotherMomentOrCall_GivesNothing) {
  FaultPlan plan(1);
  plan.Set({FaultKind::kSlowAnswer});
  EXPECT_FALSE(plan.Draw(Moment::kAnswer, kStart).has_value());
  EXPECT_FALSE(plan.Draw(Moment::kDelay, {Call::kPoll, "veo", {}}).has_value()) << "it slows starts by default";
  EXPECT_TRUE(plan.Draw(Moment::kDelay, kStart).has_value());
}

TEST(ParseFault, AllFields_AreRead) {
  const auto fault = ParseFault("kind=slow_answer,probability=0.1,count=5,model=veo,prompt=a=b,on=file,delay=1500ms");
  ASSERT_TRUE(fault.ok()) << fault.status();
  EXPECT_EQ(fault->kind, FaultKind::kSlowAnswer);
  EXPECT_EQ(fault->probability, 0.1);
  EXPECT_EQ(fault->count, 5);
  EXPECT_EQ(fault->model, "veo");
  EXPECT_EQ(fault->prompt, "a=b");
  EXPECT_EQ(fault->on, Call::kFile);
  EXPECT_EQ(fault->delay, absl::Milliseconds(1500));
  EXPECT_EQ(ParseFault("kind=429,retry_after=600.5s")->retry_after, absl::Milliseconds(600'500));
  EXPECT_EQ(ParseFault("kind=operation_error,code=400")->code, 400);
}

struct BadFault {
  const char* text;
  const char* message;
};

class BadFaultTest : public testing::TestWithParam<BadFault> {};

TEST_P(BadFaultTest, ParseFault_Wrong_NamesTheFieldAndWhatIsRight) {
  const auto fault = ParseFault(GetParam().text);
  ASSERT_FALSE(fault.ok());
  EXPECT_THAT(std::string(fault.status().message()), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Faults, BadFaultTest,
    testing::Values(BadFault{"", "it is like kind=lost_answer"}, BadFault{"lost_answer", "it is like kind=lost_answer"},
                    BadFault{"count=1,kind=429", "it begins with kind="},
                    BadFault{"kind=lost", "kind: \"lost\" is not understood; it is one of refused, 429,"},
                    BadFault{"kind=429,probability=1.1", "probability: \"1.1\""},
                    BadFault{"kind=429,probability=nan", "probability: \"nan\""},
                    BadFault{"kind=429,count=-1", "count: \"-1\""}, BadFault{"kind=429,count=x", "count: \"x\""},
                    BadFault{"kind=slow_answer,delay=5", "delay: \"5\" is not understood; it is a duration"},
                    BadFault{"kind=slow_answer,delay=25h", "at most 24h"},
                    BadFault{"kind=filtered,delay=5s", "delay: kind filtered does not use it"},
                    BadFault{"kind=filtered,code=3", "code: kind filtered does not use it"},
                    BadFault{"kind=filtered,retry_after=3s", "retry_after: kind filtered does not use it"},
                    BadFault{"kind=operation_error,code=0", "code: \"0\""},
                    BadFault{"kind=429,on=poll", "kind 429 cannot happen there"},
                    BadFault{"kind=bad_key,on=moon", "start, poll, model, file"},
                    BadFault{"kind=429,chance=1", "chance: no such field"}));

TEST(DescribeFaultKinds, NamesEveryKindThatCanBeParsed) {
  const std::string text = DescribeFaultKinds();
  for (int kind = 0; kind <= static_cast<int>(FaultKind::kDownloadInternal); ++kind) {
    const std::string name(FaultName(static_cast<FaultKind>(kind)));
    EXPECT_THAT(text, HasSubstr("  " + name + " "));
    ASSERT_TRUE(ParseFault("kind=" + name).ok());
    EXPECT_EQ(ParseFault("kind=" + name)->kind, static_cast<FaultKind>(kind));
  }
}

}  // namespace
}  // namespace videojobs::simulator
