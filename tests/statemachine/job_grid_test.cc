#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "statemachine/job_machine.h"
#include "tests/statemachine/grid.h"

namespace videojobs {
namespace {

using E = JobEvent;
using Line = statemachine::GridLine<JobEvent, 5>;

constexpr std::array<statemachine::FactName, job_fact::kCount> kFacts = {{
    {"intent", job_fact::kIntentOpen},
    {"usable", job_fact::kClipUsable},
    {"kept", job_fact::kClipKept},
    {"blocked", job_fact::kStartBlocked},
    {"placeholder", job_fact::kPlaceholder},
    {"publish", job_fact::kMayPublish},
}};

// clang-format off
constexpr auto kGrid = std::to_array<Line>({
    //                          not stored    pending                   processing                                   completed   failed
    {E::kCreated,             {"pending",    "rejected",               "rejected",                                  "rejected", "rejected"}},
    {E::kAdoptedRunning,      {"processing", "rejected",               "rejected",                                  "rejected", "rejected"}},
    {E::kAdoptedUnknown,      {"failed",     "rejected",               "rejected",                                  "rejected", "rejected"}},
    {E::kStartAccepted,       {"rejected",   "processing",             "stays",                                     "ignored",  "publish?processing:stays"}},
    {E::kStartDeferred,       {"rejected",   "stays",                  "stays",                                     "ignored",  "ignored"}},
    {E::kStartsExhausted,     {"rejected",   "intent?rejected:failed", "rejected",                                  "ignored",  "ignored"}},
    {E::kStartDeadlinePassed, {"rejected",   "intent?stays:failed",    "stays",                                     "ignored",  "ignored"}},
    {E::kPollTroubled,        {"rejected",   "rejected",               "stays",                                     "ignored",  "ignored"}},
    {E::kClipsEnded,          {"rejected",   "rejected",               "usable?stays:failed",                       "ignored",  "ignored"}},
    {E::kDelivered,           {"rejected",   "rejected",               "usable?completed:rejected",                 "ignored",  "rejected"}},
    {E::kDeliveryTroubled,    {"rejected",   "rejected",               "stays",                                     "ignored",  "ignored"}},
    {E::kResultLost,          {"rejected",   "rejected",               "usable?stays:placeholder?completed:failed", "ignored",  "ignored"}},
    {E::kCancelled,           {"rejected",   "intent?stays:failed",    "failed",                                    "rejected", "rejected"}},
    {E::kEscalationGone,      {"rejected",   "intent?stays:failed",    "failed",                                    "ignored",  "ignored"}},
    {E::kRetried,             {"rejected",   "rejected",               "rejected",                                  "rejected", "publish?blocked?rejected:kept?processing:pending:rejected"}},
    {E::kOperationFound,      {"rejected",   "processing",             "stays",                                     "ignored",  "publish?processing:stays"}},
});
// clang-format on

TEST(JobMachineGrid, EveryStateEventAndFacts_AnswerAsWrittenByHand) {
  ASSERT_EQ(kGrid.size(), kJobEvents.size());
  statemachine::ExpectTableAnswersAsGrid(kJobTable, kJobStates, kGrid, kFacts);
}

TEST(JobMachineGrid, ItsLines_NameEachEventOnce) {
  for (std::size_t i = 0; i < kGrid.size(); ++i) EXPECT_EQ(kGrid[i].event, kJobEvents[i]);
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
