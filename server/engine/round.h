#ifndef VIDEOJOBS_SERVER_ENGINE_ROUND_H_
#define VIDEOJOBS_SERVER_ENGINE_ROUND_H_

#include <set>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "server/engine/sweep_report.h"

namespace videojobs {

// What may be counted of a job in one round.
enum class Counted { kCreated, kPolled, kCompleted, kFailed, kDeferred };

// The books of one sweep: which jobs it changed, and how many are still being worked on. Lives as long as the last of
// them, which may be longer than the caller waits. Thread-safe.
class Round {
 public:
  // A job counts once for each of these, however often it is said.
  void Count(Counted what, const std::string& job_id) {
    absl::MutexLock lock(&mutex_);
    counted_[static_cast<int>(what)].insert(job_id);
  }

  void Begin() {
    absl::MutexLock lock(&mutex_);
    ++under_way_;
  }
  void End() {
    absl::MutexLock lock(&mutex_);
    --under_way_;
  }

  // Waits until nothing is under way, for `limit` at most.
  void Wait(absl::Duration limit) {
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(
                                +[](int* under_way) { return *under_way == 0; }, &under_way_),
                            limit);
  }

  // The counts so far.
  SweepReport Report() const {
    absl::MutexLock lock(&mutex_);
    SweepReport report;
    report.created = Size(Counted::kCreated);
    report.polled = Size(Counted::kPolled);
    report.completed = Size(Counted::kCompleted);
    report.failed = Size(Counted::kFailed);
    report.deferred = Size(Counted::kDeferred);
    return report;
  }

 private:
  int Size(Counted what) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return static_cast<int>(counted_[static_cast<int>(what)].size());
  }

  mutable absl::Mutex mutex_;
  std::set<std::string> counted_[5] ABSL_GUARDED_BY(mutex_);
  int under_way_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_ROUND_H_
