// What the web app's own video worker did to the app's table, rows 3 to 8 as the app sees them: migration 012, and the
// columns that it reads. Rows are written by SQL, as the app writes them.
#include <httplib.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "adapters/plain/plain_storyboarder.h"
#include "adapters/postgres/migrator.h"
#include "adapters/refusal.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "server/doors/http_door.h"
#include "server/engine/creating.h"
#include "server/engine/executor.h"
#include "server/engine/sweeping.h"
#include "tests/store/postgres_database.h"
#include "tests/support/collected_log.h"
#include "tests/support/fake_video_generator.h"
#include "tests/support/memory_scratch.h"
#include "tests/support/memory_video_storage.h"
#include "tests/support/sequence_ids.h"
#include "tests/support/settable_clock.h"

namespace videojobs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// The engine on the web app's database, where it works for as long as the test lasts.
class WebApp {
 public:
  explicit WebApp(EngineSettings settings = {}) { Restart(settings); }
  // A new process with these settings.
  void Restart(EngineSettings settings) {
    sweeping_ = std::make_unique<Sweeping>(Ports(), settings, executor_, executor_);
  }
  void Wait(absl::Duration duration) { clock_.Advance(duration); }

  // The professor answers; gives the row's id.
  std::string Answer(const std::string& response) {
    return database.Value(
        absl::StrCat("INSERT INTO escalations (query, response) VALUES ('why?', '", response, "') RETURNING id"));
  }
  // What the app reads: status, operation, URL, whether there is a time.
  std::vector<std::string> Shown(const std::string& id) {
    return database
        .Query(absl::StrCat("SELECT video_generation_status, coalesce(video_job_id, ''), coalesce(video_url, ''),"
                            " video_generated_at IS NOT NULL FROM escalations WHERE id = '",
                            id, "'"))
        ->at(0);
  }
  std::string Status(const std::string& id) { return Shown(id)[0]; }

  SweepReport Sweep() {
    auto report = sweeping_->Sweep(100, absl::Seconds(30));
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? *report : SweepReport{};
  }
  // The HTTP door before it; whoever holds it ends it before the app.
  std::unique_ptr<HttpDoor> OpenDoor() {
    HttpSettings settings;
    settings.listen = "127.0.0.1:0";
    settings.threads = 2;
    return HttpDoor::Start(
               settings,
               {.creating = creating_,
                .retrying = retrying_,
                .cancelling = cancelling_,
                .sweep = [this](int max_jobs, absl::Duration limit) { return sweeping_->Sweep(max_jobs, limit); },
                .reader = store_->reader(),
                .audit = store_->audit(),
                .lanes = store_->lanes(),
                .storage = storage,
                .generators = generator,
                .clock = clock_,
                .log = log})
        .value();
  }
  absl::Status Create(const std::string& id) {
    AskedVideo video;
    video.escalation_id = id;
    return creating_.Create({{video}, ""}).status();
  }
  absl::StatusOr<Job> Retry(const std::string& row, const std::vector<std::string>& accepted = {}) {
    return retrying_.Retry(NewestOf(row).id, accepted);
  }
  absl::Status Cancel(const std::string& id) { return cancelling_.Cancel(NewestOf(id).id).status(); }
  Job NewestOf(const std::string& id) { return store_->reader().NewestOf(id).value(); }

  PostgresDatabase database{DatabaseKind::kWebAppMigrated};
  FakeVideoGenerator generator;
  MemoryVideoStorage storage{"https://cdn.example/"};
  CollectedLog log;

 private:
  EnginePorts Ports() {
    return {.intake = store_->intake(),
            .work = store_->work(),
            .ledger = store_->ledger(),
            .lanes = store_->lanes(),
            .reader = store_->reader(),
            .changes = store_->changes(),
            .generators = generator,
            .storage = storage,
            .storyboarder = storyboarder_,
            .plain_storyboarder = storyboarder_,
            .scratch = scratch_,
            .clock = clock_,
            .ids = ids_,
            .log = log};
  }

  SettableClock clock_;
  SequenceIds ids_;
  MemoryScratch scratch_;
  PlainStoryboarder storyboarder_;
  InlineExecutor executor_;
  std::unique_ptr<PostgresStore> store_ = database.Open();
  std::unique_ptr<Sweeping> sweeping_;
  Creating creating_{{.default_model = "fake"}, store_->intake(), generator, ids_, [] {}};
  Retrying retrying_{store_->changes(), true, [] {}};
  Cancelling cancelling_{store_->changes(), [] {}};
};

