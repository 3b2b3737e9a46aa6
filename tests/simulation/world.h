#ifndef VIDEOJOBS_TESTS_SIMULATION_WORLD_H_
#define VIDEOJOBS_TESTS_SIMULATION_WORLD_H_

// What all replicas, callers and persons of a simulated world share, and the trouble that it makes them.

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>

#include "absl/time/time.h"
#include "adapters/log.h"
#include "adapters/sqlite/sqlite_store.h"
#include "tests/simulation/fibers.h"
#include "tests/simulation/outage.h"
#include "tests/simulation/provider.h"
#include "tests/support/memory_video_storage.h"

namespace videojobs::simulation {

// Owns the fibers of callers and persons, who do not die.
inline constexpr int kCallers = -1;

// Where a process can die: each half of a call. In the order of kPlaceNames.
enum class Place { kElsewhere, kPaidStart, kLedger, kMove, kUpload };
inline constexpr std::array<const char*, 5> kPlaceNames = {"elsewhere", "in a paid start", "at the ledger", "in a move",
                                                           "in an upload"};
// How likely each half of a call is the last one there. What matters most is weighted, so that a few seeds meet it.
inline constexpr std::array<double, 5> kDeaths = {0.0003, 0.05, 0.01, 0.003, 0.02};
// In a world that suffers from something for days they are fewer, or no job would live to see its end.
inline constexpr double kDeathsInAnOutage = 0.05;
using DeathCounts = std::array<int, kPlaceNames.size()>;

// The world's time in the store's words.
inline absl::Time AtWorldTime(absl::Duration elapsed) { return absl::FromUnixSeconds(1'800'000'000) + elapsed; }

struct World {
  Scheduler& scheduler;
  std::mt19937_64& random;
  Provider& provider;
  SqliteStore& store;
  MemoryVideoStorage& storage;
  Log& log;
  Outage outage{};
  bool calm = false;                           // nothing fails any more
  bool without_intents = false;                // the control: a start is recorded only after its call
  std::optional<int> doomed{};                 // the replica that is to die now, in the middle of a call
  std::map<std::string, int> start_holders{};  // starts that were called, and by whom, until their outcome is recorded
  std::set<std::string> died_with{};           // starts whose holder died with what it knew of them
  DeathCounts deaths_at{};

  // Time passes under a call of `replica`, which may be its last.
  void Travel(int replica, absl::Duration duration, Place place) {
    const auto at = static_cast<std::size_t>(place);
    try {
      scheduler.Sleep(duration);
      if (replica == kCallers || !Chance(kDeaths[at] * death_share())) return;
      doomed = replica;
      scheduler.Sleep(absl::Hours(1));  // never wakes
    } catch (const Killed&) {
      ++deaths_at[at];
      throw;
    }
  }

  // What `replica` knew of its calls is gone with it.
  void Bury(int replica) {
    for (auto held = start_holders.begin(); held != start_holders.end();) {
      if (held->second == replica) died_with.insert(held->first);
      held = held->second == replica ? start_holders.erase(held) : std::next(held);
    }
  }

  double Fraction() { return std::uniform_real_distribution<>(0, 1)(random); }
  bool Chance(double probability) { return !calm && Fraction() < probability; }
  double death_share() const { return outage.kind == OutageKind::kNone ? 1 : kDeathsInAnOutage; }
  bool Suffers(OutageKind kind) { return outage.Is(kind, scheduler.Elapsed()); }
};

}  // namespace videojobs::simulation

#endif  // VIDEOJOBS_TESTS_SIMULATION_WORLD_H_
