#include "server/doors/http_door.h"

#include <httplib.h>

#include <cstddef>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/doors/behind_the_doors.h"
#include "tests/support/raw_exchange.h"

namespace videojobs {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class HttpDoorTest : public testing::Test {
 protected:
  void Start(HttpSettings settings = {}) {
    settings.listen = "127.0.0.1:0";
    settings.threads = 4;
    auto started = HttpDoor::Start(settings, behind_.ports());
    ASSERT_TRUE(started.ok()) << started.status();
    door_ = *std::move(started);
  }

  httplib::Client Client() { return httplib::Client("127.0.0.1", door_->port()); }

  BehindTheDoors behind_;
  std::unique_ptr<HttpDoor> door_;
};

TEST_F(HttpDoorTest, PollByPostAndGet_SweepsAndCounts_SeedRow6) {
  SweepReport report;
  report.adopted = 1;
  report.created = 2;
  report.polled = 3;
  report.completed = 4;
  report.failed = 5;
  report.deferred = 6;
  report.remaining_due = 7;
  report.duration = absl::Milliseconds(1234);
  report.closed_lanes.push_back(
      {{"gemini", "fake-1.0"}, LaneReason::kQuota, "slow down", absl::FromUnixSeconds(1'800'000'600), {}});
  behind_.report = report;
  Start();
  const auto posted = Client().Post("/api/video/poll", "{}", "application/json");
  const auto got = Client().Get("/api/video/poll");
  ASSERT_TRUE(posted && got);
  EXPECT_EQ(posted->status, 200);
  EXPECT_EQ(posted->body, got->body);
  EXPECT_EQ(json::parse(got->body),
            json::parse(R"({"success":true,"created":2,"polled":3,"completed":4,"failed":5,"duration":1234,
              "message":"created 2, polled 3, completed 4, failed 5; some starts wait, see closed_lanes",
              "adopted":1,"deferred":6,"remaining_due":7,"closed_lanes":[{"provider":"gemini","model":"fake-1.0",
              "reason":"QUOTA","detail":"slow down","closed_until":"2027-01-15T08:10:00.000Z"}]})"));
  EXPECT_EQ(behind_.sweeps, 2);
  EXPECT_EQ(behind_.swept_max_jobs, 100);
  EXPECT_EQ(behind_.swept_time_limit, absl::Seconds(50));
}

TEST_F(HttpDoorTest, Poll_IsLoggedWithItsCounts_SeedRow18) {
  SweepReport report;
  report.completed = 4;
  behind_.report = report;
  Start();
  ASSERT_TRUE(Client().Get("/api/video/poll"));
  const LogLine line = behind_.log.Find(Component::kPollApi, "polled for a caller");
  EXPECT_EQ(FieldOf(line, "call"), "/api/video/poll");
  EXPECT_EQ(FieldOf(line, "completed"), "4");
}

TEST_F(HttpDoorTest, PollWithoutDatabase_Is503InThePollsOwnShape) {
  behind_.report = absl::UnavailableError("connection to db.internal refused");
  Start();
  const auto answer = Client().Post("/api/video/poll");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  const json said = json::parse(answer->body);
  EXPECT_EQ(said["success"], false);
  EXPECT_EQ(said["created"], 0);
  EXPECT_THAT(said["message"], HasSubstr("the database is out of reach"));
  EXPECT_THAT(answer->body, Not(HasSubstr("db.internal")));
  EXPECT_THAT(behind_.log.Text(), HasSubstr("db.internal"));
}

TEST_F(HttpDoorTest, PollWithCronSecret_AsksForIt) {
  HttpSettings settings;
  settings.cron_secret = "open sesame";
  Start(settings);
  for (const char* wrong : {"", "Bearer", "Bearer open", "Bearer open sesame2", "Basic open sesame", "open sesame"}) {
    const auto answer = Client().Post("/api/video/poll", {{"Authorization", wrong}}, "", "application/json");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 401) << wrong;
    EXPECT_EQ(json::parse(answer->body)["success"], false);
  }
  EXPECT_EQ(behind_.sweeps, 0);
  const auto right = Client().Get("/api/video/poll", {{"Authorization", "bearer open sesame"}});
  ASSERT_TRUE(right);
  EXPECT_EQ(right->status, 200);
}

TEST_F(HttpDoorTest, PollByHead_IsRefusedAndDoesNothing) {
  Start();
  const auto answer = Client().Head("/api/video/poll");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 405);
  EXPECT_EQ(behind_.sweeps, 0);
}

TEST_F(HttpDoorTest, PollByCurlsBarePost_IsAnEmptyBody) {
  Start();
  const std::string answer =
      RawExchange(door_->port(), "POST /api/video/poll HTTP/1.1\r\nHost: localhost\r\nUser-Agent: curl/7.88.1\r\n\r\n");
  EXPECT_THAT(answer, ::testing::StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(behind_.sweeps, 1);
}

TEST_F(HttpDoorTest, BodyOverTheBound_Is413) {
  Start();
  const auto answer = Client().Post("/api/video/poll", std::string(70'000, 'x'), "application/json");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 413);
  EXPECT_EQ(json::parse(answer->body)["reason"], "BAD_REQUEST");
  EXPECT_EQ(behind_.sweeps, 0);
}

TEST_F(HttpDoorTest, BodyWithoutLength_Is411) {
  Start();
  const std::string answer = RawExchange(
      door_->port(), "POST /api/video/poll HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_THAT(answer, ::testing::StartsWith("HTTP/1.1 411"));
  EXPECT_EQ(behind_.sweeps, 0);
}

TEST_F(HttpDoorTest, VideoStatus_ShowsTheNewestJob) {
  Job job = JobInState("00000000-0000-7000-8000-000000000001", JobState::kFailed, ClipState::kFailed);
  job.escalation_id = "e 1";
  job.reason = FailureReason::kFiltered;
  job.response_text = "secret answer";
  job.context.student_name = "Ada";
  behind_.jobs.Add(job);
  Start();
  const auto answer = Client().Get("/api/escalations/e%201/video-status");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  const json said = json::parse(answer->body);
  EXPECT_EQ(said["escalation_id"], "e 1");
  EXPECT_EQ(said["job_id"], job.id);
  EXPECT_EQ(said["status"], "failed");
  EXPECT_EQ(said["failure_reason"], "FILTERED");
  EXPECT_EQ(said["progress_percent"], 0);
  EXPECT_TRUE(said["video_url"].is_null());
  EXPECT_THAT(said["explanation"], HasSubstr("safety filter"));
  EXPECT_THAT(answer->body, Not(HasSubstr("Ada")));
  EXPECT_THAT(answer->body, Not(HasSubstr("secret")));
}

TEST_F(HttpDoorTest, VideoStatusOfUnknownEscalation_Is404) {
  Start();
  const auto answer = Client().Get("/api/escalations/nobody/video-status");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(json::parse(answer->body)["reason"], "JOB_NOT_FOUND");
}

TEST_F(HttpDoorTest, VideoStatusOfImpossibleId_Is400) {
  Start();
  const auto answer = Client().Get("/api/escalations/a%00b/video-status");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 400);
  EXPECT_EQ(json::parse(answer->body)["reason"], "INVALID_REQUEST");
}

TEST_F(HttpDoorTest, Health_LivesWithoutDatabaseAndReadyDoesNot) {
  behind_.jobs.FailWith(absl::FailedPreconditionError("migration 2 is missing: run videojobs migrate"));
  Start();
  const auto health = Client().Get("/healthz");
  const auto ready = Client().Get("/readyz");
  ASSERT_TRUE(health && ready);
  EXPECT_EQ(health->status, 200);
  EXPECT_EQ(ready->status, 503);
  EXPECT_THAT(ready->body, HasSubstr("run videojobs migrate"));
  behind_.jobs.FailWith(absl::OkStatus());
  EXPECT_EQ(Client().Get("/readyz")->status, 200);
}

TEST_F(HttpDoorTest, StrangeHost_Is421OnEveryPath) {
  Start();
  for (const char* path : {"/healthz", "/api/video/poll", "/nowhere"}) {
    const auto answer = Client().Get(path, {{"Host", "evil.example"}});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 421) << path;
  }
  EXPECT_EQ(behind_.sweeps, 0);
}

TEST_F(HttpDoorTest, WrongMethod_Is405WithThoseAllowed) {
  Start();
  const auto status = Client().Post("/api/escalations/e/video-status");
  const auto poll = Client().Delete("/api/video/poll");
  const auto options = Client().Options("/healthz");
  ASSERT_TRUE(status && poll && options);
  EXPECT_EQ(status->status, 405);
  EXPECT_EQ(status->get_header_value("Allow"), "GET, HEAD");
  EXPECT_EQ(poll->status, 405);
  EXPECT_EQ(poll->get_header_value("Allow"), "GET, POST");
  EXPECT_EQ(options->status, 405);
}

TEST_F(HttpDoorTest, UnknownPath_Is404InJson) {
  Start();
  for (const char* path : {"/", "/api/escalations//video-status", "/api/escalations/a/b/video-status", "/videos/"}) {
    const auto answer = Client().Get(path);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 404) << path;
    EXPECT_EQ(json::parse(answer->body)["reason"], "NOT_FOUND") << path;
  }
}

TEST_F(HttpDoorTest, Answers_CarryNoCorsHeaderAndAreNotSniffed) {
  Start();
  const auto answer = Client().Get("/healthz", {{"Origin", "https://evil.example"}});
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->has_header("Access-Control-Allow-Origin"));
  EXPECT_EQ(answer->get_header_value("X-Content-Type-Options"), "nosniff");
}

TEST_F(HttpDoorTest, RangeOnJson_IsIgnored) {
  Start();
  const auto answer = Client().Get("/healthz", {{"Range", "bytes=0-1"}});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "{\"alive\":true}\n");
}

TEST_F(HttpDoorTest, Shutdown_EndsAndMayBeRepeated) {
  Start();
  const int port = door_->port();
  door_->Shutdown();
  door_->Shutdown();
  EXPECT_FALSE(httplib::Client("127.0.0.1", port).Get("/healthz"));
}

TEST_F(HttpDoorTest, TakenPort_IsAnErrorThatNamesIt) {
  Start();
  HttpSettings settings;
  settings.listen = absl::StrCat("127.0.0.1:", door_->port());
  const auto second = HttpDoor::Start(settings, behind_.ports());
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(settings.listen));
}

TEST_F(HttpDoorTest, ListenAddressOfAnotherForm_IsAnErrorThatNamesIt) {
  HttpSettings settings;
  settings.listen = "8080";
  EXPECT_EQ(HttpDoor::Start(settings, behind_.ports()).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace videojobs
