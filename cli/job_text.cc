#include "cli/job_text.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "cli/call_error.h"

namespace videojobs::cli {
namespace {

constexpr int kBarWidth = 24;
constexpr absl::Duration kSameLength = absl::Milliseconds(500);

std::string CostText(const v1::Cost& cost) {
  std::string text = DollarsText(cost.charged_micros()) + " charged";
  if (cost.reserved_micros() != 0) {
    absl::StrAppend(&text, ", ", DollarsText(cost.reserved_micros()), " reserved");
  }
  if (cost.held_micros() != 0) {
    absl::StrAppend(&text, ", ", DollarsText(cost.held_micros()), " perhaps charged");
  }
  return text;
}

void AppendLine(absl::string_view name, absl::string_view value, std::string& text) {
  if (!value.empty()) absl::StrAppendFormat(&text, "%-12s%s\n", std::string(name), Printable(value));
}

absl::Duration DurationOf(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

// What the file says of itself, and what was asked for where that is something else: providers round.
std::string LengthText(const v1::Job& job) {
  const absl::Duration length = DurationOf(job.video_file().duration());
  if (length == absl::ZeroDuration()) return "";
  const auto stored = std::find_if(job.clips().begin(), job.clips().end(),
                                   [](const v1::Clip& clip) { return clip.state() == v1::CLIP_STATE_STORED; });
  std::string text = absl::StrFormat("%.1f s", absl::ToDoubleSeconds(length));
  if (stored == job.clips().end()) return text;
  const absl::Duration asked = absl::Seconds(stored->duration_seconds());
  if (absl::AbsDuration(length - asked) < kSameLength) return text;
  return absl::StrCat(text, ", and not the ", stored->duration_seconds(), " s that were asked for");
}

}  // namespace

std::string Words(absl::string_view name, absl::string_view prefix) {
  if (absl::StartsWith(name, prefix)) name.remove_prefix(prefix.size());
  return absl::StrReplaceAll(absl::AsciiStrToLower(name), {{"_", " "}});
}

std::string TimeText(const google::protobuf::Timestamp& timestamp) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", TimeOf(timestamp), absl::UTCTimeZone());
}

std::string DollarsText(std::int64_t micros) { return absl::StrFormat("$%.2f", static_cast<double>(micros) / 1e6); }

std::string StateWord(v1::JobState state) { return Words(v1::JobState_Name(state), "JOB_STATE_"); }

bool IsFinished(const v1::Job& job) {
  return job.state() == v1::JOB_STATE_COMPLETED || job.state() == v1::JOB_STATE_FAILED;
}

std::string JobText(const v1::Job& job) {
  std::string text;
  AppendLine("job", job.job_id(), text);
  AppendLine("escalation", job.escalation_id(), text);
  AppendLine("state", StateWord(job.state()) + (job.mock() ? " (mock)" : ""), text);
  AppendLine("", job.explanation(), text);
  AppendLine("to do", job.advice(), text);
  AppendLine("model", job.model(), text);
  AppendLine("length", LengthText(job), text);
  for (const v1::Clip& clip : job.clips()) AppendLine("operation", clip.operation_name(), text);
  AppendLine("cost", CostText(job.cost()) + (job.mock() ? " (mock: nothing is paid)" : ""), text);
  AppendLine("created", TimeText(job.create_time()) + " UTC", text);
  if (job.has_finish_time()) AppendLine("finished", TimeText(job.finish_time()) + " UTC", text);
  if (!job.video_url().empty()) absl::StrAppend(&text, Printable(job.video_url()), "\n");
  return text;
}

std::string ListHeader() {
  return absl::StrFormat("%-36s  %-10s  %-19s  %s\n", "JOB", "STATE", "CREATED (UTC)", "ESCALATION");
}

std::string ListLine(const v1::Job& job) {
  return absl::StrFormat("%-36s  %-10s  %-19s  %s\n", Printable(job.job_id()), StateWord(job.state()),
                         TimeText(job.create_time()),
                         job.escalation_id().empty() ? "-" : Printable(job.escalation_id()));
}

std::string ClosedLaneText(const v1::ClosedLane& lane) {
  std::string text = absl::StrCat(Printable(lane.provider()), " ", Printable(lane.model()),
                                  " waits: ", Words(v1::LaneReason_Name(lane.reason()), "LANE_REASON_"));
  if (lane.has_closed_until()) absl::StrAppend(&text, ", until ", TimeText(lane.closed_until()), " UTC");
  if (!lane.detail().empty()) absl::StrAppend(&text, " (", Printable(lane.detail()), ")");
  return text + "\n";
}

std::string ClockText(absl::Duration duration) {
  const auto seconds = std::max<std::int64_t>(0, absl::ToInt64Seconds(duration));
  if (seconds < 3600) return absl::StrFormat("%d:%02d", seconds / 60, seconds % 60);
  return absl::StrFormat("%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string ProgressText(const v1::Job& job, absl::Duration elapsed) {
  const int percent = std::clamp(job.progress_percent(), 0, 100);
  const auto filled = static_cast<std::size_t>(percent * kBarWidth / 100);
  const std::string bar = std::string(filled, '#') + std::string(kBarWidth - filled, ' ');
  std::string text = absl::StrFormat("[%s] %3d %%  %s  %s", bar, percent, StateWord(job.state()), ClockText(elapsed));
  if (job.has_usual_duration()) {
    absl::StrAppend(&text, ", usually ", ClockText(DurationOf(job.usual_duration())));
  }
  return text;
}

std::string JsonText(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string text;
  const auto status = google::protobuf::util::MessageToJsonString(message, &text, options);
  return status.ok() ? text + "\n" : "";
}

absl::Time TimeOf(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

}  // namespace videojobs::cli
