#include "statemachine/edges.h"

#include "statemachine/clip_machine.h"
#include "statemachine/job_machine.h"

namespace videojobs {
namespace {

template <typename Table>
Edges EdgesOf(const Table& table) {
  Edges edges;
  for (const auto& row : table) {
    if (row.answer == statemachine::Answer::kMoves) edges.emplace(Name(row.from), Name(row.to));
  }
  return edges;
}

}  // namespace

Edges JobEdges() { return EdgesOf(kJobTable); }
Edges ClipEdges() { return EdgesOf(kClipTable); }

}  // namespace videojobs
