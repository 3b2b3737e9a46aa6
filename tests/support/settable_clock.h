#ifndef VIDEOJOBS_TESTS_SUPPORT_SETTABLE_CLOCK_H_
#define VIDEOJOBS_TESTS_SUPPORT_SETTABLE_CLOCK_H_

#include <mutex>

#include "absl/time/time.h"
#include "adapters/clock.h"

namespace videojobs {

// Stands still until it is moved; sleeping moves it. Thread-safe.
class SettableClock : public Clock {
 public:
  explicit SettableClock(absl::Time start = absl::FromUnixSeconds(1'800'000'000)) : start_(start) {}

  absl::Time Now() override { return start_ + Elapsed(); }
  absl::Duration Elapsed() override {
    const std::lock_guard lock(mutex_);
    return elapsed_;
  }
  void Sleep(absl::Duration duration) override { Advance(duration); }

  void Advance(absl::Duration duration) {
    const std::lock_guard lock(mutex_);
    elapsed_ += duration;
  }

 private:
  const absl::Time start_;
  std::mutex mutex_;
  absl::Duration elapsed_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_SUPPORT_SETTABLE_CLOCK_H_
