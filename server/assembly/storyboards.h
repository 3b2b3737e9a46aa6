#ifndef VIDEOJOBS_SERVER_ASSEMBLY_STORYBOARDS_H_
#define VIDEOJOBS_SERVER_ASSEMBLY_STORYBOARDS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "adapters/http/client.h"
#include "adapters/storyboarder.h"
#include "server/settings.h"

namespace videojobs {

// Who writes storyboards as VIDEOJOBS_STORYBOARDS says. `mock_url` as for OpenTheGenerators; `client` is borrowed.
// INVALID_ARGUMENT: a setting is wrong, in a line that names it.
absl::StatusOr<std::unique_ptr<Storyboarder>> OpenTheStoryboarder(const Settings& settings, const std::string& mock_url,
                                                                  http::Client& client);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ASSEMBLY_STORYBOARDS_H_
