#ifndef VIDEOJOBS_SERVER_DOORS_CALLER_STATUS_H_
#define VIDEOJOBS_SERVER_DOORS_CALLER_STATUS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "adapters/log.h"

namespace videojobs {

// What a caller may know of an error: the one place where both doors decide it. Always carries a Refusal.
//   a status with a Refusal             as it is
//   UNAVAILABLE, ABORTED                UNAVAILABLE, DATABASE_UNAVAILABLE: nothing was done, call again
//   UNKNOWN                             UNKNOWN, OUTCOME_UNKNOWN: the answer to the commit was lost
//   all others                          INTERNAL, INTERNAL_ERROR: the log says more
// What is not told (SQL, hosts, file names) is logged, with the name of the `call`. `status` is not OK.
absl::Status ForCaller(const absl::Status& status, absl::string_view call, Log& log);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_DOORS_CALLER_STATUS_H_
