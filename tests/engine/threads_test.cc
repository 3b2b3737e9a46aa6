// The engine on real threads: what must hold however they interleave. Also run under ThreadSanitizer.
#include <atomic>
#include <latch>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/engine_house.h"

namespace videojobs {
namespace {

// An engine on threads over the house's store.
struct ThreadedEngine {
  explicit ThreadedEngine(EngineHouse& house, EngineSettings with = {}) : ports(house.Ports()), settings(with) {
    settings.public_url = "http://127.0.0.1:8080";
    settings.daily_cap_micros.reset();
    sweeping = std::make_unique<Sweeping>(ports, settings, calls, deliveries);
  }
  ~ThreadedEngine() { EXPECT_TRUE(sweeping->Stop(absl::Seconds(60))); }

  EnginePorts ports;
  EngineSettings settings;
  std::unique_ptr<Sweeping> sweeping;  // outlives what runs on the threads below
  ThreadExecutor deliveries{4};
  ThreadExecutor calls{8};
};

TEST(ThreadedSweep, ManyCallersAtOnce_EveryJobIsStartedOnceAndCountedOnce) {
  constexpr int kJobs = 120;
  EngineHouse house;
  std::vector<std::string> ids;
  for (int i = 0; i < kJobs; ++i) ids.push_back(house.CreateJob());
  ThreadedEngine engine(house);
  std::atomic<int> created = 0;
  std::atomic<int> completed = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 6; ++i) {
    callers.emplace_back([&] {
      const auto report = engine.sweeping->Sweep(kJobs, absl::Minutes(2));
      ASSERT_TRUE(report.ok()) << report.status();
      created += report->created;
      completed += report->completed;
    });
  }
  callers.emplace_back([&] {
    for (int i = 0; i < 20; ++i) engine.sweeping->RenewLeases();
  });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(created, kJobs);
  EXPECT_EQ(completed, kJobs);
  EXPECT_EQ(house.generator.paid_starts(), kJobs);
  for (const std::string& id : ids) EXPECT_EQ(house.Read(id).state, JobState::kCompleted);
}

TEST(ThreadedSweep, SlowestJob_HoldsUpNobodyButItsOwnCaller) {
  EngineHouse house;
  std::latch let_go(1);
  std::atomic<bool> first = true;
  house.generator.on_start = [&](const StartRequest&) {
    if (first.exchange(false)) let_go.wait();
  };
  for (int i = 0; i < 10; ++i) house.CreateJob();
  {
    ThreadedEngine engine(house);
    const auto report = engine.sweeping->Sweep(10, absl::Seconds(1));
    ASSERT_TRUE(report.ok());
    EXPECT_EQ(report->completed, 9) << "returns at its limit with what was done";
    let_go.count_down();
  }
  EXPECT_EQ(house.generator.paid_starts(), 10);
}

TEST(ThreadedSweep, StoppedDuringAPaidStart_WaitsForItAndRecordsItsOutcome) {
  EngineHouse house;
  std::latch started(1);
  std::latch let_go(1);
  house.generator.on_start = [&](const StartRequest&) {
    started.count_down();
    let_go.wait();
  };
  const std::string id = house.CreateJob();
  ThreadedEngine engine(house);
  engine.sweeping->Begin(1);
  started.wait();
  EXPECT_FALSE(engine.sweeping->Stop(absl::ZeroDuration()));
  let_go.count_down();
  EXPECT_TRUE(engine.sweeping->Stop(absl::Seconds(60)));
  EXPECT_EQ(house.Read(id).state, JobState::kProcessing);
  EXPECT_LE(*house.Read(id).due_at, house.clock.Now()) << "handed back: due at once for another";
}

// A paid call takes longer than a lease: renewed meanwhile, the job is nobody else's.
TEST(ThreadedSweep, CallLongerThanItsLease_IsKeptByRenewals) {
  EngineHouse house;
  std::latch started(1);
  std::latch let_go(1);
  house.generator.on_start = [&](const StartRequest&) {
    started.count_down();
    let_go.wait();
  };
  const std::string id = house.CreateJob();
  ThreadedEngine engine(house);
  engine.sweeping->Begin(1);
  started.wait();
  for (int third = 0; third < 9; ++third) {
    house.clock.Advance(engine.settings.lease / 3);
    engine.sweeping->RenewLeases();
    const auto taken = house.store->work().Claim(1, "another replica", engine.settings.lease);
    ASSERT_TRUE(taken.ok()) << taken.status();
    EXPECT_TRUE(taken->empty()) << "after " << third + 1 << " thirds of a lease";
  }
  let_go.count_down();
  EXPECT_TRUE(engine.sweeping->Stop(absl::Seconds(60)));
  EXPECT_EQ(house.Read(id).state, JobState::kProcessing) << "still under its own lease";
}

// A storage that hangs takes no room from starts and polls; what waits for it is bounded.
TEST(ThreadedSweep, DeliveriesHang_StartsGoOn) {
  EngineHouse house;
  std::latch let_go(1);
  std::latch started(150);
  house.generator.on_start = [&](const StartRequest&) { started.count_down(); };
  house.generator.on_fetch = [&](const std::string&) { let_go.wait(); };
  std::vector<std::string> ids;
  for (int i = 0; i < 150; ++i) ids.push_back(house.CreateJob());
  {
    ThreadedEngine engine(house, {.most_deliveries = 140});
    engine.sweeping->Begin(150);
    started.wait();
    let_go.count_down();
  }
  house.clock.Advance(absl::Seconds(20));
  while (*house.store->work().CountDue() > 0) house.Sweep();
  for (const std::string& id : ids) EXPECT_EQ(house.Read(id).state, JobState::kCompleted);
}

TEST(ThreadedSweep, NoRoomForDeliveries_ThoseArePutOffForSeconds) {
  EngineHouse house;
  for (int i = 0; i < 3; ++i) house.CreateJob();
  ThreadedEngine engine(house, {.most_deliveries = 0});
  const auto report = engine.sweeping->Sweep(3, absl::Seconds(30));
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->created, 3);
  EXPECT_EQ(report->completed, 0);
  EXPECT_EQ(report->deferred, 3);
  EXPECT_EQ(report->remaining_due, 0);
  EXPECT_LE(*engine.sweeping->NextDueIn(), absl::Seconds(10));
}

