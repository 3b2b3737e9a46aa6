#include "tests/simulation/replica.h"

#include <algorithm>

#include "tests/simulation/outside.h"
#include "tests/simulation/wires.h"

namespace videojobs::simulation {
namespace {

constexpr absl::Duration kRound = absl::Minutes(1);

// A process's own clock: the wall clock of each is wrong in its own way.
class ReplicaClock : public Clock {
 public:
  ReplicaClock(World& world, absl::Duration error) : world_(world), error_(error) {}
  absl::Time Now() override { return AtWorldTime(world_.scheduler.Elapsed()) + error_; }
  absl::Duration Elapsed() override { return world_.scheduler.Elapsed() + error_; }
  void Sleep(absl::Duration duration) override { world_.scheduler.Sleep(duration); }

 private:
  World& world_;
  const absl::Duration error_;
};

}  // namespace

struct Replica::Outside {
  Outside(World& world, int replica, absl::Duration clock_error)
      : intake(world, replica, world.store.intake()),
        work(world, replica, world.store.work()),
        ledger(world, replica, world.store.ledger()),
        lanes(world, replica, world.store.lanes()),
        reader(world, replica, world.store.reader()),
        changes(world, replica, world.store.changes()),
        generator(world, replica),
        storage(world, replica, world.storage),
        ids(world),
        clock(world, clock_error) {}

  WiredIntake intake;
  WiredWork work;
  WiredLedger ledger;
  WiredLanes lanes;
  WiredReader reader;
  WiredChanges changes;
  WiredProvider generator;
  WiredStorage storage;
  PlainStoryboarder storyboarder;
  MemoryScratch scratch;
  SeededIds ids;
  ReplicaClock clock;
};

Replica::Replica(World& world, int number, absl::Duration after)
    : world_(world),
      outside_(std::make_unique<Outside>(world, number,
                                         absl::Minutes(std::uniform_int_distribution<>(-10, 10)(world.random)))) {
  settings_.public_url = "http://127.0.0.1:8080";
  settings_.daily_cap_micros.reset();
  settings_.adopt = AdoptPolicy::kOff;
  const EnginePorts ports{.intake = outside_->intake,
                          .work = outside_->work,
                          .ledger = outside_->ledger,
                          .lanes = outside_->lanes,
                          .reader = outside_->reader,
                          .changes = outside_->changes,
                          .generators = outside_->generator,
                          .storage = outside_->storage,
                          .storyboarder = outside_->storyboarder,
                          .plain_storyboarder = outside_->storyboarder,
                          .scratch = outside_->scratch,
                          .clock = outside_->clock,
                          .ids = outside_->ids,
                          .log = world.log};
  sweeping_ = std::make_unique<Sweeping>(ports, settings_, executor_, executor_,
                                         [this](absl::Duration wait) { wake_in_ = std::min(wake_in_, wait); });
  world.scheduler.Spawn(number, after, [this] { Work(); });
  world.scheduler.Spawn(number, after + settings_.lease / 3, [this] { RenewLeases(); });
}

Replica::~Replica() = default;

void Replica::Work() {
  for (;;) {
    wake_in_ = kRound;
    sweeping_->Begin(8);
    world_.scheduler.Sleep(wake_in_);
  }
}

void Replica::RenewLeases() {
  for (;;) {
    sweeping_->RenewLeases();
    world_.scheduler.Sleep(settings_.lease / 3);
  }
}

}  // namespace videojobs::simulation
