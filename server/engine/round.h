#ifndef VIDEOJOBS_SERVER_ENGINE_ROUND_H_
#define VIDEOJOBS_SERVER_ENGINE_ROUND_H_

#include <condition_variable>
#include <mutex>
#include <set>
#include <string>

#include "absl/time/time.h"
#include "server/engine/sweep_report.h"
#include "server/engine/waiting.h"

namespace videojobs {

// What may be counted of a job in one round.
enum class Counted { kCreated, kPolled, kCompleted, kFailed, kDeferred };

// The books of one sweep: which jobs it changed, and how many are still being worked on. Lives as long as the last of
// them, which may be longer than the caller waits. Thread-safe.
class Round {
 public:
  // A job counts once for each of these, however often it is said.
  void Count(Counted what, const std::string& job_id) {
    const std::lock_guard lock(mutex_);
    counted_[static_cast<int>(what)].insert(job_id);
  }

  void Begin() {
    const std::lock_guard lock(mutex_);
    ++under_way_;
  }
  void End() {
    const std::lock_guard lock(mutex_);
    --under_way_;
    ended_.notify_all();
  }

  // Waits until nothing is under way, for `limit` at most.
  void Wait(absl::Duration limit) {
    std::unique_lock lock(mutex_);
    WaitUntil(lock, ended_, limit, [this] { return under_way_ == 0; });
  }

  // The counts so far.
  SweepReport Report() const {
    const std::lock_guard lock(mutex_);
    SweepReport report;
    report.created = Size(Counted::kCreated);
    report.polled = Size(Counted::kPolled);
    report.completed = Size(Counted::kCompleted);
    report.failed = Size(Counted::kFailed);
    report.deferred = Size(Counted::kDeferred);
    return report;
  }

 private:
  int Size(Counted what) const { return static_cast<int>(counted_[static_cast<int>(what)].size()); }

  mutable std::mutex mutex_;  // guards all below
  std::condition_variable ended_;
  std::set<std::string> counted_[5];
  int under_way_ = 0;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_ROUND_H_
