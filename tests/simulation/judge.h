#ifndef VIDEOJOBS_TESTS_SIMULATION_JUDGE_H_
#define VIDEOJOBS_TESTS_SIMULATION_JUDGE_H_

#include <string>
#include <vector>

#include "tests/simulation/simulation.h"
#include "tests/simulation/world.h"

namespace videojobs::simulation {

// What there is to judge: the world, which knows what really happened, and the jobs that callers were told of.
struct Case {
  World& world;
  std::vector<std::string> job_ids;
};

// Compares what the store says with what really happened, and adds what is broken, the figures and the trace.
void Judge(const Case& run, Verdict& verdict);

}  // namespace videojobs::simulation

#endif  // VIDEOJOBS_TESTS_SIMULATION_JUDGE_H_
