#include "adapters/system/system_clock.h"

#include <chrono>

#include "absl/time/clock.h"

namespace videojobs {

absl::Time SystemClock::Now() { return absl::Now(); }

absl::Duration SystemClock::Elapsed() { return absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch()); }

void SystemClock::Sleep(absl::Duration duration) { absl::SleepFor(duration); }

}  // namespace videojobs
