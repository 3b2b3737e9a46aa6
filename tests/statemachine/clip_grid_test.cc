#include "tests/statemachine/clip_grid.h"

#include <cstddef>

#include "gtest/gtest.h"
#include "statemachine/clip_machine.h"

namespace videojobs {
namespace {

TEST(ClipMachineGrid, EveryStateEventAndFacts_AnswerAsWrittenByHand) {
  ASSERT_EQ(clip_grid::kGrid.size(), kClipEvents.size());
  EXPECT_EQ(statemachine::Disagreement(kClipTable, kClipStates, clip_grid::kGrid, clip_grid::kFacts), "");
}

TEST(ClipMachineGrid, ItsLines_NameEachEventOnce) {
  for (std::size_t i = 0; i < clip_grid::kGrid.size(); ++i) EXPECT_EQ(clip_grid::kGrid[i].event, kClipEvents[i]);
}

// Never pay twice: the one way to a paid call leads through `planned`, and the ways back there are these.
TEST(ClipMachineEdges, ToStartingAndToPlanned_AreTheseAndNoOthers) {
  for (ClipState from : kClipStates) {
    EXPECT_EQ(statemachine::HasEdge(kClipTable, from, ClipState::kStarting), from == ClipState::kPlanned);
    EXPECT_EQ(statemachine::HasEdge(kClipTable, from, ClipState::kPlanned),
              from == ClipState::kNone || from == ClipState::kStarting || from == ClipState::kUnknown ||
                  from == ClipState::kRefused || from == ClipState::kFailed);
  }
}

TEST(ClipMachineEdges, OutOfStored_DoNotExist) {
  for (ClipState to : kClipStates) EXPECT_FALSE(statemachine::HasEdge(kClipTable, ClipState::kStored, to));
}

}  // namespace
}  // namespace videojobs
