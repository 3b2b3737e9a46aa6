#include "server/engine/polling.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/engine/poll_pace.h"

namespace videojobs {
namespace {

bool IsDue(const Clip& clip, absl::Time now) {
  return clip.state == ClipState::kRunning && (!clip.next_poll_at || *clip.next_poll_at <= now);
}

absl::Duration AgeOf(const Clip& clip, absl::Time now) { return now - clip.accepted_at.value_or(now); }

bool IsUnwanted(const Job& job) {
  return job.state == JobState::kFailed &&
         (job.reason == FailureReason::kCancelled || job.reason == FailureReason::kEscalationGone);
}

// An earlier 403 or 404 is trouble: a rotated key looks the same.
bool HasExpired(const Clip& clip, const PollAnswer& answer, absl::Time now) {
  if (answer.kind == PollKind::kGone) return AgeOf(clip, now) >= kGoogleKeepsFor;
  const absl::Time last_answer = clip.last_answer_at.value_or(clip.accepted_at.value_or(now));
  return now - last_answer >= kSilenceLimit;
}

}  // namespace

void Polling::Run(HeldJob& held) {
  for (std::size_t i = 0; i < held.job().clips.size() && !held.abandoned(); ++i) {
    if (IsDue(held.job().clips[i], held.Now())) PollClip(held, static_cast<int>(i));
  }
}

void Polling::PollClip(HeldJob& held, int index) {
  const Clip& clip = held.clip(index);
  VideoGenerator& door = ports_.generators.Of(held.job().provider);
  // Nobody will see this video: where the provider can stop it, it costs nothing. The poll says what became of it.
  if (IsUnwanted(held.job())) door.Cancel(clip.operation_name).IgnoreError();
  const PollAnswer answer = door.Poll(clip.operation_name);
  held.Count(Counted::kPolled);
  held.Note({.clip = index, .asked = true});
  switch (answer.kind) {
    case PollKind::kRunning:
      return KeepWaiting(held, index, answer);
    case PollKind::kSucceeded:
      held.Say(Severity::kInfo, Component::kGenerator, "operation succeeded", {{"operation", clip.operation_name}});
      return held.Record(
          index, {.event = ClipEvent::kOperationSucceeded, .result = answer.result, .settled = Settlement::kCharged});
    case PollKind::kFailed:
      held.Say(Severity::kError, Component::kGenerator, "operation failed",
               {{"operation", clip.operation_name}, {"detail", answer.detail}});
      return held.Record(index, {.event = ClipEvent::kOperationFailed,
                                 .reason = answer.reason,
                                 .detail = answer.detail,
                                 .settled = Settlement::kNothing});
    case PollKind::kGone:
    case PollKind::kTroubled:
      return GiveUpOrWait(held, index, answer);
  }
}

void Polling::KeepWaiting(HeldJob& held, int index, const PollAnswer& answer) {
  const bool troubled = answer.kind != PollKind::kRunning;
  held.Note({.clip = index,
             .asked = true,
             .answered = !troubled,
             .troubled = troubled,
             .detail = answer.detail,
             .next_poll_in = NextPollIn(AgeOf(held.clip(index), held.Now()), ports_.ids.NewFraction())});
}

void Polling::GiveUpOrWait(HeldJob& held, int index, const PollAnswer& answer) {
  const Clip& clip = held.clip(index);
  const bool expired = HasExpired(clip, answer, held.Now());
  held.Say(Severity::kWarning, Component::kGenerator,
           expired ? "operation expired" : "poll in trouble; asked again next time",
           {{"operation", clip.operation_name},
            {"http_status", absl::StrCat(answer.http_status)},
            {"detail", answer.detail}});
  if (!expired) return KeepWaiting(held, index, answer);
  held.Record(
      index,
      {.event = ClipEvent::kOperationExpired, .reason = FailureReason::kOperationExpired, .detail = answer.detail});
}

}  // namespace videojobs
