#ifndef VIDEOJOBS_SERVER_ENGINE_HEALING_H_
#define VIDEOJOBS_SERVER_ENGINE_HEALING_H_

#include <atomic>
#include <cstdint>
#include <string>

#include "server/engine/engine.h"
#include "server/engine/turns.h"

namespace videojobs {

// Starts whose outcome nobody knows, healed by evidence that carries their own id, where their door keeps any
// (VideoGenerator::FindStart). A listing that only looks alike heals nothing: a wrong match would show one student's
// video to another. Thread-safe.
class Healing {
 public:
  // `stopping`: nothing more is looked for once it is true.
  Healing(const EnginePorts& ports, const std::atomic<bool>& stopping) : ports_(ports), stopping_(stopping) {}

  // Looks for each start in doubt at every door that keeps evidence, once in a while however often it is called, and
  // records what it finds as the start's late answer; the job then goes on by itself. Ends after a while, and goes on
  // from there the next time. It goes back three days; at first, and after a look that ended early or met trouble, a
  // month.
  void Run();

 private:
  // Whether each was looked for, without trouble; so is the next one's answer.
  bool HealThoseOf(VideoGenerator& door, absl::Duration until);
  bool Heal(VideoGenerator& door, const std::string& start_id);

  const EnginePorts& ports_;
  const std::atomic<bool>& stopping_;
  std::atomic<std::int64_t> next_look_ = 0;   // on the clock's Elapsed, in nanoseconds
  std::atomic<bool> last_was_whole_ = false;  // the last look at all doors
  Turns turns_;                               // by provider, the starts' ids
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_HEALING_H_
