#ifndef VIDEOJOBS_SERVER_DOORS_DOOR_PORTS_H_
#define VIDEOJOBS_SERVER_DOORS_DOOR_PORTS_H_

#include <functional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/clock.h"
#include "adapters/job_reader.h"
#include "adapters/lanes.h"
#include "adapters/log.h"
#include "adapters/video_generator.h"
#include "adapters/video_storage.h"
#include "server/engine/creating.h"
#include "server/engine/sweep_report.h"

namespace videojobs {

// Runs one sweep over at most `max_jobs` jobs, for at most `time_limit`. Thread-safe. Errors as in JobWork.
using SweepCall = std::function<absl::StatusOr<SweepReport>(int max_jobs, absl::Duration time_limit)>;

// What is behind the doors. All of it is thread-safe and outlives them.
struct DoorPorts {
  Creating& creating;
  SweepCall sweep;
  JobReader& reader;
  Lanes& lanes;
  VideoStorage& storage;
  const VideoGenerator& generator;  // for its usual times only
  Clock& clock;
  Log& log;
  bool generation_enabled = true;  // VIDEO_GENERATION_ENABLED
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_DOORS_DOOR_PORTS_H_
