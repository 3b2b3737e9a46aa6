#include "tests/statemachine/job_grid.h"

#include <cstddef>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "statemachine/job_machine.h"

namespace videojobs {
namespace {

TEST(JobMachineGrid, EveryStateEventAndFacts_AnswerAsWrittenByHand) {
  ASSERT_EQ(job_grid::kGrid.size(), kJobEvents.size());
  EXPECT_EQ(statemachine::Disagreement(kJobTable, kJobStates, job_grid::kGrid, job_grid::kFacts), "");
}

TEST(JobMachineGrid, ItsLines_NameEachEventOnce) {
  for (std::size_t i = 0; i < job_grid::kGrid.size(); ++i) EXPECT_EQ(job_grid::kGrid[i].event, kJobEvents[i]);
}

// The design's own sentence: a job has these ways to move, and no others.
TEST(JobMachineEdges, BetweenAllStates_AreTheseAndNoOthers) {
  std::vector<std::string> edges;
  for (JobState from : kJobStates) {
    for (JobState to : kJobStates) {
      if (!statemachine::HasEdge(kJobTable, from, to)) continue;
      edges.push_back(std::string(Name(from)) + ">" + std::string(Name(to)));
    }
  }
  EXPECT_EQ(edges, (std::vector<std::string>{">pending", ">processing", ">failed", "pending>processing",
                                             "pending>failed", "processing>completed", "processing>failed",
                                             "failed>pending", "failed>processing"}));
}

}  // namespace
}  // namespace videojobs
