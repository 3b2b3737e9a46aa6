#ifndef VIDEOJOBS_SERVER_ENGINE_ENGINE_H_
#define VIDEOJOBS_SERVER_ENGINE_ENGINE_H_

// What every step of the engine works with. The engine knows ports only: no gRPC, no HTTP server, no database.

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "adapters/clock.h"
#include "adapters/id_source.h"
#include "adapters/job_changes.h"
#include "adapters/job_intake.h"
#include "adapters/job_reader.h"
#include "adapters/job_work.h"
#include "adapters/lanes.h"
#include "adapters/log.h"
#include "adapters/scratch.h"
#include "adapters/start_ledger.h"
#include "adapters/storyboarder.h"
#include "adapters/video_storage.h"
#include "server/engine/generators.h"

namespace videojobs {

// All of them outlive the engine and are thread-safe.
struct EnginePorts {
  JobIntake& intake;
  JobWork& work;
  StartLedger& ledger;
  Lanes& lanes;
  JobReader& reader;
  JobChanges& changes;
  Generators generators;
  VideoStorage& storage;
  Storyboarder& storyboarder;
  Storyboarder& plain_storyboarder;
  Scratch& scratch;
  Clock& clock;
  IdSource& ids;
  Log& log;
};

struct EngineSettings {
  bool generation_enabled = true;                             // VIDEO_GENERATION_ENABLED
  bool mock = false;                                          // MOCK_MODE
  AdoptPolicy adopt = AdoptPolicy::kNew;                      // VIDEOJOBS_ADOPT
  std::string default_model = "veo-3.1";                      // VEO_MODEL, for adopted rows
  std::optional<std::int64_t> daily_cap_micros = 25'000'000;  // VIDEO_DAILY_SPEND_LIMIT_USD
  std::optional<std::int64_t> total_cap_micros{};             // VIDEO_TOTAL_SPEND_LIMIT_USD
  std::optional<int> most_under_way{};                        // VIDEOJOBS_MAX_CONCURRENT_OPERATIONS
  std::optional<int> most_per_minute{};                       // VIDEOJOBS_STARTS_PER_MINUTE
  std::string placeholder_url{};                              // VIDEO_PLACEHOLDER_URL
  std::string public_url{};                                   // VIDEOJOBS_PUBLIC_URL, without a slash at its end
  absl::Duration start_deadline = absl::Hours(72);            // VIDEOJOBS_START_DEADLINE
  absl::Duration lease = absl::Seconds(20);                   // a dead replica's jobs move on when it has passed
  int concurrent_calls = 16;                                  // VIDEOJOBS_CONCURRENCY: starts and polls at once
  int concurrent_deliveries = 8;                              // downloads and uploads at once
  int most_deliveries = 1000;                                 // that, and waiting for it; further ones are put off
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_ENGINE_H_
