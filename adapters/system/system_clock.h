#ifndef VIDEOJOBS_ADAPTERS_SYSTEM_SYSTEM_CLOCK_H_
#define VIDEOJOBS_ADAPTERS_SYSTEM_SYSTEM_CLOCK_H_

#include "absl/time/time.h"
#include "adapters/clock.h"

namespace videojobs {

// The machine's clock. Thread-safe.
class SystemClock : public Clock {
 public:
  absl::Time Now() override;
  absl::Duration Elapsed() override;
  void Sleep(absl::Duration duration) override;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_SYSTEM_SYSTEM_CLOCK_H_
