#ifndef VIDEOJOBS_SERVER_ENGINE_CHECKING_H_
#define VIDEOJOBS_SERVER_ENGINE_CHECKING_H_

#include <atomic>
#include <string>

#include "absl/status/status.h"
#include "adapters/lanes.h"
#include "server/engine/engine.h"

namespace videojobs {

// The step that looks, at no cost, whether a lane that was closed for its key or its model may be tried again: without
// it every such lane would be tried by paid starts. Thread-safe.
class Checking {
 public:
  // `stopping`: no more is asked once it is true, and what fails then closes nothing.
  Checking(const EnginePorts& ports, const EngineSettings& settings, const std::atomic<bool>& stopping)
      : ports_(ports), settings_(settings), stopping_(stopping) {}

  // Asks for the model of every lane whose time is over and that is one of this server's doors, one replica at a time;
  // the first time of those, too, whose time is not over: a person may have mended what closed them, and started the
  // server again. What passes may be probed by the next start; what does not stays closed, ever longer. Takes as long
  // as the doors take to answer.
  void Run();

 private:
  void Check(const ClosedLane& lane, const std::string& token);
  void Close(const ClosedLane& lane, const absl::Status& why);

  const EnginePorts& ports_;
  const EngineSettings& settings_;
  const std::atomic<bool>& stopping_;
  std::atomic<bool> first_ = true;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_CHECKING_H_
