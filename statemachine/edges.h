#ifndef VIDEOJOBS_STATEMACHINE_EDGES_H_
#define VIDEOJOBS_STATEMACHINE_EDGES_H_

// The legal edges of both tables, as the databases list them.

#include <set>
#include <string>
#include <utility>

namespace videojobs {

// From and to, by their stored names; "" stands for "not stored yet".
using Edges = std::set<std::pair<std::string, std::string>>;

Edges JobEdges();
Edges ClipEdges();

}  // namespace videojobs

#endif  // VIDEOJOBS_STATEMACHINE_EDGES_H_
