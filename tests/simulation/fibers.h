#ifndef VIDEOJOBS_TESTS_SIMULATION_FIBERS_H_
#define VIDEOJOBS_TESTS_SIMULATION_FIBERS_H_

// Several flows of control in one thread, and a time that passes only while all of them sleep: what comes first is
// decided by the scheduler alone, so that a run repeats itself exactly.

#include <ucontext.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"

namespace videojobs::simulation {

// Thrown out of a sleep whose owner was killed meanwhile; it unwinds the fiber and nothing else.
struct Killed {};

class Fiber;

class Scheduler {
 public:
  Scheduler();
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  absl::Duration Elapsed() const { return now_; }

  // A new flow, which begins when the time is `after` from now. `owner` groups flows that die together.
  void Spawn(int owner, absl::Duration after, std::function<void()> body);
  // Ends every flow of `owner`: each is unwound at the sleep that it is in.
  void Kill(int owner);

  // For the flow that calls it: lets time pass, and the others run meanwhile. Throws Killed.
  void Sleep(absl::Duration duration);

  // Runs what is there until the time is `until`, or `stop` says so.
  void RunUntil(
      absl::Duration until, const std::function<bool()>& stop = [] { return false; });

 private:
  friend class Fiber;
  void WakeAt(absl::Duration at, Fiber* fiber);
  void Resume(Fiber& fiber);

  absl::Duration now_;
  std::uint64_t next_ticket_ = 0;
  // By time, then in the order in which they went to sleep.
  std::map<std::pair<absl::Duration, std::uint64_t>, Fiber*> asleep_;
  std::vector<std::unique_ptr<Fiber>> fibers_;
  Fiber* running_ = nullptr;
  ucontext_t main_;
  void* main_fake_stack_ = nullptr;
};

}  // namespace videojobs::simulation

#endif  // VIDEOJOBS_TESTS_SIMULATION_FIBERS_H_
