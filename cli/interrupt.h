#ifndef VIDEOJOBS_CLI_INTERRUPT_H_
#define VIDEOJOBS_CLI_INTERRUPT_H_

#include <condition_variable>
#include <functional>
#include <mutex>

#include "absl/time/time.h"

namespace videojobs::cli {

// Where the program waits, so that Ctrl-C can end every wait. Thread-safe.
class Interrupt {
 public:
  // Ends all waits, those under way and those to come. Says whether there was one under way.
  bool Trigger();

  // Waits until `done` says so (true), or until it was interrupted or `limit` has passed (false). `done` is asked again
  // after every Update.
  bool WaitFor(const std::function<bool()>& done, absl::Duration limit);

  // Waits until `done` says so, whatever happens.
  void WaitThrough(const std::function<bool()>& done);

  // Changes, in another thread, what `done` looks at.
  void Update(const std::function<void()>& change);

  bool triggered();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool triggered_ = false;
  int waiting_ = 0;
};

}  // namespace videojobs::cli

#endif  // VIDEOJOBS_CLI_INTERRUPT_H_
