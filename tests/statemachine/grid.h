#ifndef VIDEOJOBS_TESTS_STATEMACHINE_GRID_H_
#define VIDEOJOBS_TESTS_STATEMACHINE_GRID_H_

// The little language of the hand-written grids. A cell says what is expected of one event in one state:
//   "rejected", "ignored", "stays"   the answer
//   "failed"                         a move to that state
//   "kept?processing:pending"        the one where the fact holds, the other where it does not; the latter may go on
//   "!kept?pending:processing"       the same the other way round
// The grids are written by hand from the design, never from the tables that they check.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "statemachine/machine.h"

namespace videojobs::statemachine {

struct FactName {
  std::string_view name;
  Facts bit;
};

template <typename Event, std::size_t StateCount>
struct GridLine {
  Event event;
  std::array<std::string_view, StateCount> cells;  // by state
};

template <typename FactNames>
bool Holds(std::string_view name, Facts facts, const FactNames& names) {
  if (name.front() == '!') return !Holds(name.substr(1), facts, names);
  for (const FactName& fact : names) {
    if (fact.name == name) return (facts & fact.bit) != 0;
  }
  ADD_FAILURE() << "the grid names an unknown fact: " << name;
  return false;
}

template <typename FactNames>
std::string_view Expected(std::string_view cell, Facts facts, const FactNames& names) {
  for (auto mark = cell.find('?'); mark != std::string_view::npos; mark = cell.find('?')) {
    const auto colon = cell.find(':');
    if (Holds(cell.substr(0, mark), facts, names)) return cell.substr(mark + 1, colon - mark - 1);
    cell.remove_prefix(colon + 1);
  }
  return cell;
}

template <typename Row>
std::string_view WordFor(const Row& row) {
  switch (row.answer) {
    case Answer::kMoves:
      return Name(row.to);
    case Answer::kStays:
      return "stays";
    case Answer::kIgnored:
      return "ignored";
    case Answer::kRejected:
      return "rejected";
  }
  return "";
}

// Where the table answers otherwise than the grid, over every state × event × combination of facts; empty: nowhere.
template <typename Table, typename States, typename Grid, typename FactNames>
std::string Disagreement(const Table& table, const States& states, const Grid& grid, const FactNames& names) {
  for (const auto& line : grid) {
    for (std::size_t column = 0; column < states.size(); ++column) {
      for (Facts facts = 0; facts < (Facts{1} << names.size()); ++facts) {
        const auto& row = Decide(table, states[column], line.event, facts);
        const bool keeps_its_word = row.answer == Answer::kMoves || row.to == states[column];
        if (keeps_its_word && WordFor(row) == Expected(line.cells[column], facts, names)) continue;
        return "in state '" + std::string(Name(states[column])) + "', event " + std::string(Name(line.event)) +
               ", facts " + std::to_string(facts) + ": " + std::string(WordFor(row));
      }
    }
  }
  return "";
}

}  // namespace videojobs::statemachine

#endif  // VIDEOJOBS_TESTS_STATEMACHINE_GRID_H_
