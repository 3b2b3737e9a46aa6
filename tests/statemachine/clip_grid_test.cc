#include <array>
#include <cstddef>

#include "gtest/gtest.h"
#include "statemachine/clip_machine.h"
#include "tests/statemachine/grid.h"

namespace videojobs {
namespace {

using E = ClipEvent;
using Line = statemachine::GridLine<ClipEvent, 9>;

constexpr std::array<statemachine::FactName, clip_fact::kCount> kFacts = {{
    {"lane", clip_fact::kLaneWide},
    {"accepted", clip_fact::kSecondChargeAccepted},
}};

// clang-format off
constexpr auto kGrid = std::to_array<Line>({
    //                         not stored  planned     starting                running     unknown                      refused     ready       stored      failed
    {E::kPlanned,            {"planned",  "rejected", "rejected",             "rejected", "rejected",                  "rejected", "rejected", "rejected", "rejected"}},
    {E::kAdoptedRunning,     {"running",  "rejected", "rejected",             "rejected", "rejected",                  "rejected", "rejected", "rejected", "rejected"}},
    {E::kAdoptedUnknown,     {"unknown",  "rejected", "rejected",             "rejected", "rejected",                  "rejected", "rejected", "rejected", "rejected"}},
    {E::kStartIntended,      {"rejected", "starting", "rejected",             "rejected", "rejected",                  "rejected", "rejected", "rejected", "rejected"}},
    {E::kStartAccepted,      {"rejected", "rejected", "running",              "ignored",  "running",                   "rejected", "ignored",  "ignored",  "ignored"}},
    {E::kStartRefused,       {"rejected", "rejected", "lane?planned:refused", "rejected", "refused",                   "ignored",  "rejected", "rejected", "rejected"}},
    {E::kStartLost,          {"rejected", "rejected", "unknown",              "rejected", "ignored",                   "rejected", "rejected", "rejected", "rejected"}},
    {E::kStartForgone,       {"rejected", "failed",   "rejected",             "ignored",  "ignored",                   "ignored",  "ignored",  "ignored",  "ignored"}},
    {E::kPollTroubled,       {"rejected", "rejected", "rejected",             "stays",    "rejected",                  "rejected", "ignored",  "ignored",  "ignored"}},
    {E::kOperationSucceeded, {"rejected", "rejected", "rejected",             "ready",    "rejected",                  "rejected", "ignored",  "ignored",  "rejected"}},
    {E::kOperationFailed,    {"rejected", "rejected", "rejected",             "failed",   "rejected",                  "rejected", "rejected", "rejected", "ignored"}},
    {E::kOperationExpired,   {"rejected", "rejected", "rejected",             "failed",   "rejected",                  "rejected", "ignored",  "ignored",  "ignored"}},
    {E::kOperationFound,     {"rejected", "rejected", "running",              "ignored",  "running",                   "rejected", "ignored",  "ignored",  "ignored"}},
    {E::kResultFound,        {"rejected", "rejected", "ready",                "ready",    "ready",                     "rejected", "ignored",  "ignored",  "ignored"}},
    {E::kStored,             {"rejected", "rejected", "rejected",             "rejected", "rejected",                  "rejected", "stored",   "ignored",  "rejected"}},
    {E::kDeliveryTroubled,   {"rejected", "rejected", "rejected",             "rejected", "rejected",                  "rejected", "stays",    "ignored",  "ignored"}},
    {E::kResultLost,         {"rejected", "rejected", "rejected",             "rejected", "rejected",                  "rejected", "failed",   "ignored",  "ignored"}},
    {E::kRetried,            {"rejected", "stays",    "rejected",             "stays",    "accepted?planned:rejected", "planned",  "stays",    "stays",    "planned"}},
});
// clang-format on

TEST(ClipMachineGrid, EveryStateEventAndFacts_AnswerAsWrittenByHand) {
  ASSERT_EQ(kGrid.size(), kClipEvents.size());
  statemachine::ExpectTableAnswersAsGrid(kClipTable, kClipStates, kGrid, kFacts);
}

TEST(ClipMachineGrid, ItsLines_NameEachEventOnce) {
  for (std::size_t i = 0; i < kGrid.size(); ++i) EXPECT_EQ(kGrid[i].event, kClipEvents[i]);
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
