#include "server/assembly/storages.h"

#include <utility>

#include "adapters/filesystem/file_video_storage.h"
#include "adapters/supabase/supabase_video_storage.h"
#include "adapters/supabase/wire.h"

namespace videojobs {

absl::StatusOr<std::unique_ptr<VideoStorage>> OpenTheStorage(const Settings& settings, http::Client& client) {
  if (settings.storage == StorageKind::kFilesystem) {
    auto files = FileVideoStorage::Open(settings.storage_directory);
    if (!files.ok()) return files.status();
    return std::unique_ptr<VideoStorage>(*std::move(files));
  }
  auto endpoint = supabase::MakeEndpoint(settings.supabase_url, settings.supabase_service_role_key.Reveal(),
                                         settings.supabase_bucket, settings.insecure);
  if (!endpoint.ok()) return endpoint.status();
  return std::unique_ptr<VideoStorage>(std::make_unique<SupabaseVideoStorage>(client, *std::move(endpoint)));
}

}  // namespace videojobs
