#ifndef VIDEOJOBS_TESTS_SEED_WEB_APP_H_
#define VIDEOJOBS_TESTS_SEED_WEB_APP_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "adapters/plain/plain_storyboarder.h"
#include "gtest/gtest.h"
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
  StartLedger& ledger() { return store_->ledger(); }
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

inline PollAnswer Failed(FailureReason reason) {
  PollAnswer answer;
  answer.kind = PollKind::kFailed;
  answer.reason = reason;
  return answer;
}

// As the app leaves a row whose video it has started.
inline void LeaveProcessing(WebApp& app, const std::string& row, const std::string& operation) {
  ASSERT_TRUE(app.database
                  .Execute(absl::StrCat("UPDATE escalations SET video_generation_status = 'processing',"
                                        " video_job_id = '",
                                        operation, "' WHERE id = '", row, "'"))
                  .ok());
}

// Sets `pending` over what we showed as failed, with another response where one is given.
inline void AskAgain(WebApp& app, const std::string& row, const std::string& response = "") {
  const std::string text = response.empty() ? "" : absl::StrCat(", response = '", response, "'");
  ASSERT_TRUE(app.database
                  .Execute(absl::StrCat("UPDATE escalations SET video_generation_status = 'pending'", text,
                                        " WHERE id = '", row, "'"))
                  .ok());
}

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_SEED_WEB_APP_H_
