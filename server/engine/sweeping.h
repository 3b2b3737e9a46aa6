#ifndef VIDEOJOBS_SERVER_ENGINE_SWEEPING_H_
#define VIDEOJOBS_SERVER_ENGINE_SWEEPING_H_

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/engine/adopting.h"
#include "server/engine/checking.h"
#include "server/engine/delivering.h"
#include "server/engine/engine.h"
#include "server/engine/executor.h"
#include "server/engine/healing.h"
#include "server/engine/held_job.h"
#include "server/engine/leases.h"
#include "server/engine/polling.h"
#include "server/engine/release_queue.h"
#include "server/engine/round.h"
#include "server/engine/settling.h"
#include "server/engine/starting.h"
#include "server/engine/sweep_report.h"

namespace videojobs {

// The sweep: one bounded round of work over what is due, by any number of callers at once. Each claimed job takes its
// steps (start, poll, deliver) on an executor by itself, so that no job waits for a slower one; a round's end is only
// what its caller waits for. Thread-safe.
class Sweeping {
 public:
  // `calls` runs starts and polls, `deliveries` downloads and uploads. `wake_in` is told when a job given back is next
  // due, so that whoever sweeps need not wait for the next round of a schedule. The ports outlive this, and this
  // outlives what the executors run.
  Sweeping(
      const EnginePorts& ports, const EngineSettings& settings, Executor& calls, Executor& deliveries,
      std::function<void(absl::Duration)> wake_in = [](absl::Duration) {});

  // Adopts, claims up to `max_jobs` jobs and sets them to work. Returns without waiting for them, but for room to claim
  // more. The scheduled sweep.
  void Begin(int max_jobs);

  // The same, then waits for the round's jobs, for `time_limit` in all, and says what was done by then; what is still
  // under way goes on. UNAVAILABLE and the like: the database gave nothing to work on.
  absl::StatusOr<SweepReport> Sweep(int max_jobs, absl::Duration time_limit);

  // As JobWork::NextDueIn; none where the database does not say.
  std::optional<absl::Duration> NextDueIn();

  // Extends the leases of all jobs in work. To be called every third of a lease.
  void RenewLeases() { leases_.Renew(); }

  // Claims nothing more, ends transfers early, gives back what has not begun, and waits until nothing is in work, for
  // `grace` at most. A paid start under way is waited for, and its outcome recorded. Returns whether all ended.
  bool Stop(absl::Duration grace);

 private:
  absl::Status Dispatch(const std::shared_ptr<Round>& round, int max_jobs, absl::Duration until);
  absl::Status ClaimAndTake(const std::shared_ptr<Round>& round, int max_jobs, absl::Duration until);
  int WaitForRoom(absl::Duration until);
  ClosedLane SwitchedOff() const;
  void Look();
  void LookAside(std::atomic<bool>& under_way, std::function<void()> look);
  void Take(std::shared_ptr<Round> round, ClaimedJob claimed, absl::Duration claimed_at);
  bool TakesDelivery();
  void EndDelivery();
  void EndCalls();
  void RunCalls(const std::shared_ptr<HeldJob>& held, const std::shared_ptr<Round>& round);
  void Finish(const std::shared_ptr<HeldJob>& held, const std::shared_ptr<Round>& round);

  const EnginePorts ports_;
  const EngineSettings settings_;
  Executor& calls_;
  Executor& deliveries_;
  const std::function<void(absl::Duration)> wake_in_;
  std::atomic<bool> stopping_ = false;
  Leases leases_;
  ReleaseQueue releases_;
  Adopting adopting_;
  Checking checking_;
  Healing healing_;
  Settling settling_;
  Starting starting_;
  Polling polling_;
  Delivering delivering_;
  std::atomic<bool> checking_under_way_ = false;
  std::atomic<bool> healing_under_way_ = false;
  std::atomic<bool> settling_under_way_ = false;
  const int most_in_work_;
  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  int in_work_ = 0;             // jobs that start or poll, or wait for that
  int deliveries_in_work_ = 0;  // jobs that deliver, or wait for that
  int dispatching_ = 0;         // calls of Begin and Sweep that may still claim, and looks aside
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_SWEEPING_H_
