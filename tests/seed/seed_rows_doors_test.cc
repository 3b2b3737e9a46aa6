// What the web app's own video worker did around its jobs, rows 6, 9, 10, 18 and 19: the poll's address, its schedule,
// the settings, the log, and the answers to "why does it not work?".

#include <algorithm>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "adapters/http/client.h"
#include "adapters/supabase/supabase_video_storage.h"
#include "adapters/supabase/wire.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/engine/periodic.h"
#include "server/logging/log_text.h"
#include "server/settings.h"
#include "tests/generator/simulated_google.h"
#include "tests/seed/house_with_a_door.h"
#include "tests/support/fake_supabase.h"
#include "tests/support/raw_exchange.h"

namespace videojobs {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string Text(const json& said, const char* field) { return said.at(field).get<std::string>(); }

TEST(SeedRow06, PollByPostAndByGet_SweepsAndAnswersItsCounts) {
  for (const bool by_post : {true, false}) {
    HouseWithADoor house;
    house.OpenDoor();
    house.generator.on_poll = [&house](const std::string&) { house.clock.Advance(absl::Milliseconds(1250)); };
    house.CreateJob();
    const auto answer = by_post ? house.Client().Post("/api/video/poll") : house.Client().Get("/api/video/poll");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->get_header_value("Content-Type"), "application/json");
    const json said = json::parse(answer->body);
    const json seeds = {{"success", true},
                        {"created", 1},
                        {"polled", 1},
                        {"completed", 1},
                        {"failed", 0},
                        {"duration", 1250},
                        {"message", "created 1, polled 1, completed 1, failed 0"}};
    for (const auto& [field, value] : seeds.items()) EXPECT_EQ(said.value(field, json()), value) << field;
    EXPECT_EQ(house.generator.paid_starts(), 1);
  }
}

TEST(SeedRow09, BuiltInSchedule_BringsAJobHomeWithoutAnyCaller) {
  EngineHouse house;
  absl::Notification completed;
  const std::string id = house.CreateJob();
  {
    Periodic schedule(absl::Milliseconds(1), [&] {
      house.sweeping->Begin(100);
      if (house.Read(id).state == JobState::kCompleted && !completed.HasBeenNotified()) completed.Notify();
    });
    EXPECT_TRUE(completed.WaitForNotificationWithTimeout(absl::Seconds(30)));
  }
  EXPECT_EQ(house.generator.paid_starts(), 1);
}

TEST(SeedRow09, CronCaller_WithItsSecretAsBearerToken_IsServed_AndOthersAreNot) {
  HouseWithADoor house;
  HttpSettings settings;
  settings.cron_secret = "open-sesame";
  house.OpenDoor(settings);
  house.CreateJob();
  EXPECT_EQ(house.Client().Get("/api/video/poll")->status, 401);
  EXPECT_EQ(house.generator.paid_starts(), 0);
  const auto served = house.Client().Get("/api/video/poll", {{"Authorization", "Bearer open-sesame"}});
  ASSERT_TRUE(served);
  EXPECT_EQ(json::parse(served->body)["completed"], 1);
}

// What `curl -X POST http://127.0.0.1:8080/api/video/poll` sends: a POST without a body and without a Content-Length.
TEST(SeedRow09, ManualCurl_PostWithoutABody_IsServed) {
  HouseWithADoor house;
  house.OpenDoor();
  house.CreateJob();
  const std::string answer = RawExchange(
      house.door->port(), absl::StrCat("POST /api/video/poll HTTP/1.1\r\nHost: 127.0.0.1:", house.door->port(),
                                       "\r\nUser-Agent: curl/8.14.1\r\nAccept: */*\r\n\r\n"));
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("\"success\":true"), HasSubstr("\"completed\":1")));
}

TEST(SeedRow09, ClientSideCalls_ByManyAtOnce_PayForOneStart) {
  HouseWithADoor house;
  house.OpenDoor();
  const std::string id = house.CreateJob();
  std::vector<std::thread> browsers;
  for (int i = 0; i < 4; ++i) {
    browsers.emplace_back([&house] { EXPECT_EQ(house.Client().Get("/api/video/poll")->status, 200); });
  }
  for (std::thread& browser : browsers) browser.join();
  EXPECT_EQ(house.Read(id).state, JobState::kCompleted);
  EXPECT_EQ(house.generator.paid_starts(), 1);
}

