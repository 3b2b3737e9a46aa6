#ifndef VIDEOJOBS_SERVER_ENGINE_DELIVERING_H_
#define VIDEOJOBS_SERVER_ENGINE_DELIVERING_H_

#include <atomic>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/engine/engine.h"
#include "server/engine/held_job.h"

namespace videojobs {

// The step that brings finished clips home: downloaded to a scratch file, checked, uploaded, read back, and only then
// published. A paid result is never given up while the provider still has it, and never fetched again once it is
// stored. Thread-safe; each HeldJob is used by one thread.
class Delivering {
 public:
  // `stopping`: a transfer under way ends early when it becomes true, and its job is given back.
  Delivering(const EnginePorts& ports, const EngineSettings& settings, const std::atomic<bool>& stopping)
      : ports_(ports), settings_(settings), stopping_(stopping) {}

  // Whether a clip waits to be brought home, and it is time to try.
  static bool IsDue(const HeldJob& held);
  // Tries once for every such clip.
  void Run(HeldJob& held);
  // Puts every such clip off for some seconds: there is no room for it now.
  void Postpone(HeldJob& held);

 private:
  // How a download ended, told apart from the upload and from troubles of this machine.
  struct Download {
    absl::Status status{};  // OK also where nothing was downloaded
    bool whole = false;     // a usable video came
    bool unusable = false;  // all of a file came, and it begins as a video but is none
  };

  void DeliverClip(HeldJob& held, int clip);
  void PublishStored(HeldJob& held, int clip);
  absl::StatusOr<StoredVideo> BringHome(const Clip& clip, const std::string& provider, Download& download);
  // Whether the storage has it: FAILED_PRECONDITION says where it may be instead.
  absl::Status IsThere(const StoredVideo& video);
  absl::StatusOr<std::string> UrlOf(const StoredVideo& video);
  // Whether the provider was asked by a server whose credentials it takes.
  bool WasLetIn(const HeldJob& held, const Download& download) const;
  bool IsLost(const HeldJob& held, const Clip& clip, const Download& download) const;
  void TryAgainOrGiveUp(HeldJob& held, int clip, const Download& download, const absl::Status& why);
  void TryAgainLater(HeldJob& held, int clip, const absl::Status& why, const Download& download);

  const EnginePorts& ports_;
  const EngineSettings& settings_;
  const std::atomic<bool>& stopping_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_DELIVERING_H_
