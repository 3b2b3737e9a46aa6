// What the web app's own video worker did to the app's table, rows 3 to 8 as the app sees them: migration 012, and the
// columns that it reads. Rows are written by SQL, as the app writes them.
#include <httplib.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "adapters/postgres/migrator.h"
#include "adapters/refusal.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/seed/web_app.h"

namespace videojobs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Type, whether it may be NULL, default.
std::vector<std::string> VideoJobIdColumn(PostgresDatabase& database) {
  return database
      .Query(
          "SELECT data_type, is_nullable, coalesce(column_default, '') FROM information_schema.columns"
          " WHERE table_name = 'escalations' AND column_name = 'video_job_id'")
      ->at(0);
}

TEST(SeedRow03, AnsweredRow_GetsItsOperationsNameAndIsProcessing) {
  WebApp app;
  app.generator.SetRunningPolls(100);
  const std::string row = app.Answer("Yes, you may hand it in on Friday.");
  app.Sweep();
  ASSERT_EQ(app.generator.starts().size(), 1u);
  EXPECT_THAT(app.generator.starts()[0].request.scene.prompt, HasSubstr("Yes, you may hand it in on Friday."));
  EXPECT_THAT(app.Shown(row), ElementsAre("processing", app.generator.starts()[0].operation_name, "", "f"));
}

TEST(SeedRow04, DoneJob_ShowsItsUrlAndItsTimeInTheRow) {
  WebApp app;
  const std::string row = app.Answer("Yes.");
  app.Sweep();
  EXPECT_THAT(app.Shown(row), ElementsAre("completed", app.generator.starts().at(0).operation_name,
                                          StartsWith("https://cdn.example/"), "t"));
}

TEST(SeedRow05, Batch_StartsPendingRowsWithoutAnOperation_AndPollsProcessingRowsWithOne) {
  WebApp app;
  const std::string operation = app.generator.MakeOperation();
  const std::string fresh = app.Answer("Yes."), running = app.Answer("No."), failing = app.Answer("Perhaps.");
  const std::string left = app.generator.MakeOperation();
  LeaveProcessing(app, running, operation);
  LeaveProcessing(app, failing, left);
  app.generator.NextPollOf(left, Failed(FailureReason::kGenerationFailed));
  ASSERT_TRUE(app.database.Execute("INSERT INTO escalations (query) VALUES ('not answered yet')").ok());

  const SweepReport report = app.Sweep();
  EXPECT_EQ(report.adopted, 3);
  EXPECT_EQ(report.created, 1);
  EXPECT_EQ(report.polled, 3);
  EXPECT_EQ(report.completed, 2);
  EXPECT_EQ(report.failed, 1);
  EXPECT_EQ(app.generator.paid_starts(), 1) << "a row with an operation is polled, never started again";
  EXPECT_EQ(app.Status(fresh), "completed");
  EXPECT_THAT(app.Shown(running), ElementsAre("completed", operation, StartsWith("https://cdn.example/"), "t"));
  EXPECT_EQ(app.Status(failing), "failed");
}

TEST(SeedRow05, ProcessingRowThatIsNotAdoptedYet_IsNotStartedByACaller) {
  WebApp app;
  const std::string operation = app.generator.MakeOperation(), row = app.Answer("Yes.");
  LeaveProcessing(app, row, operation);
  const absl::Status refused = app.Create(row);
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(RefusalOf(refused).reason, "NOT_ADOPTED_YET");
  ASSERT_EQ(RefusalOf(refused).violations.size(), 1u);
  EXPECT_EQ(RefusalOf(refused).violations[0].field, "videos[0].escalation_id");
  app.Sweep();
  EXPECT_EQ(app.generator.paid_starts(), 0);
  EXPECT_THAT(app.Shown(row), ElementsAre("completed", operation, StartsWith("https://cdn.example/"), "t"));
}

// Google has forgotten what the app started, and nothing of ours lies anywhere.
TEST(SeedRow05, AdoptedOperationIsForgotten_TheRowFails) {
  WebApp app;
  app.generator.KeepEvidence();
  app.generator.SetRunningPolls(1);
  const std::string operation = app.generator.MakeOperation(), row = app.Answer("Yes.");
  LeaveProcessing(app, row, operation);
  app.Sweep();
  app.database.Advance(absl::Hours(50));
  app.generator.NextPoll(PollAnswered(PollKind::kGone, FailureReason::kNone, "no such operation"));
  app.Sweep();
  EXPECT_EQ(app.NewestOf(row).reason, FailureReason::kOperationExpired);
}

