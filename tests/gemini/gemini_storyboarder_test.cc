#include "adapters/gemini/gemini_storyboarder.h"

#include <memory>
#include <string>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "adapters/http/client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "simulator/simulator.h"
#include "tests/http/raw_server.h"
#include "tests/support/engine_house.h"

namespace videojobs::gemini {
namespace {

using simulator::FaultKind;
using testing::HasSubstr;
using testing::Not;

constexpr char kKey[] = "AIzaSyTest-0123456789-abcdefghijklmnopqr";

class GeminiStoryboarderTest : public testing::Test {
 protected:
  GeminiStoryboarderTest() {
    simulator::SimulatorOptions options;
    options.api_key = kKey;
    options.seed = 1;
    simulator_ = simulator::Simulator::Start(std::move(options)).value();
    storyboarder_ = Make(kKey);
  }

  std::unique_ptr<GeminiStoryboarder> Make(const std::string& key) {
    Options options;
    options.api_key = key;
    options.base_url = simulator_->base_url();
    return GeminiStoryboarder::Create(std::move(options), client_).value();
  }

  http::Client client_;
  std::unique_ptr<simulator::Simulator> simulator_;
  std::unique_ptr<GeminiStoryboarder> storyboarder_;
};

TEST_F(GeminiStoryboarderTest, Write_Answer_BecomesOneScene) {
  const auto scenes = storyboarder_->Write("You have until Friday.", {}, {});
  ASSERT_TRUE(scenes.ok()) << scenes.status();
  EXPECT_EQ(scenes->size(), 1u);
  EXPECT_EQ(scenes->front().duration_seconds, 6);
  EXPECT_TRUE(simulator_->starts().empty()) << "no paid start";
}

TEST_F(GeminiStoryboarderTest, Write_BadKey_IsAnErrorWithoutTheKey) {
  const auto scenes = Make("AIzaSyPlanted-0123456789")->Write("Yes.", {}, {});
  EXPECT_FALSE(scenes.ok());
  EXPECT_THAT(scenes.status().ToString(), Not(HasSubstr("AIzaSyPlanted")));
}

// Whatever happens to a storyboard, the plain one takes over, and the paid start goes out.
TEST_F(GeminiStoryboarderTest, Engine_StoryboardFails_TakesThePlainOne) {
  for (const FaultKind kind :
       {FaultKind::kStoryboardMaxTokens, FaultKind::kStoryboardBlocked, FaultKind::kStoryboardOffSchema}) {
    EngineHouse house;
    house.Use(*storyboarder_);
    simulator_->SetFaults({kind});
    const std::string id = house.CreateJob("You have until Friday.");
    EXPECT_EQ(house.SweepUntilFinished(id).state, JobState::kCompleted);
    EXPECT_THAT(house.generator.starts().at(0).request.scene.prompt, HasSubstr("You have until Friday."));
    EXPECT_THAT(house.log.Text(), HasSubstr("no storyboard; the plain one is taken"));
  }
  EngineHouse house;
  house.Use(*storyboarder_);
  simulator_->SetFaults({FaultKind::kStoryboardThoughts});
  const std::string id = house.CreateJob();
  EXPECT_EQ(house.SweepUntilFinished(id).state, JobState::kCompleted);
  EXPECT_THAT(house.log.Text(), Not(HasSubstr("no storyboard")));
}

TEST_F(GeminiStoryboarderTest, Engine_NobodyAnswers_TakesThePlainOne) {
  EngineHouse house;
  house.Use(*storyboarder_);
  simulator_->Stop();
  const std::string id = house.CreateJob();
  EXPECT_EQ(house.SweepUntilFinished(id).state, JobState::kCompleted);
}

// A paid start waits for it: neither a server that says nothing nor one that never ends may hold it up.
TEST(GeminiStoryboarder, Write_ServerHangs_GivesUpInTime) {
  absl::Notification done;
  const http::RawServer silent([&](http::Connection&) { done.WaitForNotification(); });
  http::Client client;
  Options options;
  options.api_key = kKey;
  options.base_url = silent.Url("");
  options.limits.total = options.limits.first_byte = absl::Milliseconds(200);
  const auto storyboarder = GeminiStoryboarder::Create(std::move(options), client).value();
  const absl::Time begun = absl::Now();
  EXPECT_TRUE(absl::IsUnavailable(storyboarder->Write("Yes.", {}, {}).status()));
  EXPECT_LT(absl::Now() - begun, absl::Seconds(10));
  done.Notify();
}

TEST(GeminiStoryboarder, Options_PatienceOfAPaidStart_IsShort) { EXPECT_LE(Options().limits.total, absl::Seconds(30)); }

TEST(GeminiStoryboarder, Create_WrongOptions_AreRefused) {
  http::Client client;
  EXPECT_FALSE(GeminiStoryboarder::Create({.api_key = ""}, client).ok());
  EXPECT_FALSE(GeminiStoryboarder::Create({.api_key = "k", .base_url = "http://example.com"}, client).ok());
  EXPECT_FALSE(GeminiStoryboarder::Create({.api_key = "k", .model = "../x"}, client).ok());
}

}  // namespace
}  // namespace videojobs::gemini
