#include "server/assembly/looking.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "adapters/google/answers.h"
#include "adapters/google/gemini_api.h"
#include "adapters/google/models.h"
#include "adapters/supabase/supabase_video_storage.h"
#include "adapters/vertex/names.h"

namespace videojobs {

std::string AddressOfProvider(const Settings& settings, const std::string& location) {
  if (settings.provider != google::kVertex) {
    return settings.gemini_base_url.empty() ? google::kGeminiBaseUrl : settings.gemini_base_url;
  }
  return settings.vertex_base_url.empty() ? vertex::BaseUrlOf(location) : settings.vertex_base_url;
}

absl::Status CheckStoryboardModel(const Settings& settings, http::Client& client) {
  const std::string base = settings.gemini_base_url.empty() ? google::kGeminiBaseUrl : settings.gemini_base_url;
  const auto api = google::GeminiApi::Create(base, settings.google_api_key.Reveal(), settings.insecure);
  if (!api.ok()) return api.status();
  const http::Limits limits{absl::Seconds(5), absl::Seconds(20), absl::Seconds(10), absl::Seconds(25)};
  const auto answer = client.Send(api->Ask("GET", absl::StrCat("models/", settings.storyboard_model), limits));
  if (!answer.ok()) return absl::UnavailableError(answer.status().message());
  return google::StatusOfCheck(*answer, api->hidden());
}

absl::StatusOr<std::optional<std::int64_t>> LargestObject(const Settings& settings, http::Client& client) {
  if (settings.storage == StorageKind::kFilesystem) return std::optional<std::int64_t>();
  auto endpoint = supabase::MakeEndpoint(settings.supabase_url, settings.supabase_service_role_key.Reveal(),
                                         settings.supabase_bucket, settings.insecure);
  if (!endpoint.ok()) return endpoint.status();
  return SupabaseVideoStorage(client, *std::move(endpoint)).LargestObject();
}

}  // namespace videojobs
