#include "statemachine/render.h"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "statemachine/clip_machine.h"
#include "statemachine/job_machine.h"

namespace videojobs::statemachine {
namespace {

struct Fact {
  std::string_view name;
  std::string_view meaning;
};

// Each list by the number of the fact's bit.
constexpr std::array<Fact, job_fact::kCount> kJobFacts = {{
    {"intent_open", "a start's outcome is not recorded yet"},
    {"clip_usable", "a clip is ready or stored"},
    {"clip_kept", "a clip is running, ready or stored: paid for, and still good"},
    {"start_blocked", "an unknown start could be charged twice, and nobody accepted that"},
    {"placeholder", "`VIDEO_PLACEHOLDER_URL` is configured"},
    {"may_publish", "not cancelled, its row not gone, no newer job for its row"},
}};
static_assert(job_fact::kIntentOpen == 1 << 0 && job_fact::kClipUsable == 1 << 1 && job_fact::kClipKept == 1 << 2 &&
              job_fact::kStartBlocked == 1 << 3 && job_fact::kPlaceholder == 1 << 4 && job_fact::kMayPublish == 1 << 5);

constexpr std::array<Fact, clip_fact::kCount> kClipFacts = {{
    {"lane_wide", "the refusal would hit every job: the lane closes instead"},
    {"second_charge_accepted", "a person accepted that the unknown start may be paid twice"},
    {"earlier_in_doubt",
     "an earlier start of the clip may have been charged, and no start but refused ones followed it"},
}};
static_assert(clip_fact::kLaneWide == 1 << 0 && clip_fact::kSecondChargeAccepted == 1 << 1 &&
              clip_fact::kEarlierInDoubt == 1 << 2);

constexpr std::string_view kIntroduction =
    R"(# The state machines

This page is written by `render-statemachine` from the tables in [job_machine.h](job_machine.h) and
[clip_machine.h](clip_machine.h); a test fails when it drifts. After a change of a table:

    cmake --preset dev && cmake --build --preset dev --target render-statemachine
    build/dev/bin/render-statemachine > statemachine/README.md

A job is one video to be made; a clip is one scene of it. Events are facts in the past tense. Every event is answered in
every state, whatever the facts, by exactly one row: that, and that every state can be reached and can end, is proven
when compiling. The database refuses every move that is not in these tables, for a raw `UPDATE` too.

| answer | meaning |
| --- | --- |
| moves | the state changes |
| stays | the fact is legal and worth recording; the state is the same afterwards |
| ignored | a late or repeated fact: nothing is recorded |
| rejected | not possible here: an error for whoever sent it |
)";

std::string_view Word(Answer answer) {
  switch (answer) {
    case Answer::kMoves:
      return "moves";
    case Answer::kStays:
      return "stays";
    case Answer::kIgnored:
      return "ignored";
    case Answer::kRejected:
      return "rejected";
  }
  return "";
}

template <std::size_t N>
void AppendFacts(Facts facts, std::string_view prefix, const std::array<Fact, N>& names, std::string& out) {
  for (std::size_t bit = 0; bit < N; ++bit) {
    if ((facts >> bit & 1) == 0) continue;
    if (!out.empty()) out += ", ";
    out.append(prefix).append(names[bit].name);
  }
}

template <std::size_t N>
std::string GuardText(const Guard& guard, const std::array<Fact, N>& names) {
  std::string text;
  AppendFacts(guard.holds, "", names, text);
  AppendFacts(guard.fails, "not ", names, text);
  return text;
}

// The events on one arrow, one a line.
template <typename Table, typename State, std::size_t N>
std::string ArrowLabel(const Table& table, State from, State to, const std::array<Fact, N>& facts) {
  std::string label;
  for (const auto& row : table) {
    if (row.answer != Answer::kMoves || row.from != from || row.to != to) continue;
    if (!label.empty()) label += "<br>";
    label += Name(row.event);
    if (const std::string guard = GuardText(row.guard, facts); !guard.empty()) label += " [" + guard + "]";
  }
  return label;
}

template <typename State>
std::string DiagramName(State state) {
  return state == State::kNone ? "[*]" : std::string(Name(state));
}

template <typename Table, typename States, std::size_t N>
std::string Diagram(const Table& table, const States& states, const std::array<Fact, N>& facts) {
  std::string text = "\n```mermaid\nstateDiagram-v2\n";
  for (auto from : states) {
    for (auto to : states) {
      if (!HasEdge(table, from, to)) continue;
      text += "    " + DiagramName(from) + " --> " + DiagramName(to) + ": " + ArrowLabel(table, from, to, facts) + "\n";
    }
  }
  return text + "```\n";
}

template <std::size_t N>
std::string FactTable(const std::array<Fact, N>& facts) {
  std::string text = "\n| fact | meaning |\n| --- | --- |\n";
  for (const Fact& fact : facts) text.append("| ").append(fact.name).append(" | ").append(fact.meaning).append(" |\n");
  return text;
}

template <typename Row, std::size_t N>
std::string RowText(const Row& row, const std::array<Fact, N>& facts) {
  std::string text = "| ";
  text.append(Name(row.event)).append(" | ").append(GuardText(row.guard, facts)).append(" | ");
  text.append(Word(row.answer)).append(" | ").append(row.answer == Answer::kMoves ? Name(row.to) : "").append(" | ");
  return text.append(row.why).append(" |\n");
}

template <typename Table, typename State, std::size_t N>
std::string StateTable(const Table& table, State state, const std::array<Fact, N>& facts) {
  std::string text = "\n### ";
  text += state == State::kNone ? "not stored yet" : Name(state);
  text += "\n\n| event | when | answer | to | why |\n| --- | --- | --- | --- | --- |\n";
  for (const auto& row : table) {
    if (row.from == state) text += RowText(row, facts);
  }
  return text;
}

template <typename Table, typename States, std::size_t N>
std::string Machine(std::string_view title, const Table& table, const States& states,
                    const std::array<Fact, N>& facts) {
  std::string text = "\n## " + std::string(title) + "\n" + Diagram(table, states, facts) + FactTable(facts);
  for (auto state : states) text += StateTable(table, state, facts);
  return text;
}

}  // namespace

std::string RenderReadme() {
  return std::string(kIntroduction) + Machine("The job", kJobTable, kJobStates, kJobFacts) +
         Machine("The clip", kClipTable, kClipStates, kClipFacts);
}

}  // namespace videojobs::statemachine
