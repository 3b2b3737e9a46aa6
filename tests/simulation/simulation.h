#ifndef VIDEOJOBS_TESTS_SIMULATION_SIMULATION_H_
#define VIDEOJOBS_TESTS_SIMULATION_SIMULATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace videojobs::simulation {

struct Setup {
  std::uint64_t seed = 1;
  absl::Duration length = absl::Hours(24);  // of the troubled time; what is left comes to its end after it
  int replicas = 3;
  bool without_intents = false;  // the control: then a promise must break
};

// What one run was like.
struct Verdict {
  std::vector<std::string> broken;  // promises, a sentence each
  int jobs = 0;
  int completed = 0;
  int starts = 0;   // paid ones
  int unknown = 0;  // whose outcome nobody knows
  int deaths = 0;
  int deaths_in_starts = 0;
  int words = 0;             // of persons: retries and cancels
  absl::Duration simulated;  // the troubled time
};

// Runs a world: jobs are created, replicas work, fail and die, persons retry and cancel, and all of it is decided by
// the seed. Repeats itself exactly.
Verdict Simulate(const Setup& setup);

}  // namespace videojobs::simulation

#endif  // VIDEOJOBS_TESTS_SIMULATION_SIMULATION_H_
