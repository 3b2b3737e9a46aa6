#ifndef VIDEOJOBS_SERVER_ENGINE_SWEEP_REPORT_H_
#define VIDEOJOBS_SERVER_ENGINE_SWEEP_REPORT_H_

#include <vector>

#include "absl/time/time.h"
#include "adapters/lanes.h"

namespace videojobs {

// What one sweep did: distinct jobs changed by it. One job may count in several.
struct SweepReport {
  int adopted = 0;  // rows of the web app that became jobs
  int created = 0;  // first start accepted
  int polled = 0;   // operation asked at least once
  int completed = 0;
  int failed = 0;
  int deferred = 0;       // lane closed, generation switched off, or delivery in trouble
  int remaining_due = 0;  // due, but not worked on
  absl::Duration duration;
  std::vector<ClosedLane> closed_lanes;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_SWEEP_REPORT_H_
