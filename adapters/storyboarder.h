#ifndef VIDEOJOBS_ADAPTERS_STORYBOARDER_H_
#define VIDEOJOBS_ADAPTERS_STORYBOARDER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "adapters/job.h"

namespace videojobs {

// Turns an answer into scenes. Thread-safe.
class Storyboarder {
 public:
  virtual ~Storyboarder() = default;
  // One to `options.max_scenes` scenes of `options.duration_seconds` each. An error never stops a start: the plain
  // storyboarder, which always succeeds for a checked text, takes over.
  virtual absl::StatusOr<std::vector<Scene>> Write(const std::string& response_text, const Context& context,
                                                   const VideoOptions& options) = 0;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_STORYBOARDER_H_
