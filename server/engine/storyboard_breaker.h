#ifndef VIDEOJOBS_SERVER_ENGINE_STORYBOARD_BREAKER_H_
#define VIDEOJOBS_SERVER_ENGINE_STORYBOARD_BREAKER_H_

#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/clock.h"
#include "adapters/storyboarder.h"

namespace videojobs {

// A storyboarder that is left in peace while it fails: one that hangs would cost every job its whole patience, on
// threads that also poll. Thread-safe.
class StoryboardBreaker : public Storyboarder {
 public:
  // Both are borrowed.
  StoryboardBreaker(Storyboarder& storyboarder, Clock& clock) : storyboarder_(storyboarder), clock_(clock) {}

  // As the storyboarder; UNAVAILABLE without asking it for some minutes after it failed several times in a row.
  absl::StatusOr<std::vector<Scene>> Write(const std::string& response_text, const Context& context,
                                           const VideoOptions& options) override;

 private:
  bool MayAsk();
  void Hear(bool wrote);

  Storyboarder& storyboarder_;
  Clock& clock_;
  std::mutex mutex_;  // guards all below
  int failures_ = 0;  // in a row
  absl::Duration rests_until_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_STORYBOARD_BREAKER_H_
