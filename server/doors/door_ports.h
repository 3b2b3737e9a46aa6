#ifndef VIDEOJOBS_SERVER_DOORS_DOOR_PORTS_H_
#define VIDEOJOBS_SERVER_DOORS_DOOR_PORTS_H_

#include <cstdint>
#include <functional>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/audit.h"
#include "adapters/clock.h"
#include "adapters/job_reader.h"
#include "adapters/lanes.h"
#include "adapters/log.h"
#include "adapters/video_storage.h"
#include "server/engine/cancelling.h"
#include "server/engine/creating.h"
#include "server/engine/generators.h"
#include "server/engine/retrying.h"
#include "server/engine/sweep_report.h"

namespace videojobs {

// Runs one sweep over at most `max_jobs` jobs, for at most `time_limit`. Thread-safe. Errors as in JobWork.
using SweepCall = std::function<absl::StatusOr<SweepReport>(int max_jobs, absl::Duration time_limit)>;

// What is behind the doors. All of it is thread-safe and outlives them.
struct DoorPorts {
  Creating& creating;
  Retrying& retrying;
  Cancelling& cancelling;
  SweepCall sweep;
  JobReader& reader;
  Audit& audit;
  Lanes& lanes;
  VideoStorage& storage;
  Generators generators;  // for what is free: its usual times, its operations
  Clock& clock;
  Log& log;
  bool generation_enabled = true;                  // VIDEO_GENERATION_ENABLED
  std::optional<std::int64_t> daily_cap_micros{};  // VIDEO_DAILY_SPEND_LIMIT_USD
  std::optional<std::int64_t> total_cap_micros{};  // VIDEO_TOTAL_SPEND_LIMIT_USD
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_DOORS_DOOR_PORTS_H_
