#ifndef VIDEOJOBS_SERVER_ASSEMBLY_GENERATORS_H_
#define VIDEOJOBS_SERVER_ASSEMBLY_GENERATORS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "adapters/clock.h"
#include "adapters/http/client.h"
#include "adapters/price_table.h"
#include "adapters/video_generator.h"
#include "server/engine/generators.h"
#include "server/settings.h"

namespace videojobs {

// The doors to Google that the settings open: the one for new jobs, and every other that there are credentials for.
struct OpenGenerators {
  std::unique_ptr<VideoGenerator> chosen;
  std::vector<std::unique_ptr<VideoGenerator>> others;
  std::vector<std::unique_ptr<VideoGenerator>> spares;  // bring home only, see SpareDoor
  // Of the providers that no door above is for; a spare one is among `spares`.
  ClosedDoors not_open;
  // Why further ones stay closed although credentials for them are named, a line each: jobs of theirs wait.
  std::vector<std::string> closed;
  // What will keep new jobs waiting, as far as is known without asking anybody: one sentence; empty: nothing.
  std::string warning;

  Generators All() const;
};

// `mock_url` is the address of the simulator in MOCK_MODE, else empty. Settings, clients and clock are borrowed. `paid`
// makes the starts, which nobody cuts off. INVALID_ARGUMENT: a setting is wrong or missing, in a line that names it.
absl::StatusOr<OpenGenerators> OpenTheGenerators(const Settings& settings, const std::string& mock_url,
                                                 const PriceTable& prices, http::Client& paid, http::Client& free,
                                                 Clock& clock);

// The built-in prices, and those of VIDEOJOBS_PRICE_FILE in their place: what it says of a short name is meant for the
// model of every door that has the name. INVALID_ARGUMENT: the file is wrong.
absl::StatusOr<PriceTable> PricesOf(const Settings& settings);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ASSEMBLY_GENERATORS_H_
