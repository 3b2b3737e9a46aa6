#ifndef VIDEOJOBS_ADAPTERS_FAULT_POINT_H_
#define VIDEOJOBS_ADAPTERS_FAULT_POINT_H_

#include "absl/strings/string_view.h"

namespace videojobs {

enum class FaultMoment { kBefore, kAfter };

// What a test wants to go wrong.
enum class Fault {
  kNone,
  kForget,      // before a commit: do not make it, and say that it was made
  kLoseAnswer,  // after a commit: say that nobody knows whether it was made
};

// The places where what this process does becomes real elsewhere: every commit ("commit", named by the function that
// asked for the transaction), every HTTP call ("http", named by its method and path) and every file that is published
// ("file"). They stand at the choke points, so that a new call has its points by itself. In the product this does
// nothing; the armed server of tests/faults links a body of its own, which may end the process here. Thread-safe.
Fault AtFaultPoint(absl::string_view kind, absl::string_view name, FaultMoment moment);

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_FAULT_POINT_H_