TEST(SeedRow10, TheFourVariables_AreReadAsTheyWereWritten) {
  const auto settings = ReadSettings({{"GOOGLE_GENAI_API_KEY", "your_api_key"},
                                      {"VIDEO_GENERATION_ENABLED", "true"},
                                      {"MOCK_MODE", "false"},
                                      {"VEO_MODEL", "veo-3.1-fast"}});
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->google_api_key.Reveal(), "your_api_key");
  EXPECT_TRUE(settings->generation_enabled);
  EXPECT_FALSE(settings->mock);
  EXPECT_EQ(settings->model, "veo-3.1-fast");
}

TEST(SeedRow10, TheFourVariables_OtherwiseAndByDefault) {
  const auto defaults = ReadSettings({{"GOOGLE_GENAI_API_KEY", "k"}});
  ASSERT_TRUE(defaults.ok()) << defaults.status();
  EXPECT_TRUE(defaults->generation_enabled);
  EXPECT_FALSE(defaults->mock);
  EXPECT_EQ(defaults->model, "omni");  // the seed's models are reported gone for holders of a key
  EXPECT_EQ(SimulatedGoogle().generator().ModelId("veo-3.1"), "veo-3.1-generate-preview");
  const auto mock = ReadSettings({{"MOCK_MODE", "true"}, {"VIDEO_GENERATION_ENABLED", "false"}});
  ASSERT_TRUE(mock.ok()) << mock.status();
  EXPECT_TRUE(mock->mock);
  EXPECT_FALSE(mock->generation_enabled);
  EXPECT_THAT(std::string(ReadSettings({}).status().message()), HasSubstr("GOOGLE_GENAI_API_KEY"));
}

TEST(SeedRow18, EachComponent_LogsItsPartOfAJobUnderItsTag) {
  HouseWithADoor house;
  house.OpenDoor();
  const std::string id = house.CreateJob();
  house.Poll();
  std::vector<std::string> lines;
  for (const LogLine& line : house.log.lines()) lines.push_back(logging::TextLine(line));
  const std::string operation = house.Read(id).clips.at(0).operation_name;
  EXPECT_THAT(lines,
              ElementsAre(AllOf(StartsWith("INFO [Video Generator] start accepted"), HasSubstr(operation)),
                          absl::StrCat("INFO [Video Worker] processing job=", id),
                          absl::StrCat("INFO [Video Generator] operation succeeded job=", id, " operation=", operation),
                          absl::StrCat("INFO [Video Worker] completed job=", id, " placeholder=false"),
                          AllOf(StartsWith("INFO [Video Poll API] polled for a caller"),
                                HasSubstr("created=1 polled=1 completed=1 failed=0"))));
}

