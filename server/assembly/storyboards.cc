#include "server/assembly/storyboards.h"

#include <utility>

#include "adapters/gemini/gemini_storyboarder.h"
#include "adapters/plain/plain_storyboarder.h"

namespace videojobs {

absl::StatusOr<std::unique_ptr<Storyboarder>> OpenTheStoryboarder(const Settings& settings, const std::string& mock_url,
                                                                  http::Client& client) {
  if (!settings.gemini_storyboards) return std::make_unique<PlainStoryboarder>();
  gemini::Options options;
  options.api_key = mock_url.empty() ? settings.google_api_key.Reveal() : "mock";
  options.model = settings.storyboard_model;
  const std::string& base_url = mock_url.empty() ? settings.gemini_base_url : mock_url;
  options.plain_http = settings.insecure;
  if (!base_url.empty()) options.base_url = base_url;
  auto opened = gemini::GeminiStoryboarder::Create(std::move(options), client);
  if (!opened.ok()) return opened.status();
  return std::unique_ptr<Storyboarder>(*std::move(opened));
}

}  // namespace videojobs
