#include "server/engine/periodic.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"

namespace videojobs {

Periodic::Periodic(absl::Duration interval, std::function<void()> call)
    : interval_(interval > absl::ZeroDuration() ? interval : absl::InfiniteDuration()),
      call_(std::move(call)),
      thread_([this] { Run(); }) {}

Periodic::~Periodic() {
  {
    absl::MutexLock lock(&mutex_);
    ending_ = true;
  }
  thread_.join();
}

void Periodic::Wake() {
  absl::MutexLock lock(&mutex_);
  woken_ = true;
}

void Periodic::WakeIn(absl::Duration wait) {
  const absl::Time at = absl::Now() + wait;
  absl::MutexLock lock(&mutex_);
  if (at >= wake_at_) return;
  wake_at_ = at;
  sooner_ = true;
}

// Waits for the next call; false when there is none any more.
bool Periodic::WaitForCall() {
  const absl::Time next = absl::Now() + interval_;
  const auto roused = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return ending_ || woken_ || sooner_; };
  absl::MutexLock lock(&mutex_);
  while (!ending_ && !woken_ && absl::Now() < std::min(next, wake_at_)) {
    sooner_ = false;
    mutex_.AwaitWithDeadline(absl::Condition(&roused), std::min(next, wake_at_));
  }
  woken_ = false;
  wake_at_ = absl::InfiniteFuture();
  return !ending_;
}

void Periodic::Run() {
  while (WaitForCall()) call_();
}

}  // namespace videojobs
