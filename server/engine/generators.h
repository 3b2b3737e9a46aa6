#ifndef VIDEOJOBS_SERVER_ENGINE_GENERATORS_H_
#define VIDEOJOBS_SERVER_ENGINE_GENERATORS_H_

#include <string>
#include <vector>

#include "adapters/video_generator.h"

namespace videojobs {

// The doors to generators that this server has credentials for. A job keeps its provider for life, so that a change of
// settings never asks the wrong door. Borrows the generators; a value, thread-safe.
class Generators {
 public:
  // `chosen` is for new jobs, `others` for jobs of earlier settings. Implicit, since one is the usual case.
  Generators(VideoGenerator& chosen, std::vector<VideoGenerator*> others = {});  // NOLINT(google-explicit-constructor)

  VideoGenerator& chosen() const { return *doors_.front(); }
  const std::vector<VideoGenerator*>& all() const { return doors_; }

  bool Has(const std::string& provider) const { return Find(provider) != nullptr; }
  // That provider's door. Where there is none, a stand-in to which everything is trouble that may pass: it says that
  // credentials are missing, and starts nothing.
  VideoGenerator& Of(const std::string& provider) const;
  // Whose operations have names of this form; null: nobody's.
  VideoGenerator* Naming(const std::string& operation_name) const;

 private:
  VideoGenerator* Find(const std::string& provider) const;

  std::vector<VideoGenerator*> doors_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_GENERATORS_H_
