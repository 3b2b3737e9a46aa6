#ifndef VIDEOJOBS_SERVER_ASSEMBLY_LOOKING_H_
#define VIDEOJOBS_SERVER_ASSEMBLY_LOOKING_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "adapters/http/client.h"
#include "server/settings.h"

namespace videojobs {

// What `videojobs doctor` asks of concrete adapters beyond what a server opens. All of it is free of charge.

// Where the chosen provider is asked, without a path of its API. `location` is the chosen door's.
std::string AddressOfProvider(const Settings& settings, const std::string& location);

// Whether the model of the storyboards is there for this key; errors as VideoGenerator::CheckModel.
absl::Status CheckStoryboardModel(const Settings& settings, http::Client& client);

// The largest object that the storage says it takes, in bytes; nothing: it says none. Errors as VideoStorage.
absl::StatusOr<std::optional<std::int64_t>> LargestObject(const Settings& settings, http::Client& client);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ASSEMBLY_LOOKING_H_
