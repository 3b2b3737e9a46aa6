#ifndef VIDEOJOBS_SERVER_ENGINE_POLLING_H_
#define VIDEOJOBS_SERVER_ENGINE_POLLING_H_

#include "server/engine/engine.h"
#include "server/engine/held_job.h"

namespace videojobs {

// The step that asks operations how they are. Polls are free and safe to repeat; nothing but the provider's own word,
// or days of silence, ends an operation. Thread-safe; each HeldJob is used by one thread.
class Polling {
 public:
  explicit Polling(const EnginePorts& ports) : ports_(ports) {}

  // Asks every running operation that is due: those just started at once, whose next poll is not set yet.
  void Run(HeldJob& held);

 private:
  void PollClip(HeldJob& held, int clip);
  void KeepWaiting(HeldJob& held, int clip, const PollAnswer& answer);
  void GiveUpOrWait(HeldJob& held, int clip, const PollAnswer& answer);

  const EnginePorts& ports_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_POLLING_H_