PollAnswer Failed(FailureReason reason) {
  PollAnswer answer;
  answer.kind = PollKind::kFailed;
  answer.reason = reason;
  return answer;
}

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

// As the app leaves a row whose video it has started.
void LeaveProcessing(WebApp& app, const std::string& row, const std::string& operation) {
  ASSERT_TRUE(app.database
                  .Execute(absl::StrCat("UPDATE escalations SET video_generation_status = 'processing',"
                                        " video_job_id = '",
                                        operation, "' WHERE id = '", row, "'"))
                  .ok());
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

// What the web app may do: set `pending` over what we showed as failed.

void AskAgain(WebApp& app, const std::string& row, const std::string& response = "") {
  const std::string text = response.empty() ? "" : absl::StrCat(", response = '", response, "'");
  ASSERT_TRUE(app.database
                  .Execute(absl::StrCat("UPDATE escalations SET video_generation_status = 'pending'", text,
                                        " WHERE id = '", row, "'"))
                  .ok());
}

StartOutcome StartRefused() {
  StartOutcome outcome;
  outcome.kind = OutcomeKind::kRefused;
  outcome.detail = "no such parameter";
  outcome.http_status = 400;
  return outcome;
}

TEST(AppsPending, OverAFailedJobOfTheSameText_IsARetry) {
  WebApp app;
  app.generator.NextPoll(Failed(FailureReason::kGenerationFailed));
  const std::string row = app.Answer("Yes.");
  app.Sweep();
  ASSERT_EQ(app.Status(row), "failed");
  const std::string job = app.NewestOf(row).id;
  AskAgain(app, row);
  app.Sweep();
  EXPECT_EQ(app.Status(row), "completed");
  EXPECT_EQ(app.NewestOf(row).id, job) << "the same job goes on";
  EXPECT_EQ(app.generator.paid_starts(), 2);
}

// The app's own prompt is not known: the response is made a scene of.
TEST(AppsPending, OverAnAdoptedOperationThatFailed_StartsAVideoOfTheResponse) {
  WebApp app;
  const std::string operation = app.generator.MakeOperation(), row = app.Answer("Yes, until Friday.");
  LeaveProcessing(app, row, operation);
  app.generator.NextPoll(Failed(FailureReason::kGenerationFailed));
  app.Sweep();
  ASSERT_EQ(app.NewestOf(row).reason, FailureReason::kGenerationFailed);
  AskAgain(app, row);
  app.Sweep();
  EXPECT_EQ(app.Status(row), "completed");
  ASSERT_EQ(app.generator.paid_starts(), 1);
  const StartRequest request = app.generator.starts().at(0).request;
  EXPECT_THAT(request.scene.prompt, HasSubstr("Yes, until Friday."));
  EXPECT_EQ(request.options.model, "fake-1.0");
}

TEST(AppsPending, RowWithoutAResponse_RetriedByAPerson_IsNotPaidFor) {
  WebApp app;
  const std::string operation = app.generator.MakeOperation();
  const std::string row = app.database.Value("INSERT INTO escalations (query) VALUES ('why?') RETURNING id");
  LeaveProcessing(app, row, operation);
  app.generator.NextPoll(Failed(FailureReason::kGenerationFailed));
  app.Sweep();
  ASSERT_TRUE(app.Retry(row).ok());
  app.Sweep();
  EXPECT_EQ(app.NewestOf(row).reason, FailureReason::kStartRefused);
  EXPECT_THAT(app.NewestOf(row).detail, HasSubstr("no text"));
  EXPECT_EQ(app.generator.paid_starts(), 0);
}

// Nobody knows what the app had paid for: a word that was not used, or used on a start that was refused, allows
// nothing.
TEST(AppsPending, OverAnAdoptedStartInDoubt_NeedsTheWordUntilItIsUsed) {
  WebApp app;
  const std::string row = app.Answer("Yes.");
  LeaveProcessing(app, row, "");
  app.Sweep();
  const std::string id = app.NewestOf(row).id;
  EXPECT_FALSE(app.Retry(row).ok());
  ASSERT_TRUE(app.Retry(row, {id}).ok());
  ASSERT_TRUE(app.Cancel(row).ok());
  EXPECT_THAT(app.Retry(row).status().message(), HasSubstr(id)) << "it was not used";

  ASSERT_TRUE(app.Retry(row, {id}).ok());
  app.generator.NextStart(StartRefused());
  app.Sweep();
  EXPECT_EQ(app.NewestOf(row).reason, FailureReason::kStartUnknown);
  EXPECT_THAT(app.Retry(row).status().message(), HasSubstr(id)) << "nothing came of it";

  ASSERT_TRUE(app.Retry(row, {id}).ok());
  app.generator.NextPoll(Failed(FailureReason::kGenerationFailed));
  app.Sweep();
  ASSERT_EQ(app.NewestOf(row).reason, FailureReason::kGenerationFailed);
  EXPECT_TRUE(app.Retry(row).ok()) << "it was used, and what it allowed was not charged";
}

TEST(AppsPending, WhileSwitchedOff_IsGrantedWhereNoStartIsNeeded) {
  WebApp app;
  const std::string row = app.Answer("Yes.");
  app.generator.on_fetch = [&](const std::string&) { EXPECT_EQ(app.Cancel(row), absl::OkStatus()); };
  app.Sweep();
  ASSERT_EQ(app.Status(row), "failed");
  app.generator.on_fetch = nullptr;
  AskAgain(app, row);
  app.Restart({.generation_enabled = false});
  app.Sweep();
  EXPECT_EQ(app.Status(row), "completed");
  EXPECT_EQ(app.generator.paid_starts(), 1);
}

TEST(AppsPending, WhileSwitchedOff_WaitsWhereAStartIsNeeded) {
  WebApp app;
  app.generator.NextPoll(Failed(FailureReason::kGenerationFailed));
  const std::string row = app.Answer("Yes.");
  app.Sweep();
  AskAgain(app, row);
  app.Restart({.generation_enabled = false});
  app.Sweep();
  EXPECT_EQ(app.Status(row), "pending");
  EXPECT_EQ(app.NewestOf(row).state, JobState::kFailed);
  EXPECT_EQ(app.generator.paid_starts(), 1);
  app.Restart({});
  app.Sweep();
  EXPECT_EQ(app.Status(row), "completed");
}

TEST(AppsPending, OverAStartThatMayBeCharged_GoesBackToFailed) {
  WebApp app;
  app.generator.NextStartLosesItsAnswer();
  const std::string row = app.Answer("Yes.");
  app.Sweep();
  ASSERT_EQ(app.NewestOf(row).reason, FailureReason::kStartUnknown);
  AskAgain(app, row);
  app.Sweep();
  EXPECT_EQ(app.Status(row), "failed");
  EXPECT_EQ(app.generator.paid_starts(), 1);
}

TEST(AppsPending, BackToAnEarlierTextWhoseStartMayBeCharged_ShowsTheNewestJob) {
  WebApp app;
  app.generator.NextStartLosesItsAnswer();
  const std::string row = app.Answer("Yes.");
  app.Sweep();
  app.database.Advance(absl::Minutes(1));  // a lost answer closes the lane for a moment
  AskAgain(app, row, "No.");
  app.Sweep();
  ASSERT_EQ(app.Status(row), "completed");
  AskAgain(app, row, "Yes.");
  app.Sweep();
  EXPECT_EQ(app.Status(row), "completed");
  EXPECT_EQ(app.generator.paid_starts(), 2);
}

// A late answer brings a failed job's video home; not where nobody waits for it.
TEST(AppDeletesRow, OfAFailedJobWhoseStartTurnsOutAccepted_PublishesNothing) {
  for (const bool deleted : {false, true}) {
    WebApp app;
    app.generator.KeepEvidence();
    app.generator.NextStartLosesItsAnswer();
    const std::string row = app.Answer("Yes.");
    app.Sweep();
    ASSERT_EQ(app.NewestOf(row).reason, FailureReason::kStartUnknown);
    if (deleted) {
      ASSERT_TRUE(app.database.Execute("DELETE FROM escalations").ok());
    }
    app.Wait(absl::Minutes(1));
    app.Sweep();
    EXPECT_EQ(app.NewestOf(row).state, deleted ? JobState::kFailed : JobState::kCompleted);
    EXPECT_EQ(app.storage.PutCount(), deleted ? 0 : 1);
    EXPECT_EQ(app.NewestOf(row).cost.charged_micros, 600'000) << "its cost is known all the same";
  }
}

}  // namespace
}  // namespace videojobs
