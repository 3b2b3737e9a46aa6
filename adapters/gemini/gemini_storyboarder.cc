#include "adapters/gemini/gemini_storyboarder.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "adapters/gemini/wire.h"
#include "adapters/google/names.h"

namespace videojobs::gemini {

absl::StatusOr<std::unique_ptr<GeminiStoryboarder>> GeminiStoryboarder::Create(Options options, http::Client& client) {
  if (!google::IsModelId(options.model)) {
    return absl::InvalidArgumentError("VIDEOJOBS_STORYBOARD_MODEL is not a model's name like gemini-3.6-flash");
  }
  absl::StatusOr<google::GeminiApi> api = google::GeminiApi::Create(options.base_url, options.api_key, options.plain_http);
  if (!api.ok()) return api.status();
  return std::unique_ptr<GeminiStoryboarder>(new GeminiStoryboarder(std::move(options), *std::move(api), client));
}

GeminiStoryboarder::GeminiStoryboarder(Options options, google::GeminiApi api, http::Client& client)
    : options_(std::move(options)), api_(std::move(api)), client_(client) {}

absl::StatusOr<std::vector<Scene>> GeminiStoryboarder::Write(const std::string& response_text, const Context& context,
                                                             const VideoOptions& options) {
  http::Request post = api_.Ask("POST", absl::StrCat("models/", options_.model, ":generateContent"), options_.limits);
  post.headers.push_back({"Content-Type", "application/json"});
  post.body = StoryboardBody(response_text, context, options);
  const absl::StatusOr<http::Response> response = client_.Send(post);
  if (!response.ok()) return absl::UnavailableError(response.status().message());
  return ScenesIn(*response, options, {api_.key(), {response_text}});
}

}  // namespace videojobs::gemini
