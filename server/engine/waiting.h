#ifndef VIDEOJOBS_SERVER_ENGINE_WAITING_H_
#define VIDEOJOBS_SERVER_ENGINE_WAITING_H_

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "absl/time/time.h"

namespace videojobs {

// Waits until `done()` holds, for `limit` at most; says whether it does. `changed` is notified whenever it may have
// come to. The engine takes the standard library's mutexes: ThreadSanitizer does not see into Debian's build of
// Abseil's.
template <typename Done>
bool WaitUntil(std::unique_lock<std::mutex>& lock, std::condition_variable& changed, absl::Duration limit, Done done) {
  // More than the standard library's clocks can add up is as good as for ever.
  constexpr absl::Duration kForEver = absl::Hours(24 * 365);
  return changed.wait_for(lock, absl::ToChronoNanoseconds(std::min(limit, kForEver)), done);
}

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_WAITING_H_
