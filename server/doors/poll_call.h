#ifndef VIDEOJOBS_SERVER_DOORS_POLL_CALL_H_
#define VIDEOJOBS_SERVER_DOORS_POLL_CALL_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/doors/door_ports.h"
#include "server/engine/sweep_report.h"

namespace videojobs {

inline constexpr int kDefaultPollJobs = 100;
inline constexpr int kMostPollJobs = 1000;

// One sweep for a caller, with one log line of its counts. `call` names the door's call in that line. Errors are fit
// for the caller (caller_status.h) and logged.
absl::StatusOr<SweepReport> PollForCaller(const DoorPorts& ports, absl::string_view call, int max_jobs,
                                          absl::Duration time_limit);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_DOORS_POLL_CALL_H_
