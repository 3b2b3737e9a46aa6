// generateContent for storyboards as pure functions: what we ask, and what its answers mean.
// https://ai.google.dev/api/generate-content, https://ai.google.dev/gemini-api/docs/structured-output
#ifndef VIDEOJOBS_ADAPTERS_GEMINI_WIRE_H_
#define VIDEOJOBS_ADAPTERS_GEMINI_WIRE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "adapters/google/detail.h"
#include "adapters/http/message.h"
#include "adapters/job.h"

namespace videojobs::gemini {

// As much as a scene of a caller's own may have.
inline constexpr std::size_t kMostPromptBytes = 4000;

// The body that asks for a storyboard. The professor's text and the context are strangers' words: they go into the
// user's turn as the strings of a JSON object, which they cannot end, and the system's turn says that whatever stands
// there is material and never an instruction. Text that is not UTF-8 is repaired.
std::string StoryboardBody(const std::string& response_text, const Context& context, const VideoOptions& options);

// The scenes in an answer, of the length that the options ask for. UNAVAILABLE: no 2xx. FAILED_PRECONDITION: blocked,
// cut, or stopped for another reason. INVALID_ARGUMENT: it is off the schema: no JSON, no scene or too many, a prompt
// that is empty or too long. The message says which, and never repeats a text.
absl::StatusOr<std::vector<Scene>> ScenesIn(const http::Response& response, const VideoOptions& options,
                                            const google::Hidden& hidden);

}  // namespace videojobs::gemini

#endif  // VIDEOJOBS_ADAPTERS_GEMINI_WIRE_H_
