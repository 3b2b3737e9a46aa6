#include "server/doors/http_json.h"

#include <optional>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "adapters/refusal.h"
#include "nlohmann/json.hpp"

namespace videojobs {
namespace {

using Json = nlohmann::ordered_json;  // in the order in which the fields are documented

// A provider's words may hold bytes that are not UTF-8.
std::string Dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

Json Moment(const std::optional<absl::Time>& time) {
  if (!time || *time == absl::InfiniteFuture()) return nullptr;
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", *time, absl::UTCTimeZone());
}

Json Lane(const ClosedLane& lane) {
  const bool has_end = lane.reason != LaneReason::kSwitchedOff;
  return {{"provider", lane.key.provider},
          {"model", lane.key.model},
          {"reason", std::string_view(Name(lane.reason))},
          {"detail", lane.detail},
          {"closed_until", has_end ? Moment(lane.closed_until) : Json()}};
}

Json Poll(bool success, const SweepReport& report, const std::string& message) {
  Json lanes = Json::array();
  for (const ClosedLane& lane : report.closed_lanes) lanes.push_back(Lane(lane));
  return {{"success", success},
          {"created", report.created},
          {"polled", report.polled},
          {"completed", report.completed},
          {"failed", report.failed},
          {"duration", absl::ToInt64Milliseconds(report.duration)},
          {"message", message},
          {"adopted", report.adopted},
          {"deferred", report.deferred},
          {"remaining_due", report.remaining_due},
          {"closed_lanes", std::move(lanes)}};
}

}  // namespace

std::string PollJson(const SweepReport& report) {
  std::string message = absl::StrCat("created ", report.created, ", polled ", report.polled, ", completed ",
                                     report.completed, ", failed ", report.failed);
  if (!report.closed_lanes.empty()) absl::StrAppend(&message, "; some starts wait, see closed_lanes");
  return Dump(Poll(true, report, message));
}

std::string PollErrorJson(const absl::Status& status) { return Dump(Poll(false, {}, std::string(status.message()))); }

std::string StatusJson(const Job& job, const JobView& view) {
  return Dump(
      {{"escalation_id", job.escalation_id},
       {"job_id", job.id},
       {"status", std::string_view(Name(job.state))},
       {"video_url", job.video_url.empty() ? Json() : Json(job.video_url)},
       {"video_is_placeholder", job.video_is_placeholder},
       {"progress_percent", view.progress_percent},
       {"explanation", view.explanation},
       {"advice", view.advice},
       {"failure_reason", job.reason == FailureReason::kNone ? Json() : Json(std::string_view(Name(job.reason)))},
       {"mock", job.mock},
       {"usual_duration_seconds", absl::ToDoubleSeconds(view.usual_duration)},
       {"waiting_for_lane", view.waiting_for_lane ? Lane(*view.waiting_for_lane) : Json()},
       {"create_time", Moment(job.created_at)},
       {"update_time", Moment(job.updated_at)},
       {"finish_time", Moment(job.finished_at)},
       {"next_due_time", Moment(job.due_at)}});
}

std::string ErrorJson(absl::string_view message, absl::string_view reason) {
  return Dump({{"error", std::string(message)}, {"reason", std::string(reason)}});
}

}  // namespace videojobs