TEST(SeedRow05, ProcessingRowWithANameOfAnotherForm_KeepsItAndSaysIt) {
  WebApp app;
  const std::string row = app.Answer("Yes.");
  const std::string name = "job\n17" + std::string(200, 'x');
  LeaveProcessing(app, row, name);
  app.Sweep();
  EXPECT_EQ(app.generator.paid_starts(), 0);
  EXPECT_THAT(app.Shown(row), ElementsAre("failed", name, "", "f"));
  const Job job = app.NewestOf(row);
  EXPECT_EQ(job.reason, FailureReason::kStartUnknown);
  EXPECT_THAT(job.clips.at(0).detail, HasSubstr(absl::StrCat("\"job\\n17", std::string(194, 'x'), "...\"")));
}

TEST(SeedRow06, PollByPostAndByGet_BringsTheAppsRowHome) {
  for (const bool by_post : {true, false}) {
    WebApp app;
    const auto door = app.OpenDoor();
    const std::string row = app.Answer("Yes.");
    httplib::Client client("127.0.0.1", door->port());
    const auto answer = by_post ? client.Post("/api/video/poll") : client.Get("/api/video/poll");
    ASSERT_TRUE(answer && answer->status == 200);
    const auto said = nlohmann::json::parse(answer->body);
    EXPECT_EQ(said["created"], 1);
    EXPECT_EQ(said["completed"], 1);
    EXPECT_EQ(app.Status(row), "completed");
  }
}

TEST(SeedRow07, Migration_WhereTheAppsOwn012HasRun_LeavesColumnAndValuesAsTheyAre) {
  PostgresDatabase database(DatabaseKind::kWebApp);
  ASSERT_TRUE(database.Execute("INSERT INTO escalations (query, video_job_id) VALUES ('why?', 'operations/1')").ok());
  const auto before = VideoJobIdColumn(database);
  const auto migrated = postgres::Migrate(database.Url());
  ASSERT_TRUE(migrated.ok()) << migrated.status();
  EXPECT_EQ(VideoJobIdColumn(database), before);
  EXPECT_EQ(database.Value("SELECT video_job_id FROM escalations"), "operations/1");
  EXPECT_EQ(database.Open()->reader().Check(), absl::OkStatus());
}

TEST(SeedRow07, Migration_WhereTheAppsOwn012HasNotRun_AddsTheSameColumn) {
  for (const bool has_010 : {false, true}) {
    PostgresDatabase database(DatabaseKind::kEmpty);
    ASSERT_TRUE(database.RunFile("web_app_schema.sql"));
    if (has_010) {
      ASSERT_TRUE(database.RunFile("web_app_video_columns.sql"));
      ASSERT_TRUE(database.Execute("ALTER TABLE escalations DROP COLUMN video_job_id").ok());
    }
    ASSERT_TRUE(database.Execute("INSERT INTO escalations (query, response) VALUES ('why?', 'because')").ok());
    const auto migrated = postgres::Migrate(database.Url());
    ASSERT_TRUE(migrated.ok()) << migrated.status();
    EXPECT_THAT(VideoJobIdColumn(database), ElementsAre("text", "YES", ""));
    EXPECT_EQ(database.Value("SELECT query || response || video_generation_status FROM escalations"),
              "why?becausepending");
    EXPECT_EQ(database.Value("SELECT count(*) FROM pg_constraint WHERE conrelid = 'escalations'::regclass"
                             " AND contype = 'c' AND pg_get_constraintdef(oid) LIKE '%video_generation_status%'"),
              "1");
    EXPECT_EQ(database.Open()->reader().Check(), absl::OkStatus());
  }
}

TEST(SeedRow08, StatusFlow_IsShownInTheRowStepByStep) {
  for (const bool fails : {false, true}) {
    WebApp app;
    app.generator.SetRunningPolls(1);
    const std::string row = app.Answer("Yes.");
    std::vector<std::string> seen = {app.Status(row)};
    app.Sweep();
    seen.push_back(app.Status(row));
    if (fails) app.generator.NextPoll(Failed(FailureReason::kFiltered));
    app.database.Advance(absl::Seconds(30));
    app.Sweep();
    seen.push_back(app.Status(row));
    EXPECT_THAT(seen, ElementsAre("pending", "processing", fails ? "failed" : "completed"));
  }
}

TEST(SeedRow08, StatusOutsideTheFlow_IsRefusedByTheDatabase) {
  WebApp app;
  const std::string row = app.Answer("Yes.");
  app.Sweep();
  for (const char* illegal : {"pending", "processing", "failed", "uploading"}) {
    const absl::Status set = app.database.Execute(absl::StrCat("UPDATE video_jobs SET status = '", illegal, "'"));
    EXPECT_THAT(std::string(set.message()), HasSubstr("no legal move from \"completed\"")) << illegal;
  }
  EXPECT_EQ(app.NewestOf(row).state, JobState::kCompleted);
}

}  // namespace
}  // namespace videojobs
