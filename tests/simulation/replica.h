#ifndef VIDEOJOBS_TESTS_SIMULATION_REPLICA_H_
#define VIDEOJOBS_TESTS_SIMULATION_REPLICA_H_

// One server process of a simulated world: the real engine, whose every call to the outside takes time, may fail, and
// may be its last.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "adapters/plain/plain_storyboarder.h"
#include "adapters/sqlite/sqlite_store.h"
#include "server/engine/engine.h"
#include "server/engine/executor.h"
#include "server/engine/sweeping.h"
#include "tests/simulation/fibers.h"
#include "tests/simulation/provider.h"
#include "tests/support/memory_scratch.h"
#include "tests/support/memory_video_storage.h"

namespace videojobs::simulation {

// What all replicas share.
struct World {
  Scheduler& scheduler;
  std::mt19937_64& random;
  Provider& provider;
  SqliteStore& store;
  MemoryVideoStorage& storage;
  Log& log;
  bool calm = false;                           // nothing fails any more
  bool without_intents = false;                // the control: a start is recorded only after its call
  std::optional<int> doomed{};                 // the replica that is to die now, in the middle of a call
  std::map<std::string, int> start_holders{};  // which replica made a start, by start_id
  int deaths_in_starts = 0;

  // Time passes under a call of `replica`, which may be its last.
  void Travel(int replica, absl::Duration duration, double death) {
    scheduler.Sleep(duration);
    if (!Chance(death)) return;
    doomed = replica;
    scheduler.Sleep(absl::Hours(1));  // never wakes
  }

  bool Chance(double probability) { return !calm && std::uniform_real_distribution<>(0, 1)(random) < probability; }
};

class Replica {
 public:
  // Begins to work `after` from now. `number` owns its fibers: they die with Scheduler::Kill(number).
  Replica(World& world, int number, absl::Duration after);
  ~Replica();

 private:
  struct Outside;
  void Work();
  void RenewLeases();

  World& world_;
  const std::unique_ptr<Outside> outside_;
  InlineExecutor executor_;
  EngineSettings settings_;
  absl::Duration wake_in_;
  std::unique_ptr<Sweeping> sweeping_;
};

}  // namespace videojobs::simulation

#endif  // VIDEOJOBS_TESTS_SIMULATION_REPLICA_H_
