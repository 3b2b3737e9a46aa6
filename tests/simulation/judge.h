#ifndef VIDEOJOBS_TESTS_SIMULATION_JUDGE_H_
#define VIDEOJOBS_TESTS_SIMULATION_JUDGE_H_

#include <set>
#include <string>
#include <vector>

#include "tests/simulation/replica.h"
#include "tests/simulation/simulation.h"

namespace videojobs::simulation {

// What there is to judge: the world, the jobs that callers were told of, and the starts whose caller died before it
// could record what it was told.
struct Case {
  World& world;
  std::vector<std::string> job_ids;
  std::set<std::string> died_with;
};

// Compares what the store says with what really happened, and adds what is broken and the figures.
void Judge(const Case& run, Verdict& verdict);

}  // namespace videojobs::simulation

#endif  // VIDEOJOBS_TESTS_SIMULATION_JUDGE_H_
