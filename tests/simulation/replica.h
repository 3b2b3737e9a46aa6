#ifndef VIDEOJOBS_TESTS_SIMULATION_REPLICA_H_
#define VIDEOJOBS_TESTS_SIMULATION_REPLICA_H_

// One server process of a simulated world: the real engine, whose every call to the outside takes time, may fail, and
// may be its last.

#include <memory>

#include "adapters/plain/plain_storyboarder.h"
#include "server/engine/engine.h"
#include "server/engine/executor.h"
#include "server/engine/sweeping.h"
#include "tests/simulation/world.h"
#include "tests/support/memory_scratch.h"

namespace videojobs::simulation {

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
