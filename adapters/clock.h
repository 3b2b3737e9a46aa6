#ifndef VIDEOJOBS_ADAPTERS_CLOCK_H_
#define VIDEOJOBS_ADAPTERS_CLOCK_H_

#include "absl/time/time.h"

namespace videojobs {

// The process's own time. What is stored is timed by the store, never by this: replicas' clocks may differ.
// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Wall time, for SQLite and for log lines.
  virtual absl::Time Now() = 0;
  // Time since an arbitrary point, never set back: for measuring how long something took, and how long a lease lasts.
  virtual absl::Duration Elapsed() = 0;
  // Waits. For backoff around evidence that must be recorded; nothing else sleeps.
  virtual void Sleep(absl::Duration duration) = 0;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_CLOCK_H_