TEST(ThreadedSweep, NoRoomForOneOfTwoClips_TheOtherKeepsItsOwnTime) {
  EngineHouse house;
  house.generator.NextPoll(PollAnswered(PollKind::kRunning, FailureReason::kNone, ""));
  const std::string id = house.CreateScenes({{"one", 6}, {"two", 6}});
  ThreadedEngine engine(house, {.most_deliveries = 0});
  ASSERT_TRUE(engine.sweeping->Sweep(3, absl::Seconds(30)).ok());
  const Job job = house.Read(id);
  EXPECT_EQ(job.clips.at(0).state, ClipState::kRunning);
  EXPECT_GE(*job.clips.at(0).next_poll_at - house.clock.Now(), absl::Seconds(15));
  EXPECT_EQ(job.clips.at(1).state, ClipState::kReady);
  EXPECT_LE(*job.clips.at(1).next_poll_at - house.clock.Now(), absl::Seconds(10));
}

// Time that is over is over, also while there is room for more; but not before something was done.
TEST(ThreadedSweep, TimeIsOver_ClaimsNothingMore) {
  EngineHouse house;
  for (int i = 0; i < 100; ++i) house.CreateJob();
  const auto report = house.sweeping->Sweep(100, absl::ZeroDuration());
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->completed, 32) << "one claim's worth";
  EXPECT_EQ(report->remaining_due, 68);
}

// The free questions hang: nothing that is due waits for them, and they are asked once at a time.
TEST(ThreadedSweep, FreeCheckHangs_HoldsUpNothing) {
  EngineHouse house;
  std::latch asked(1);
  std::latch let_go(1);
  house.generator.on_check = [&](const std::string&) {
    asked.count_down();
    let_go.wait();
  };
  ASSERT_TRUE(house.store->lanes().Close({"gemini", "other"}, LaneReason::kBadKey, "no", {absl::Seconds(1)}).ok());
  house.clock.Advance(absl::Minutes(1));
  for (int i = 0; i < 5; ++i) house.CreateJob();
  ThreadedEngine engine(house);
  const auto report = engine.sweeping->Sweep(10, absl::Seconds(30));
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->completed, 5);
  asked.wait();
  house.clock.Advance(absl::Minutes(10));  // whoever took the check is given up
  ASSERT_TRUE(engine.sweeping->Sweep(10, absl::Seconds(5)).ok());
  EXPECT_FALSE(engine.sweeping->Stop(absl::ZeroDuration())) << "it is waited for";
  let_go.count_down();
  EXPECT_TRUE(engine.sweeping->Stop(absl::Seconds(60)));
  EXPECT_EQ(house.generator.model_checks(), 1);
}

}  // namespace
}  // namespace videojobs
