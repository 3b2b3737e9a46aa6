#include "cli/interrupt.h"

#include <algorithm>
#include <chrono>

namespace videojobs::cli {
namespace {

// A time point of an infinite wait would overflow.
constexpr absl::Duration kLongest = absl::Hours(24 * 365);

}  // namespace

bool Interrupt::Trigger() {
  const std::lock_guard lock(mutex_);
  triggered_ = true;
  changed_.notify_all();
  return waiting_ > 0;
}

bool Interrupt::WaitFor(const std::function<bool()>& done, absl::Duration limit) {
  const auto until = std::chrono::steady_clock::now() + absl::ToChronoMilliseconds(std::min(limit, kLongest));
  std::unique_lock lock(mutex_);
  ++waiting_;
  changed_.wait_until(lock, until, [&] { return triggered_ || done(); });
  --waiting_;
  return done();
}

void Interrupt::WaitThrough(const std::function<bool()>& done) {
  std::unique_lock lock(mutex_);
  ++waiting_;
  changed_.wait(lock, done);
  --waiting_;
}

void Interrupt::Update(const std::function<void()>& change) {
  const std::lock_guard lock(mutex_);
  change();
  changed_.notify_all();
}

bool Interrupt::triggered() {
  const std::lock_guard lock(mutex_);
  return triggered_;
}

}  // namespace videojobs::cli
