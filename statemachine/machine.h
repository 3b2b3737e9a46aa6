#ifndef VIDEOJOBS_STATEMACHINE_MACHINE_H_
#define VIDEOJOBS_STATEMACHINE_MACHINE_H_

// What the two tables (job_machine.h, clip_machine.h) are made of, and the proofs that proofs.cc has the compiler make.
// Standard library only: no clock, no I/O, no proto, no SQL. Everything here is constexpr and thread-safe.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace videojobs::statemachine {

// What a machine says to an event in a state.
enum class Answer : std::uint8_t {
  kMoves,     // the state changes
  kStays,     // the fact is legal and worth recording; the state is the same afterwards
  kIgnored,   // a late or repeated fact: nothing is recorded
  kRejected,  // not possible here: an error for whoever sent it
};

// A set of facts, one bit each; a table's header names its bits.
using Facts = std::uint32_t;

// A row applies where every fact in `holds` is true and every fact in `fails` is false.
struct Guard {
  Facts holds = 0;
  Facts fails = 0;

  constexpr bool Admits(Facts facts) const { return (facts & holds) == holds && (facts & fails) == 0; }
};

inline constexpr Guard kAlways{};
constexpr Guard When(Facts facts) { return {facts, 0}; }
constexpr Guard Unless(Facts facts) { return {0, facts}; }
constexpr Guard operator&(Guard a, Guard b) { return {a.holds | b.holds, a.fails | b.fails}; }

template <typename State, typename Event>
struct Row {
  State from;
  Event event;
  Guard guard;
  Answer answer;
  State to;
  std::string_view why;
};

// The row that applies. A table that passed AnswersEverythingOnce has exactly one for every call.
template <typename Table, typename State, typename Event>
constexpr const typename Table::value_type& Decide(const Table& table, State from, Event event, Facts facts) {
  std::size_t found = 0;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table[i].from == from && table[i].event == event && table[i].guard.Admits(facts)) found = i;
  }
  return table[found];
}

// How many rows apply to one state, event and set of facts.
template <typename Table, typename State, typename Event>
constexpr int RowsFor(const Table& table, State from, Event event, Facts facts) {
  int count = 0;
  for (const auto& row : table) count += row.from == from && row.event == event && row.guard.Admits(facts);
  return count;
}

// Proof: every state and event is answered, whatever the facts, and never by two rows: the guards of each pair exclude
// each other and cover all cases.
template <typename Table, typename States, typename Events>
constexpr bool AnswersEverythingOnce(const Table& table, const States& states, const Events& events, int fact_count) {
  for (auto state : states) {
    for (auto event : events) {
      for (Facts facts = 0; facts < (Facts{1} << fact_count); ++facts) {
        if (RowsFor(table, state, event, facts) != 1) return false;
      }
    }
  }
  return true;
}

// Proof: a row's answer agrees with its target, and every row says why.
template <typename Table>
constexpr bool RowsAreWellFormed(const Table& table) {
  for (const auto& row : table) {
    if ((row.answer == Answer::kMoves) == (row.from == row.to) || row.why.empty()) return false;
  }
  return true;
}

template <typename Table, typename State>
constexpr bool HasEdge(const Table& table, State from, State to) {
  for (const auto& row : table) {
    if (row.answer == Answer::kMoves && row.from == from && row.to == to) return true;
  }
  return false;
}

// The states that can be reached from `start`, itself included, as bits by the state's number.
template <typename Table, typename States, typename State>
constexpr std::uint64_t ReachableFrom(const Table& table, const States& states, State start) {
  std::uint64_t seen = std::uint64_t{1} << static_cast<int>(start);
  for (std::size_t round = 0; round < states.size(); ++round) {
    for (const auto& row : table) {
      if (row.answer == Answer::kMoves && (seen >> static_cast<int>(row.from) & 1) != 0) {
        seen |= std::uint64_t{1} << static_cast<int>(row.to);
      }
    }
  }
  return seen;
}

// Proof: every state is reached from the first one of `states`, which stands for "not yet stored".
template <typename Table, typename States>
constexpr bool EveryStateIsReachable(const Table& table, const States& states) {
  const auto seen = ReachableFrom(table, states, states[0]);
  for (auto state : states) {
    if ((seen >> static_cast<int>(state) & 1) == 0) return false;
  }
  return true;
}

// Proof: from every state there is a way to one that `ends` accepts: nothing is stuck for ever.
template <typename Table, typename States, typename Ends>
constexpr bool EveryStateCanEnd(const Table& table, const States& states, Ends ends) {
  for (auto state : states) {
    const auto seen = ReachableFrom(table, states, state);
    bool can_end = false;
    for (auto other : states) can_end |= ends(other) && (seen >> static_cast<int>(other) & 1) != 0;
    if (!can_end) return false;
  }
  return true;
}

}  // namespace videojobs::statemachine

#endif  // VIDEOJOBS_STATEMACHINE_MACHINE_H_
