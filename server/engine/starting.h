#ifndef VIDEOJOBS_SERVER_ENGINE_STARTING_H_
#define VIDEOJOBS_SERVER_ENGINE_STARTING_H_

#include <string>

#include "server/engine/engine.h"
#include "server/engine/held_job.h"

namespace videojobs {

// The step that spends money: storyboard, intent, paid call, outcome, in this order, each durable before the next.
// Thread-safe; each HeldJob is used by one thread.
class Starting {
 public:
  Starting(const EnginePorts& ports, const EngineSettings& settings) : ports_(ports), settings_(settings) {}

  // Settles what a dead replica left open, writes the storyboard where there is none, and starts every planned clip
  // that may start. What has to wait is deferred.
  void Run(HeldJob& held);

 private:
  void SettleLeftOpen(HeldJob& held);
  void WriteStoryboard(HeldJob& held);
  void StartClip(HeldJob& held, int clip);
  bool MayStart(HeldJob& held, int clip);
  bool RecordIntent(HeldJob& held, int clip, const std::string& start_id);
  void RecordOutcome(HeldJob& held, int clip, const std::string& start_id, const StartOutcome& outcome);
  void TellOutcome(const HeldJob& held, int clip, const std::string& start_id, const StartOutcome& outcome);

  const EnginePorts& ports_;
  const EngineSettings& settings_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_STARTING_H_
