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
  if (answer.kind == PollKind::kGone && AgeOf(clip, now) >= kGoogleKeepsFor) return true;
  return WasSilentTooLong(now - LastHeard(clip.accepted_at, clip.last_answer_at, now), clip.troubles + 1);
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
  if (IsUnwanted(held.job())) Cancel(held, index, door);
  if (held.abandoned()) return;
  const PollAnswer answer = door.Poll(clip.operation_name);
  // What a stopping server cut off says nothing about the operation.
  const bool silent = answer.kind == PollKind::kTroubled || answer.kind == PollKind::kGone;
  if (stopping_ && silent) return;
  if (silent && !ports_.generators.Has(held.job().provider)) return LeaveToOthers(held, index, answer);
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
      return GiveUpOrWait(held, index, door, answer);
  }
}

// Nobody will see this video: where the provider can stop it, it costs nothing. The poll says what became of it.
void Polling::Cancel(HeldJob& held, int index, VideoGenerator& door) {
  if (CannotCancel(door.provider())) return;
  // A person may have asked for the video again since this job was claimed.
  const auto now = ports_.reader.Get({held.job().id});
  if (!now.ok()) return;
  if (now->empty() || !IsUnwanted(now->front())) {
    return held.Abandon(absl::AbortedError("its video is wanted again"));
  }
  const std::string& operation = held.clip(index).operation_name;
  const absl::Status asked = door.Cancel(operation);
  if (absl::IsUnimplemented(asked)) NoteCannotCancel(door.provider());
  held.Say(asked.ok() ? Severity::kInfo : Severity::kWarning, Component::kGenerator,
           asked.ok() ? "the provider was asked to cancel the operation"
                      : "the operation could not be cancelled; it is followed for its cost",
           {{"operation", operation}, {"error", std::string(asked.message())}});
}

bool Polling::CannotCancel(const std::string& provider) {
  const std::lock_guard lock(mutex_);
  return cannot_cancel_.count(provider) == 1;
}

void Polling::NoteCannotCancel(const std::string& provider) {
  const std::lock_guard lock(mutex_);
  cannot_cancel_.insert(provider);
}

// Without the provider's credentials nothing is learned about the operation, however long it lasts.
void Polling::LeaveToOthers(HeldJob& held, int index, const PollAnswer& why) {
  held.Note({.clip = index,
             .troubled = held.clip(index).troubles == 0,
             .detail = why.detail,
             .next_poll_in = NextPollIn(AgeOf(held.clip(index), held.Now()), ports_.ids.NewFraction())});
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

// Where the start was told to put its video, that may lie long after its operation is forgotten.
absl::StatusOr<std::string> Polling::FindVideo(VideoGenerator& door, const Clip& clip) {
  if (!door.KeepsEvidence() || clip.start_id.empty()) return absl::NotFoundError("nothing carries its start's id");
  const auto operation = door.FindStart(clip.start_id);
  if (!operation.ok()) return operation.status();
  const PollAnswer answer = door.Poll(*operation);
  if (answer.kind == PollKind::kSucceeded) return answer.result;
  return absl::UnavailableError(answer.detail);
}

void Polling::GiveUpOrWait(HeldJob& held, int index, VideoGenerator& door, PollAnswer answer) {
  const Clip& clip = held.clip(index);
  bool expired = HasExpired(clip, answer, held.Now());
  if (expired) {
    const auto video = FindVideo(door, clip);
    if (video.ok()) {
      held.Say(Severity::kInfo, Component::kGenerator, "the video of a forgotten operation was found by its start's id",
               {{"operation", clip.operation_name}, {"start", clip.start_id}});
      return held.Record(index, {.event = ClipEvent::kResultFound, .result = *video, .settled = Settlement::kCharged});
    }
    if (stopping_) return;
    expired = absl::IsNotFound(video.status()) || AgeOf(clip, held.Now()) >= kEvidenceWaitsFor;
    if (!expired) absl::StrAppend(&answer.detail, "; ", std::string(video.status().message()));
  }
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
