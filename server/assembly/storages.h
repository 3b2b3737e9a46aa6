#ifndef VIDEOJOBS_SERVER_ASSEMBLY_STORAGES_H_
#define VIDEOJOBS_SERVER_ASSEMBLY_STORAGES_H_

#include <memory>

#include "absl/status/statusor.h"
#include "adapters/http/client.h"
#include "adapters/video_storage.h"
#include "server/settings.h"

namespace videojobs {

// Where videos go: Supabase or a folder. `client` is borrowed. Errors as the storages' own.
absl::StatusOr<std::unique_ptr<VideoStorage>> OpenTheStorage(const Settings& settings, http::Client& client);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ASSEMBLY_STORAGES_H_
