#include "server/doors/poll_call.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "server/doors/caller_status.h"

namespace videojobs {

absl::StatusOr<SweepReport> PollForCaller(const DoorPorts& ports, absl::string_view call, int max_jobs,
                                          absl::Duration time_limit) {
  auto report = ports.sweep(max_jobs, time_limit);
  if (!report.ok()) return ForCaller(report.status(), call, ports.log);
  ports.log.Write({Severity::kInfo,
                   Component::kPollApi,
                   "polled for a caller",
                   {{"call", std::string(call)},
                    {"adopted", absl::StrCat(report->adopted)},
                    {"created", absl::StrCat(report->created)},
                    {"polled", absl::StrCat(report->polled)},
                    {"completed", absl::StrCat(report->completed)},
                    {"failed", absl::StrCat(report->failed)},
                    {"deferred", absl::StrCat(report->deferred)},
                    {"remaining_due", absl::StrCat(report->remaining_due)},
                    {"duration_ms", absl::StrCat(absl::ToInt64Milliseconds(report->duration))}}});
  return report;
}

}  // namespace videojobs
