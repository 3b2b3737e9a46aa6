#include "server/engine/periodic.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "server/engine/waiting.h"

namespace videojobs {

Periodic::Periodic(absl::Duration interval, std::function<void()> call)
    : interval_(interval > absl::ZeroDuration() ? interval : absl::InfiniteDuration()),
      call_(std::move(call)),
      thread_([this] { Run(); }) {}

Periodic::~Periodic() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Periodic::Wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  changed_.notify_all();
}

void Periodic::WakeIn(absl::Duration wait) {
  const absl::Time at = absl::Now() + wait;
  const std::lock_guard lock(mutex_);
  if (at >= wake_at_) return;
  wake_at_ = at;
  sooner_ = true;
  changed_.notify_all();
}

// Waits for the next call; false when there is none any more.
bool Periodic::WaitForCall() {
  const absl::Time next = absl::Now() + interval_;
  std::unique_lock lock(mutex_);
  while (!ending_ && !woken_ && absl::Now() < std::min(next, wake_at_)) {
    sooner_ = false;
    WaitUntil(lock, changed_, std::min(next, wake_at_) - absl::Now(), [this] { return ending_ || woken_ || sooner_; });
  }
  woken_ = false;
  wake_at_ = absl::InfiniteFuture();
  return !ending_;
}

void Periodic::Run() {
  while (WaitForCall()) call_();
}

}  // namespace videojobs
