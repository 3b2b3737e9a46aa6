#include "adapters/fault_point.h"

namespace videojobs {

// Alone in its file: a program that brings a body of its own never links this one.
Fault AtFaultPoint(absl::string_view, absl::string_view, FaultMoment) { return Fault::kNone; }

}  // namespace videojobs
