#ifndef VIDEOJOBS_SERVER_ENGINE_SETTLING_H_
#define VIDEOJOBS_SERVER_ENGINE_SETTLING_H_

#include <atomic>
#include <cstdint>

#include "server/engine/engine.h"
#include "server/engine/turns.h"

namespace videojobs {

// Starts that were accepted after all, when a later start had their clip: no job follows them, but they may be charged.
// Their doors are asked what became of them, for the cost only; nothing of them is fetched or published. Thread-safe.
class Settling {
 public:
  // `stopping`: nobody is asked any more once it is true.
  Settling(const EnginePorts& ports, const std::atomic<bool>& stopping) : ports_(ports), stopping_(stopping) {}

  // Asks for some of them, once in a while however often it is called. Trouble is left for the next time.
  void Run();

 private:
  void SettleThoseOf(VideoGenerator& door);
  void Ask(VideoGenerator& door, const UnfollowedStart& start);

  const EnginePorts& ports_;
  const std::atomic<bool>& stopping_;
  std::atomic<std::int64_t> next_look_ = 0;  // on the clock's Elapsed, in nanoseconds
  Turns turns_;                              // by provider, the starts' ids
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_SETTLING_H_
