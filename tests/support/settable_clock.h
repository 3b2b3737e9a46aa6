#ifndef VIDEOJOBS_TESTS_SUPPORT_SETTABLE_CLOCK_H_
#define VIDEOJOBS_TESTS_SUPPORT_SETTABLE_CLOCK_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "adapters/clock.h"

namespace videojobs {

// Stands still until it is moved; sleeping moves it. Thread-safe.
class SettableClock : public Clock {
 public:
  explicit SettableClock(absl::Time start = absl::FromUnixSeconds(1'800'000'000)) : start_(start) {}

  absl::Time Now() override { return start_ + Elapsed(); }
  absl::Duration Elapsed() override {
    absl::MutexLock lock(&mutex_);
    return elapsed_;
  }
  void Sleep(absl::Duration duration) override { Advance(duration); }

  void Advance(absl::Duration duration) {
    absl::MutexLock lock(&mutex_);
    elapsed_ += duration;
  }

 private:
  const absl::Time start_;
  absl::Mutex mutex_;
  absl::Duration elapsed_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_SUPPORT_SETTABLE_CLOCK_H_
