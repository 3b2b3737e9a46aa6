#ifndef VIDEOJOBS_ADAPTERS_GEMINI_GEMINI_STORYBOARDER_H_
#define VIDEOJOBS_ADAPTERS_GEMINI_GEMINI_STORYBOARDER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "adapters/google/gemini_api.h"
#include "adapters/http/client.h"
#include "adapters/storyboarder.h"

namespace videojobs::gemini {

struct Options {
  std::string api_key;
  std::string base_url = google::kGeminiBaseUrl;
  bool plain_http = false;  // the base URL may be http:// beyond this machine
  // 3.5 was retired and is answered by this one: https://ai.google.dev/gemini-api/docs/changelog (2026-10-08)
  std::string model = "gemini-3.6-flash";
  // Whoever waits is a paid start: it does not wait for long, and not twice.
  http::Limits limits{absl::Seconds(5), absl::Seconds(20), absl::Seconds(10), absl::Seconds(25)};
};

// Storyboards by a Gemini text model (https://ai.google.dev/gemini-api/docs/structured-output): one call, never
// repeated. Every error is the caller's cue to take the plain storyboarder. Thread-safe.
class GeminiStoryboarder : public Storyboarder {
 public:
  // `client` is borrowed. INVALID_ARGUMENT: the key or the base URL as google::GeminiApi::Create, or the model is no
  // name of one.
  static absl::StatusOr<std::unique_ptr<GeminiStoryboarder>> Create(Options options, http::Client& client);

  // Errors as ScenesIn; UNAVAILABLE also for no answer.
  absl::StatusOr<std::vector<Scene>> Write(const std::string& response_text, const Context& context,
                                           const VideoOptions& options) override;

 private:
  GeminiStoryboarder(Options options, google::GeminiApi api, http::Client& client);

  const Options options_;
  const google::GeminiApi api_;
  http::Client& client_;
};

}  // namespace videojobs::gemini

#endif  // VIDEOJOBS_ADAPTERS_GEMINI_GEMINI_STORYBOARDER_H_
