#ifndef VIDEOJOBS_TESTS_SUPPORT_ENGINE_HOUSE_H_
#define VIDEOJOBS_TESTS_SUPPORT_ENGINE_HOUSE_H_

#include <memory>
#include <string>
#include <vector>

#include "adapters/plain/plain_storyboarder.h"
#include "adapters/sqlite/sqlite_store.h"
#include "gtest/gtest.h"
#include "server/engine/cancelling.h"
#include "server/engine/creating.h"
#include "server/engine/engine.h"
#include "server/engine/executor.h"
#include "server/engine/retrying.h"
#include "server/engine/sweeping.h"
#include "tests/support/collected_log.h"
#include "tests/support/fake_video_generator.h"
#include "tests/support/memory_scratch.h"
#include "tests/support/memory_video_storage.h"
#include "tests/support/sequence_ids.h"
#include "tests/support/settable_clock.h"

namespace videojobs {

// The whole engine in one thread: the real steps on a real store (SQLite in memory), with a provider, a storage, a
// scratch and a clock that a test holds in its hands.
class EngineHouse {
 public:
  explicit EngineHouse(EngineSettings settings = {}) : settings_(std::move(settings)) {
    settings_.public_url = "http://127.0.0.1:8080";
    auto opened = SqliteStore::Open(":memory:", {.mock = settings_.mock}, clock);
    EXPECT_TRUE(opened.ok()) << opened.status();
    store = *std::move(opened);
    Restart();
  }

  // A new process on the same store: what was in memory is gone.
  void Restart() {
    sweeping.reset();
    creating = std::make_unique<Creating>(
        CreatingSettings{.default_model = "fake", .generation_enabled = settings_.generation_enabled}, store->intake(),
        *generator_used_, ids, [this] { ++wakes; });
    retrying = std::make_unique<Retrying>(store->changes(), settings_.generation_enabled, [this] { ++wakes; });
    cancelling = std::make_unique<Cancelling>(store->changes(), [this] { ++wakes; });
    sweeping = std::make_unique<Sweeping>(Ports(), settings_, executor, executor);
  }
  void Restart(EngineSettings settings) {
    settings.public_url = settings_.public_url;
    settings_ = std::move(settings);
    Restart();
  }

  // From now on the engine works with this in place of the house's own. It outlives the house.
  void Use(VideoGenerator& other) {
    generator_used_ = &other;
    Restart();
  }
  void Use(VideoStorage& other) {
    storage_used_ = &other;
    Restart();
  }
  void Use(Storyboarder& other) {
    storyboarder_used_ = &other;
    Restart();
  }
  void UsePlain(Storyboarder& other) {
    plain_storyboarder_used_ = &other;
    Restart();
  }

  EnginePorts Ports() {
    return {.intake = store->intake(),
            .work = store->work(),
            .ledger = store->ledger(),
            .lanes = store->lanes(),
            .reader = store->reader(),
            .changes = store->changes(),
            .generators = Generators(*generator_used_, others),
            .storage = *storage_used_,
            .storyboarder = *storyboarder_used_,
            .plain_storyboarder = *plain_storyboarder_used_,
            .scratch = scratch,
            .clock = clock,
            .ids = ids,
            .log = log};
  }

  // One job for this text; gives its id.
  std::string CreateJob(const std::string& text = "Yes, you may hand it in on Friday.") {
    AskedVideo video;
    video.response_text = text;
    auto created = creating->Create({{video}, ids.NewId()});
    EXPECT_TRUE(created.ok()) << created.status();
    return created.ok() ? created->front().id : "";
  }

  // A job of several scenes, past the door, which takes one at most.
  std::string CreateScenes(std::vector<Scene> scenes) {
    NewJob n;
    n.job.id = ids.NewId();
    n.job.state = JobState::kPending;
    n.job.response_text = "the answer";
    n.job.options.model = "fake";
    n.job.provider = generator.provider();
    n.job.asked_scenes = std::move(scenes);
    EXPECT_TRUE(store->intake().Create({ids.NewId(), "fingerprint", {n}}).ok());
    return n.job.id;
  }

  SweepReport Sweep(int max_jobs = 100) {
    auto report = sweeping->Sweep(max_jobs, absl::Seconds(10));
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? *report : SweepReport{};
  }

  Job Read(const std::string& job_id) {
    auto jobs = store->reader().Get({job_id});
    EXPECT_TRUE(jobs.ok() && jobs->size() == 1) << jobs.status();
    return jobs.ok() && !jobs->empty() ? jobs->front() : Job{};
  }

  // Sweeps, letting time pass in between, until the job has ended.
  Job SweepUntilFinished(const std::string& job_id, absl::Duration step = absl::Seconds(30), int most = 2000) {
    for (int i = 0; i < most && !IsFinished(Read(job_id).state); ++i) {
      Sweep();
      clock.Advance(step);
    }
    return Read(job_id);
  }

  SettableClock clock;
  SequenceIds ids;
  CollectedLog log;
  FakeVideoGenerator generator;
  MemoryVideoStorage storage;
  MemoryScratch scratch;
  PlainStoryboarder storyboarder;
  InlineExecutor executor;
  std::unique_ptr<SqliteStore> store;
  std::unique_ptr<Creating> creating;
  std::unique_ptr<Retrying> retrying;
  std::unique_ptr<Cancelling> cancelling;
  std::unique_ptr<Sweeping> sweeping;
  std::vector<VideoGenerator*> others;  // doors beside the one for new jobs; Restart() makes them known
  int wakes = 0;

 private:
  EngineSettings settings_;
  VideoGenerator* generator_used_ = &generator;
  VideoStorage* storage_used_ = &storage;
  Storyboarder* storyboarder_used_ = &storyboarder;
  Storyboarder* plain_storyboarder_used_ = &storyboarder;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_SUPPORT_ENGINE_HOUSE_H_
