#include "server/doors/job_proto.h"

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/time/time.h"
#include "server/doors/shorten.h"

namespace videojobs {
namespace {

constexpr std::size_t kLongestDetail = 300;

void SetDuration(absl::Duration duration, google::protobuf::Duration& out) {
  absl::Duration rest;
  out.set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &rest));
  out.set_nanos(static_cast<std::int32_t>(absl::ToInt64Nanoseconds(rest)));
}

void SetClip(const Clip& clip, v1::Clip& out) {
  out.set_index(clip.index);
  out.set_state(ToProto(clip.state));
  out.set_operation_name(clip.operation_name);
  out.set_attempts(clip.attempts);
  out.set_polls(clip.polls);
  out.set_detail(Shorten(clip.detail, kLongestDetail));
  out.set_failure_reason(ToProto(clip.reason));
  out.set_duration_seconds(clip.scene.duration_seconds);
  if (clip.accepted_at) SetTime(*clip.accepted_at, *out.mutable_accept_time());
  out.set_start_id(clip.start_id);
  if (clip.next_poll_at) SetTime(*clip.next_poll_at, *out.mutable_next_poll_time());
}

// The file that the job's URL leads to; none for a placeholder.
void SetVideoFile(const Job& job, v1::Job& out) {
  if (job.state != JobState::kCompleted || job.video_is_placeholder) return;
  for (const Clip& clip : job.clips) {
    if (!clip.stored) continue;
    out.mutable_video_file()->set_bytes(clip.stored->bytes);
    out.mutable_video_file()->set_sha256(clip.stored->sha256);
    SetDuration(clip.stored->duration, *out.mutable_video_file()->mutable_duration());
    return;
  }
}

}  // namespace

void SetTime(absl::Time time, google::protobuf::Timestamp& out) {
  const std::int64_t seconds = absl::ToUnixSeconds(time);
  out.set_seconds(seconds);
  out.set_nanos(static_cast<std::int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

// The enums have the same numbers on both sides; a test compares every name.
v1::JobState ToProto(JobState state) { return static_cast<v1::JobState>(state); }
v1::ClipState ToProto(ClipState state) { return static_cast<v1::ClipState>(state); }
v1::FailureReason ToProto(FailureReason reason) { return static_cast<v1::FailureReason>(reason); }
v1::LaneReason ToProto(LaneReason reason) { return static_cast<v1::LaneReason>(reason); }

void ToProto(const ClosedLane& lane, v1::ClosedLane& out) {
  out.set_provider(lane.key.provider);
  out.set_model(lane.key.model);
  out.set_reason(ToProto(lane.reason));
  out.set_detail(Shorten(lane.detail, kLongestDetail));
  if (lane.reason != LaneReason::kSwitchedOff) SetTime(lane.closed_until, *out.mutable_closed_until());
}

void ToProto(const Job& job, const JobView& view, v1::Job& out) {
  out.set_job_id(job.id);
  out.set_escalation_id(job.escalation_id);
  out.set_state(ToProto(job.state));
  out.set_failure_reason(ToProto(job.reason));
  out.set_explanation(view.explanation);
  out.set_advice(view.advice);
  for (const Clip& clip : job.clips) SetClip(clip, *out.add_clips());
  out.set_provider(job.provider);
  out.set_model(job.options.model);
  out.set_progress_percent(view.progress_percent);
  if (job.due_at) SetTime(*job.due_at, *out.mutable_next_due_time());
  out.set_video_url(job.video_url);
  out.set_video_is_placeholder(job.video_is_placeholder);
  out.set_mock(job.mock);
  out.mutable_cost()->set_reserved_micros(job.cost.reserved_micros);
  out.mutable_cost()->set_charged_micros(job.cost.charged_micros);
  out.mutable_cost()->set_held_micros(job.cost.held_micros);
  SetTime(job.created_at, *out.mutable_create_time());
  SetTime(job.updated_at, *out.mutable_update_time());
  if (job.finished_at) SetTime(*job.finished_at, *out.mutable_finish_time());
  SetVideoFile(job, out);
  SetDuration(view.usual_duration, *out.mutable_usual_duration());
  out.set_cancel_requested(!IsFinished(job.state) && job.stop_requested == FailureReason::kCancelled);
  if (view.waiting_for_lane) ToProto(*view.waiting_for_lane, *out.mutable_waiting_for_lane());
}

void ToProto(const SweepReport& report, v1::PollAllResponse& out) {
  out.set_adopted(report.adopted);
  out.set_created(report.created);
  out.set_polled(report.polled);
  out.set_completed(report.completed);
  out.set_failed(report.failed);
  out.set_deferred(report.deferred);
  out.set_remaining_due(report.remaining_due);
  SetDuration(report.duration, *out.mutable_duration());
  for (const ClosedLane& lane : report.closed_lanes) ToProto(lane, *out.add_closed_lanes());
}

}  // namespace videojobs
