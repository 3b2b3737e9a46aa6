// Every mistake that one row can hold is found: each row of both tables is changed in every single way, and the proofs
// or the hand-written grids must refuse the result. None of these mutants is equivalent to its original: a row's guard
// admits at least one combination of facts, and each change alters what is answered to it, or how often.

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

#include "statemachine/clip_machine.h"
#include "statemachine/job_machine.h"
#include "tests/statemachine/clip_grid.h"
#include "tests/statemachine/job_grid.h"

namespace videojobs {
namespace {

using statemachine::Answer;
using statemachine::Facts;

constexpr Answer kAnswers[] = {Answer::kMoves, Answer::kStays, Answer::kIgnored, Answer::kRejected};

// One machine with all that judges it.
struct Jobs {
  using Rows = std::vector<JobRow>;
  static constexpr auto& kTable = kJobTable;
  static constexpr auto& kStates = kJobStates;
  static constexpr auto& kEvents = kJobEvents;
  static constexpr auto& kGrid = job_grid::kGrid;
  static constexpr auto& kFacts = job_grid::kFacts;
  static bool Ends(JobState state) { return IsFinished(state); }
};

struct Clips {
  using Rows = std::vector<ClipRow>;
  static constexpr auto& kTable = kClipTable;
  static constexpr auto& kStates = kClipStates;
  static constexpr auto& kEvents = kClipEvents;
  static constexpr auto& kGrid = clip_grid::kGrid;
  static constexpr auto& kFacts = clip_grid::kFacts;
  static bool Ends(ClipState state) { return HasEnded(state); }
};

template <typename Machine>
bool Passes(const typename Machine::Rows& rows) {
  return statemachine::RowsAreWellFormed(rows) &&
         statemachine::AnswersEverythingOnce(rows, Machine::kStates, Machine::kEvents, Machine::kFacts.size()) &&
         statemachine::EveryStateIsReachable(rows, Machine::kStates) &&
         statemachine::EveryStateCanEnd(rows, Machine::kStates, Machine::Ends) &&
         statemachine::Disagreement(rows, Machine::kStates, Machine::kGrid, Machine::kFacts).empty();
}

// The row with every other pair of answer and target.
template <typename Machine, typename Row>
void AddOtherAnswers(const Row& row, std::vector<Row>& mutants) {
  for (Answer answer : kAnswers) {
    for (auto state : Machine::kStates) {
      if (answer == row.answer && state == row.to) continue;
      mutants.push_back(row);
      mutants.back().answer = answer;
      mutants.back().to = state;
    }
  }
}

// The row with each fact asked for, or not asked for any more, or asked for the other way round.
template <typename Machine, typename Row>
void AddOtherGuards(const Row& row, std::vector<Row>& mutants) {
  for (const auto& fact : Machine::kFacts) {
    for (const Facts in_holds : {Facts{0}, fact.bit}) {
      for (const Facts in_fails : {Facts{0}, fact.bit}) {
        const statemachine::Guard guard{(row.guard.holds & ~fact.bit) | in_holds,
                                        (row.guard.fails & ~fact.bit) | in_fails};
        if (guard.holds == row.guard.holds && guard.fails == row.guard.fails) continue;
        mutants.push_back(row);
        mutants.back().guard = guard;
      }
    }
  }
}

// How many mutants there are; the test fails for each one that passes.
template <typename Machine>
int ExpectEveryMutantIsCaught() {
  const typename Machine::Rows good(Machine::kTable.begin(), Machine::kTable.end());
  int count = 0;
  for (std::size_t i = 0; i < good.size(); ++i) {
    typename Machine::Rows mutants;
    AddOtherAnswers<Machine>(good[i], mutants);
    AddOtherGuards<Machine>(good[i], mutants);
    for (const auto& mutant : mutants) {
      typename Machine::Rows rows = good;
      rows[i] = mutant;
      EXPECT_FALSE(Passes<Machine>(rows)) << "row " << i << ": " << good[i].why;
    }
    typename Machine::Rows deleted = good;
    deleted.erase(deleted.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FALSE(Passes<Machine>(deleted)) << "without row " << i;
    count += static_cast<int>(mutants.size()) + 1;
  }
  return count;
}

template <typename Machine>
class Mutation : public testing::Test {};
using Machines = testing::Types<Jobs, Clips>;
TYPED_TEST_SUITE(Mutation, Machines);

TYPED_TEST(Mutation, NoChange_Passes) {
  EXPECT_TRUE(Passes<TypeParam>({TypeParam::kTable.begin(), TypeParam::kTable.end()}));
}

TYPED_TEST(Mutation, AnyRowChangedInAnyWay_IsCaught) {
  this->RecordProperty("mutants", ExpectEveryMutantIsCaught<TypeParam>());
}

}  // namespace
}  // namespace videojobs
