#ifndef VIDEOJOBS_TESTS_SIMULATION_SIMULATION_H_
#define VIDEOJOBS_TESTS_SIMULATION_SIMULATION_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "statemachine/failure_reason.h"
#include "tests/simulation/outage.h"
#include "tests/simulation/world.h"

namespace videojobs::simulation {

struct Setup {
  std::uint64_t seed = 1;
  absl::Duration length = absl::Hours(24);  // of the troubled time; what is left comes to its end after it
  int replicas = 3;
  OutageKind outage = OutageKind::kNone;  // a further trouble, which lasts for days; `length` is then what it needs
  bool without_intents = false;           // a control: then a promise must break
  bool sends_again = false;               // another one
};

// What one run was like.
struct Verdict {
  std::vector<std::string> broken;  // promises, a sentence each
  int jobs = 0;
  int completed = 0;
  int starts = 0;   // paid ones
  int unknown = 0;  // whose outcome nobody knows
  int found = 0;    // whose answer was lost, and that were found again
  int expired = 0;  // results that were lost because the provider's copy was
  int deaths = 0;
  DeathCounts deaths_at{};                // by what the process was in the middle of
  int words = 0;                          // of persons: retries and cancels
  std::map<FailureReason, int> failures;  // jobs, by how they ended
  std::uint64_t trace = 0;                // of everything that happened: equal runs have equal ones
  absl::Duration troubled;                // how long there was trouble
  absl::Duration simulated;               // until all had come to its end
};

// Runs a world: jobs are created, replicas work, fail and die, persons retry and cancel, and all of it is decided by
// the seed. Repeats itself exactly.
Verdict Simulate(const Setup& setup);

}  // namespace videojobs::simulation

#endif  // VIDEOJOBS_TESTS_SIMULATION_SIMULATION_H_
