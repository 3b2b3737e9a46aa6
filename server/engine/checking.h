#ifndef VIDEOJOBS_SERVER_ENGINE_CHECKING_H_
#define VIDEOJOBS_SERVER_ENGINE_CHECKING_H_

#include "absl/status/status.h"
#include "adapters/lanes.h"
#include "server/engine/engine.h"

namespace videojobs {

// The step that looks, at no cost, whether a lane that was closed for its key or its model may be tried again: without
// it every such lane would be tried by paid starts. Thread-safe.
class Checking {
 public:
  Checking(const EnginePorts& ports, const EngineSettings& settings) : ports_(ports), settings_(settings) {}

  // Asks for the model of every lane whose time is over, one replica at a time. What passes may be probed by the next
  // start; what does not stays closed, ever longer.
  void Run();

 private:
  void Check(const LaneKey& lane, const std::string& token);
  void Close(const LaneKey& lane, const absl::Status& why);

  const EnginePorts& ports_;
  const EngineSettings& settings_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_CHECKING_H_
