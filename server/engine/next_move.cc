#include "server/engine/next_move.h"

#include <algorithm>
#include <initializer_list>

#include "statemachine/job_machine.h"

namespace videojobs {
namespace {

bool AnyIn(const Job& job, std::initializer_list<ClipState> states) {
  return std::any_of(job.clips.begin(), job.clips.end(), [&](const Clip& clip) {
    return std::find(states.begin(), states.end(), clip.state) != states.end();
  });
}

statemachine::Facts FactsOf(const Job& job, const MoveContext& context) {
  statemachine::Facts facts = 0;
  if (AnyIn(job, {ClipState::kStarting})) facts |= job_fact::kIntentOpen;
  if (AnyIn(job, {ClipState::kReady, ClipState::kStored})) facts |= job_fact::kClipUsable;
  if (AnyIn(job, {ClipState::kRunning, ClipState::kReady, ClipState::kStored})) facts |= job_fact::kClipKept;
  if (AnyIn(job, {ClipState::kStarting, ClipState::kUnknown})) facts |= job_fact::kStartBlocked;
  if (!context.placeholder_url.empty()) facts |= job_fact::kPlaceholder;
  if (context.may_publish) facts |= job_fact::kMayPublish;
  return facts;
}

// The clip whose reason counts most for its job.
const Clip* DecisiveClip(const Job& job) {
  const Clip* decisive = nullptr;
  for (const Clip& clip : job.clips) {
    const FailureReason so_far = decisive ? decisive->reason : FailureReason::kNone;
    if (clip.reason != FailureReason::kNone && CountsMore(clip.reason, so_far) != so_far) decisive = &clip;
  }
  return decisive;
}

bool MayStillStart(const Job& job) {
  return job.clips.empty() || AnyIn(job, {ClipState::kPlanned, ClipState::kStarting});
}

// What it has then, it had when it was stopped: followed for its cost only.
bool WasStopped(const Job& job) {
  return job.reason == FailureReason::kCancelled || job.reason == FailureReason::kEscalationGone;
}

// The event that a job's clips amount to, if any.
std::optional<JobEvent> EventOfClips(const Job& job) {
  const bool accepted = AnyIn(job, {ClipState::kRunning, ClipState::kReady, ClipState::kStored});
  const bool may_start = MayStillStart(job);
  const bool lost = std::any_of(job.clips.begin(), job.clips.end(),
                                [](const Clip& clip) { return clip.reason == FailureReason::kDeliveryFailed; });
  switch (job.state) {
    case JobState::kPending:
      if (accepted) return JobEvent::kStartAccepted;
      if (!may_start) return JobEvent::kStartsExhausted;
      return std::nullopt;
    case JobState::kProcessing:
      if (may_start || AnyIn(job, {ClipState::kRunning, ClipState::kReady})) return std::nullopt;
      if (accepted) return JobEvent::kDelivered;
      return lost ? JobEvent::kResultLost : JobEvent::kClipsEnded;
    case JobState::kFailed:
      // Only a start believed lost can be accepted behind a failed job's back, whatever counted more when it failed.
      if (accepted && !WasStopped(job)) return JobEvent::kStartAccepted;
      return std::nullopt;
    case JobState::kNone:
    case JobState::kCompleted:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<JobEvent> EventOf(const Job& job, const MoveContext& context) {
  if (!IsFinished(job.state) && job.stop_requested == FailureReason::kCancelled) return JobEvent::kCancelled;
  if (!IsFinished(job.state) && job.stop_requested == FailureReason::kEscalationGone) return JobEvent::kEscalationGone;
  const bool accepted = AnyIn(job, {ClipState::kRunning, ClipState::kReady, ClipState::kStored});
  if (job.state == JobState::kPending && !accepted && MayStillStart(job) &&
      StartDeadlinePassed(job, context.now, context.start_deadline)) {
    return JobEvent::kStartDeadlinePassed;
  }
  return EventOfClips(job);
}

// Why a job fails by this event.
FailureReason ReasonFor(const Job& job, JobEvent event) {
  if (event == JobEvent::kCancelled) return FailureReason::kCancelled;
  if (event == JobEvent::kEscalationGone) return FailureReason::kEscalationGone;
  // What may be charged counts more than what never started.
  if (event == JobEvent::kStartDeadlinePassed) {
    return AnyIn(job, {ClipState::kUnknown}) ? FailureReason::kStartUnknown : FailureReason::kDeadline;
  }
  if (event == JobEvent::kResultLost) return FailureReason::kDeliveryFailed;
  const Clip* decisive = DecisiveClip(job);
  return decisive ? decisive->reason : FailureReason::kGenerationFailed;
}

}  // namespace

bool StartDeadlinePassed(const Job& job, absl::Time now, absl::Duration start_deadline) {
  return now - job.pending_since > start_deadline;
}

std::optional<JobMove> NextMove(const Job& job, const MoveContext& context) {
  const auto event = EventOf(job, context);
  if (!event || (*event == JobEvent::kDelivered && context.delivered_url.empty())) return std::nullopt;
  const JobRow& row = Decide(job.state, *event, FactsOf(job, context));
  if (row.answer != statemachine::Answer::kMoves) return std::nullopt;

  JobMove move{.from = job.state, .event = *event, .to = row.to};
  if (row.to == JobState::kFailed) {
    move.reason = ReasonFor(job, *event);
    if (const Clip* decisive = DecisiveClip(job)) move.detail = decisive->detail;
  }
  if (row.to == JobState::kCompleted) {
    move.video_is_placeholder = *event == JobEvent::kResultLost;
    move.video_url = move.video_is_placeholder ? context.placeholder_url : context.delivered_url;
  }
  return move;
}

}  // namespace videojobs
