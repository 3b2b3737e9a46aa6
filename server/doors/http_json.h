#ifndef VIDEOJOBS_SERVER_DOORS_HTTP_JSON_H_
#define VIDEOJOBS_SERVER_DOORS_HTTP_JSON_H_

#include <string>

#include "absl/status/status.h"
#include "adapters/job.h"
#include "server/doors/job_view.h"
#include "server/engine/sweep_report.h"

namespace videojobs {

// What the HTTP door answers, as JSON. Times are RFC 3339 in UTC, states lower-case words. Pure.

// {"success":true,"created","polled","completed","failed","duration","message", "adopted","deferred","remaining_due",
// "closed_lanes"}; the duration is a number of milliseconds.
std::string PollJson(const SweepReport& report);
// The same names with zeros, "success":false and the error's words, for a poll that could not be done.
std::string PollErrorJson(const absl::Status& status);
// {"escalation_id","job_id","status","video_url","progress_percent","explanation","advice","failure_reason",…}
std::string StatusJson(const Job& job, const JobView& view);
// {"error":"…","reason":"JOB_NOT_FOUND"}
std::string ErrorJson(absl::string_view message, absl::string_view reason);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_DOORS_HTTP_JSON_H_