TEST(SeedRow19, StuckInProcessing_StatusShowsThePollOverdue_AndTheLogWhetherThePollIsCalled) {
  HouseWithADoor house;
  house.generator.SetRunningPolls(1000);
  house.OpenDoor();
  const std::string id = house.CreateJobOf("e1");
  house.Poll();
  const auto calls = [&house] {
    const auto lines = house.log.lines();
    return std::count_if(lines.begin(), lines.end(), [](const LogLine& line) {
      return line.component == Component::kPollApi && line.message == "polled for a caller";
    });
  };
  house.clock.Advance(absl::Minutes(20));
  const json stuck = house.Status("e1");
  EXPECT_EQ(stuck["status"], "processing");
  EXPECT_THAT(Text(stuck, "explanation"), HasSubstr("has worked on it for 20m"));
  EXPECT_LT(Text(stuck, "next_due_time"),
            absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", house.clock.Now(), absl::UTCTimeZone()))
      << "nobody polled when it was due";
  EXPECT_EQ(calls(), 1);

  house.generator.NextPoll(PollAnswered(PollKind::kTroubled, FailureReason::kNone, "connection reset"));
  house.Poll();
  EXPECT_EQ(calls(), 2);
  const json polled = house.Status("e1");
  EXPECT_GT(Text(polled, "next_due_time"), Text(stuck, "next_due_time"));
  EXPECT_THAT(Text(polled, "explanation"),
              HasSubstr("Asking it failed 1 time, and is tried again. Last: connection reset"));
  EXPECT_EQ(FieldOf(house.log.Find(Component::kGenerator, "poll in trouble; asked again next time"), "escalation"),
            "e1");
}

struct Trouble {
  LaneReason reason;
  std::string said;
  std::string advice;
};

TEST(SeedRow19, Failing_StatusAndLogTellAccessBillingAndKeyApart) {
  for (const Trouble& trouble : {Trouble{LaneReason::kModelUnavailable, "model not found", "VEO_MODEL"},
                                 Trouble{LaneReason::kBilling, "billing is not enabled", "billing in order"},
                                 Trouble{LaneReason::kBadKey, "API key not valid", "GOOGLE_GENAI_API_KEY"}}) {
    HouseWithADoor house;
    house.OpenDoor();
    StartOutcome refused;
    refused.kind = OutcomeKind::kRefused;
    refused.lane_reason = trouble.reason;
    refused.lane_closed_for = absl::Minutes(10);
    refused.detail = trouble.said;
    house.generator.NextStart(refused);
    house.CreateJobOf("e1");
    const json polled = house.Poll();
    EXPECT_EQ(polled.at("closed_lanes").at(0).at("reason"), Name(trouble.reason));
    const json status = house.Status("e1");
    EXPECT_EQ(status["status"], "pending");
    EXPECT_THAT(Text(status, "explanation"), HasSubstr(trouble.said));
    EXPECT_THAT(Text(status, "advice"), HasSubstr(trouble.advice));
    EXPECT_EQ(FieldOf(house.log.Find(Component::kGenerator, "start refused; the lane is closed"), "lane"),
              Name(trouble.reason));
  }
}

TEST(SeedRow19, Failing_StatusAndLogSayWhyOneJobFailed) {
  HouseWithADoor house;
  house.OpenDoor();
  house.generator.NextPoll(PollAnswered(PollKind::kFailed, FailureReason::kFiltered, "a real person"));
  house.CreateJobOf("e1");
  house.Poll();
  const json status = house.Status("e1");
  EXPECT_EQ(status["status"], "failed");
  EXPECT_EQ(status["failure_reason"], "FILTERED");
  EXPECT_THAT(Text(status, "explanation"), AllOf(HasSubstr("safety filter"), HasSubstr("a real person")));
  EXPECT_THAT(Text(status, "advice"), HasSubstr("regenerate"));
  EXPECT_EQ(FieldOf(house.log.Find(Component::kWorker, "failed"), "reason"), "FILTERED");
}

TEST(SeedRow19, NoneCreated_WhileSwitchedOff_CreateStatusAndLogNameTheSwitch) {
  HouseWithADoor house;
  house.CreateJobOf("e1");
  house.Restart({.generation_enabled = false});
  house.OpenDoor({}, /*generation_enabled=*/false);
  EXPECT_EQ(house.Poll()["created"], 0);
  EXPECT_EQ(FieldOf(house.log.Find(Component::kPollApi, "polled for a caller"), "deferred"), "1");
  const json status = house.Status("e1");
  EXPECT_EQ(status["status"], "pending");
  EXPECT_THAT(Text(status, "advice"), HasSubstr("VIDEO_GENERATION_ENABLED=true"));
  EXPECT_EQ(status.at("waiting_for_lane").at("reason"), "SWITCHED_OFF");
  AskedVideo another;
  another.response_text = "No.";
  const auto refused = house.creating->Create({{another}, "r1"});
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("VIDEO_GENERATION_ENABLED=true"));
}

TEST(SeedRow19, NoneCreatedAtGoogles_InMockMode_StatusSaysThatTheJobIsAMock) {
  for (const bool mock : {true, false}) {
    HouseWithADoor house({.mock = mock});
    house.OpenDoor();
    house.CreateJobOf("e1");
    house.Poll();
    EXPECT_EQ(house.Status("e1")["mock"], mock);
  }
}

TEST(SeedRow19, NotUploading_StatusAndLogNameTheMissingBucketAndTheRights) {
  FakeSupabase supabase;
  http::Client client;
  for (const bool has_bucket : {false, true}) {
    if (has_bucket) supabase.SetBucket("escalation-videos", {});
    SupabaseVideoStorage storage(
        client, supabase::MakeEndpoint(supabase.url(), has_bucket ? FakeSupabase::kAnonKey : FakeSupabase::kServiceKey,
                                       "escalation-videos")
                    .value());
    HouseWithADoor house;
    house.Use(storage);
    house.OpenDoor();
    house.CreateJobOf("e1");
    house.Poll();
    const std::string words = has_bucket ? "row-level security forbids this key" : "no bucket \"escalation-videos\"";
    const json status = house.Status("e1");
    EXPECT_EQ(status["status"], "processing");
    EXPECT_THAT(Text(status, "explanation"), AllOf(HasSubstr("bringing it home failed;"), HasSubstr(words)));
    EXPECT_THAT(Text(status, "advice"), HasSubstr("Look at what the storage said"));
    const LogLine line =
        house.log.Find(Component::kWorker, "delivery in trouble; tried again until the provider's copy expires");
    EXPECT_THAT(FieldOf(line, "error"), HasSubstr(words));
    EXPECT_EQ(FieldOf(line, "escalation"), "e1");
  }
}

}  // namespace
}  // namespace videojobs
