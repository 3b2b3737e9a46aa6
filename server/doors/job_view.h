#ifndef VIDEOJOBS_SERVER_DOORS_JOB_VIEW_H_
#define VIDEOJOBS_SERVER_DOORS_JOB_VIEW_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "adapters/job.h"
#include "adapters/lanes.h"
#include "server/doors/door_ports.h"

namespace videojobs {

// How a job looks from outside: the words and the estimates that both doors show. No texts, prompts or names.
struct JobView {
  std::string explanation;  // where it stands and why, as a sentence
  std::string advice;       // what a person can do now; empty where nothing needs to be done
  int progress_percent = 0;
  absl::Duration usual_duration;
  std::optional<ClosedLane> waiting_for_lane;
};

// What a view depends on beside the job itself.
struct Surroundings {
  std::vector<ClosedLane> closed_lanes;
  bool generation_enabled = true;
  absl::Time now;  // for estimates only
};

// What the door to the job's provider says of it.
struct DoorFacts {
  absl::Duration usual;        // how long the job's model usually takes
  std::string alternatives{};  // what can be asked for in place of the model
  bool missing = false;        // this server has no credentials for the provider
};

// Pure.
JobView ViewOf(const Job& job, const DoorFacts& door, const Surroundings& around);

// A view per job. Reads the lanes only where a job waits for one. Errors as in Lanes.
absl::StatusOr<std::vector<JobView>> ViewsOf(absl::Span<const Job> jobs, const DoorPorts& ports);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_DOORS_JOB_VIEW_H_
