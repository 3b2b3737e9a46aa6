#include "server/engine/periodic.h"

#include <utility>

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

void Periodic::Run() {
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      mutex_.AwaitWithTimeout(absl::Condition(
                                  +[](Periodic* self) { return self->ending_ || self->woken_; }, this),
                              interval_);
      if (ending_) return;
      woken_ = false;
    }
    call_();
  }
}

}  // namespace videojobs
