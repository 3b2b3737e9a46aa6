#ifndef VIDEOJOBS_ADAPTERS_PLAIN_PLAIN_STORYBOARDER_H_
#define VIDEOJOBS_ADAPTERS_PLAIN_PLAIN_STORYBOARDER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "adapters/storyboarder.h"

namespace videojobs {

// One scene that carries the answer's own words, quoted as data. Asks no service, always succeeds, and gives the same
// scene for the same answer. Category and course stand in the prompt where they are known. The student's name does not:
// the picture does not need it, and a prompt leaves the house. Thread-safe.
class PlainStoryboarder : public Storyboarder {
 public:
  // Veo takes prompts of up to 1,024 tokens (https://ai.google.dev/gemini-api/docs/video). A token is about four
  // letters of English, but can be a single character of Chinese, which has three bytes: so many bytes fit in any
  // script.
  static constexpr std::size_t kMostPromptBytes = 3'000;

  absl::StatusOr<std::vector<Scene>> Write(const std::string& response_text, const Context& context,
                                           const VideoOptions& options) override;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_PLAIN_PLAIN_STORYBOARDER_H_
