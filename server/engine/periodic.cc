#include "server/engine/periodic.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "server/engine/waiting.h"

namespace videojobs {
namespace {

// The wall clock may be set back by hours, and leases must be renewed all the same.
absl::Duration Elapsed() { return absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch()); }

}  // namespace

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
  const absl::Duration at = Elapsed() + wait;
  const std::lock_guard lock(mutex_);
  if (at >= wake_at_) return;
  wake_at_ = at;
  sooner_ = true;
  changed_.notify_all();
}

// Waits for the next call; false when there is none any more.
bool Periodic::WaitForCall() {
  const absl::Duration next = Elapsed() + interval_;
  std::unique_lock lock(mutex_);
  while (!ending_ && !woken_ && Elapsed() < std::min(next, wake_at_)) {
    sooner_ = false;
    WaitUntil(lock, changed_, std::min(next, wake_at_) - Elapsed(), [this] { return ending_ || woken_ || sooner_; });
  }
  woken_ = false;
  wake_at_ = absl::InfiniteDuration();
  return !ending_;
}

void Periodic::Run() {
  while (WaitForCall()) call_();
}

}  // namespace videojobs
