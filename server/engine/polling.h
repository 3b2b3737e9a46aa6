#ifndef VIDEOJOBS_SERVER_ENGINE_POLLING_H_
#define VIDEOJOBS_SERVER_ENGINE_POLLING_H_

#include <atomic>
#include <mutex>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "server/engine/engine.h"
#include "server/engine/held_job.h"

namespace videojobs {

// The step that asks operations how they are. Polls are free and safe to repeat; nothing but the provider's own word,
// or days of silence, ends an operation. Thread-safe; each HeldJob is used by one thread.
class Polling {
 public:
  // `stopping`: a poll that fails once it is true counts for nothing.
  Polling(const EnginePorts& ports, const std::atomic<bool>& stopping) : ports_(ports), stopping_(stopping) {}

  // Asks every running operation that is due: those just started at once, whose next poll is not set yet.
  void Run(HeldJob& held);

 private:
  void PollClip(HeldJob& held, int clip);
  void Cancel(HeldJob& held, int clip, VideoGenerator& door);
  bool CannotCancel(const std::string& provider);
  void NoteCannotCancel(const std::string& provider);
  void LeaveToOthers(HeldJob& held, int clip, const PollAnswer& why);
  void KeepWaiting(HeldJob& held, int clip, const PollAnswer& answer);
  absl::StatusOr<std::string> FindVideo(VideoGenerator& door, const Clip& clip);
  void GiveUpOrWait(HeldJob& held, int clip, VideoGenerator& door, PollAnswer answer);

  const EnginePorts& ports_;
  const std::atomic<bool>& stopping_;
  std::mutex mutex_;                     // guards the next
  std::set<std::string> cannot_cancel_;  // providers that said so
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_POLLING_H_
