#ifndef VIDEOJOBS_SERVER_ENGINE_PERIODIC_H_
#define VIDEOJOBS_SERVER_ENGINE_PERIODIC_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "absl/time/time.h"

namespace videojobs {

// A thread that calls a function every `interval`, and at once when woken. Thread-safe.
class Periodic {
 public:
  // An interval of zero: only when woken, and never by itself.
  Periodic(absl::Duration interval, std::function<void()> call);
  // Ends after the call under way.
  ~Periodic();

  // Calls soon; several wakes before the call are one.
  void Wake();
  // Calls when `wait` has passed, unless it is called before; of several such wakes the earliest counts.
  void WakeIn(absl::Duration wait);

 private:
  void Run();
  bool WaitForCall();

  const absl::Duration interval_;
  const std::function<void()> call_;
  std::mutex mutex_;  // guards the next five
  std::condition_variable changed_;
  bool woken_ = false;
  bool sooner_ = false;                                // wake_at_ came nearer
  absl::Duration wake_at_ = absl::InfiniteDuration();  // on a clock that nobody sets
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_PERIODIC_H_
