#ifndef VIDEOJOBS_SERVER_ENGINE_STARTING_H_
#define VIDEOJOBS_SERVER_ENGINE_STARTING_H_

#include <atomic>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/engine/engine.h"
#include "server/engine/held_job.h"
#include "server/engine/storyboard_breaker.h"

namespace videojobs {

// The step that spends money: storyboard, intent, paid call, outcome, in this order, each durable before the next.
// Thread-safe; each HeldJob is used by one thread.
class Starting {
 public:
  // `stopping`: once it is true nothing new is begun; what was sent is waited for, and its outcome recorded.
  Starting(const EnginePorts& ports, const EngineSettings& settings, const std::atomic<bool>& stopping)
      : ports_(ports), settings_(settings), stopping_(stopping), storyboarder_(ports.storyboarder, ports.clock) {}

  // Settles what a dead replica left open, writes the storyboard where there is none, and starts every planned clip
  // that may start. What has to wait is deferred.
  void Run(HeldJob& held);

 private:
  void SettleLeftOpen(HeldJob& held);
  bool MayWriteStoryboard(HeldJob& held);
  void WaitForLane(HeldJob& held, absl::Duration remaining);
  void WriteStoryboard(HeldJob& held);
  absl::StatusOr<std::vector<Scene>> ScenesFor(const HeldJob& held);
  void StartClip(HeldJob& held, int clip);
  bool HasDoor(HeldJob& held);
  bool MayStart(HeldJob& held, int clip);
  bool LeaseIsLong(const HeldJob& held) const;
  StartIntent IntentFor(const HeldJob& held, int clip, const std::string& start_id) const;
  bool RecordIntent(HeldJob& held, int clip, const std::string& start_id);
  StartOutcome Call(const HeldJob& held, int clip, const std::string& start_id);
  void RecordSent(HeldJob& held, int clip, const std::string& start_id, const StartOutcome& outcome);
  void RecordUnsent(HeldJob& held, int clip, const std::string& start_id, std::string why);
  absl::Status StoreOutcome(const HeldJob& held, const std::string& start_id, const StartOutcome& outcome);
  absl::Status StoreLostIntent(const HeldJob& held, int clip, const std::string& start_id, const StartOutcome& outcome);
  void TellOutcome(const HeldJob& held, int clip, const std::string& start_id, const StartOutcome& outcome);

  const EnginePorts& ports_;
  const EngineSettings& settings_;
  const std::atomic<bool>& stopping_;
  StoryboardBreaker storyboarder_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_STARTING_H_
