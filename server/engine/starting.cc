#include "server/engine/starting.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/engine/next_move.h"
#include "server/engine/text_check.h"

namespace videojobs {
namespace {

// A call does not go out on less than this part of a lease: it could end before the next renewal.
constexpr int kLeastPartOfLease = 4;
constexpr absl::Duration kSwitchedOffWait = absl::Minutes(1);
// A closed lane is asked for this often at least: a cap may have been raised, or a lane opened by another replica.
constexpr absl::Duration kLongestLaneWait = absl::Minutes(5);
constexpr absl::Duration kDatabaseWait = absl::Seconds(5);
// Jobs that wait for the same thing come back one after another.
constexpr absl::Duration kSpread = absl::Seconds(10);

// Nothing left this process: the clip stays planned, the lane open.
StartOutcome NeverSent(std::string why) {
  StartOutcome outcome;
  outcome.kind = OutcomeKind::kRefused;
  outcome.lane_reason = LaneReason::kOverloaded;
  outcome.detail = std::move(why);
  return outcome;
}

StartOutcome LeftOpen() {
  StartOutcome outcome;
  outcome.kind = OutcomeKind::kUnknown;
  outcome.detail = "the server stopped while this start was under way; nobody saw its answer";
  return outcome;
}

// Whether repeating can help: an unknown commit or a database out of reach, but not "this was decided otherwise".
bool WorthRepeating(const absl::Status& status) {
  return !status.ok() && !absl::IsNotFound(status) && !absl::IsFailedPrecondition(status);
}

// Asks again, ever more slowly, until the answer is one that repeating cannot change. `trouble` hears of every failure.
template <typename Ask, typename Trouble>
absl::Status Repeated(Clock& clock, Ask ask, Trouble trouble) {
  absl::Duration wait = absl::Milliseconds(50);
  absl::Status status = ask();
  while (WorthRepeating(status)) {
    trouble(status);
    clock.Sleep(wait);
    wait = std::min(wait * 2, absl::Seconds(5));
    status = ask();
  }
  return status;
}

}  // namespace

void Starting::Run(HeldJob& held) {
  SettleLeftOpen(held);
  held.Conclude();
  if (held.abandoned() || IsFinished(held.job().state)) return;
  if (held.job().clips.empty() && MayWriteStoryboard(held)) WriteStoryboard(held);
  for (std::size_t i = 0; i < held.job().clips.size() && !held.abandoned() && !stopping_; ++i) {
    if (held.job().clips[i].state == ClipState::kPlanned) StartClip(held, static_cast<int>(i));
  }
}

// An open intent under another lease: its holder is gone, or lost the lease. Nobody can say whether its call went out.
void Starting::SettleLeftOpen(HeldJob& held) {
  const std::vector<Clip> clips = held.job().clips;
  for (const Clip& clip : clips) {
    if (clip.state != ClipState::kStarting) continue;
    const StartOutcome outcome = LeftOpen();
    const absl::Status stored = StoreOutcome(held, clip.start_id, outcome);
    if (!stored.ok()) return held.Abandon(stored);
    held.NoteOutcome(clip.index, clip.start_id, outcome);
  }
}

// Texts go to no text model for what cannot start now. A cap is left to the intent, which alone may judge it.
bool Starting::MayWriteStoryboard(HeldJob& held) {
  if (!HasDoor(held)) return false;
  const auto lanes = ports_.lanes.Closed();
  if (!lanes.ok()) {
    held.Defer(kDatabaseWait);
    return false;
  }
  const Job& job = held.job();
  const auto closed = std::find_if(lanes->begin(), lanes->end(), [&job](const ClosedLane& lane) {
    return lane.key.provider == job.provider && lane.key.model == job.options.model &&
           lane.reason != LaneReason::kSpendingCap;
  });
  if (closed == lanes->end()) return true;
  WaitForLane(held, closed->remaining);
  return false;
}

void Starting::WaitForLane(HeldJob& held, absl::Duration remaining) {
  held.Defer(std::clamp(remaining, kShortWait, kLongestLaneWait) + ports_.ids.NewFraction() * kSpread);
}

void Starting::WriteStoryboard(HeldJob& held) {
  const auto scenes = ScenesFor(held);
  if (stopping_) return;
  if (!scenes.ok()) return held.Abandon(scenes.status());
  std::vector<PlannedClip> clips;
  for (const Scene& scene : *scenes) clips.push_back({scene, ports_.ids.NewSecretName()});
  const absl::Status stored = ports_.work.WriteStoryboardIfHeld(held.lease(), clips);
  if (!stored.ok()) return held.Abandon(stored);
  held.NoteStoryboard(clips);
}

absl::StatusOr<std::vector<Scene>> Starting::ScenesFor(const HeldJob& held) {
  const Job& job = held.job();
  if (!job.asked_scenes.empty()) return job.asked_scenes;
  auto written = storyboarder_.Write(job.response_text, job.context, job.options);
  // A server that stops cuts the call off: whoever comes next gets the better storyboard.
  if (stopping_ || (written.ok() && !written->empty())) return written;
  held.Say(Severity::kWarning, Component::kWorker, "no storyboard; the plain one is taken",
           {{"error", written.status().ToString()}});
  return ports_.plain_storyboarder.Write(job.response_text, job.context, job.options);
}

// Where it is switched off, or credentials for its provider are missing, another process may go on.
bool Starting::HasDoor(HeldJob& held) {
  if (settings_.generation_enabled && ports_.generators.Has(held.job().provider)) return true;
  held.Defer(kSwitchedOffWait);
  return false;
}

bool Starting::MayStart(HeldJob& held, int clip) {
  if (!HasDoor(held)) return false;
  // The web app left such a row in `processing` without a response. Whatever a provider made of it would be paid for.
  if (held.clip(clip).scene.prompt.empty()) {
    held.Record(clip, {.event = ClipEvent::kStartForgone,
                       .reason = FailureReason::kStartRefused,
                       .detail = "there is no text to make a video of; create a job for the row's response"});
    return false;
  }
  // In `pending` the whole job fails by its deadline (HeldJob::Conclude); behind it, only what never started ends.
  if (StartDeadlinePassed(held.job(), held.Now(), settings_.start_deadline)) {
    held.Record(clip, {.event = ClipEvent::kStartForgone,
                       .reason = FailureReason::kDeadline,
                       .detail = "could not be started in time"});
    return false;
  }
  return true;
}

void Starting::StartClip(HeldJob& held, int clip) {
  if (!MayStart(held, clip)) return;
  const std::string start_id = ports_.ids.NewId();
  if (!RecordIntent(held, clip, start_id)) return;
  if (stopping_) return RecordUnsent(held, clip, start_id, "the server was stopping");
  if (!LeaseIsLong(held)) return RecordUnsent(held, clip, start_id, "the lease was about to end");
  const StartOutcome outcome = Call(held, clip, start_id);
  RecordSent(held, clip, start_id, outcome);
  const bool waits = outcome.kind == OutcomeKind::kRefused && outcome.lane_reason != LaneReason::kNone;
  if (waits) held.Defer(std::min(outcome.lane_closed_for, kLongestLaneWait));
}

bool Starting::LeaseIsLong(const HeldJob& held) const {
  return held.LeaseLeft() >= settings_.lease / kLeastPartOfLease;
}

StartOutcome Starting::Call(const HeldJob& held, int clip, const std::string& start_id) {
  const Job& job = held.job();
  StartOutcome outcome = ports_.generators.Of(job.provider)
                             .Start({start_id, job.options, held.clip(clip).scene, job.location,
                                     [this, &held] { return !stopping_ && LeaseIsLong(held); }});
  outcome.detail = AsLine(outcome.detail);
  if (outcome.kind == OutcomeKind::kUnknown) {
    // Where one answer was lost the next may be: a provider in trouble gets one start at a time.
    outcome.lane_reason = LaneReason::kOverloaded;
    outcome.lane_closed_for = kAfterLostStart;
    outcome.lane_wait_told = false;
  } else if (stopping_ && outcome.http_status == 0) {
    // What a stopping server cut off before it was sent says nothing about the lane.
    outcome.lane_closed_for = absl::ZeroDuration();
  }
  return outcome;
}

StartIntent Starting::IntentFor(const HeldJob& held, int clip, const std::string& start_id) const {
  const Job& job = held.job();
  return {.lease = held.lease(),
          .clip = clip,
          .start_id = start_id,
          .provider = job.provider,
          .model = job.options.model,
          .location = job.location,
          .price_micros = ports_.generators.Of(job.provider).PriceMicros(job.options, held.clip(clip).scene),
          .daily_cap_micros = settings_.daily_cap_micros,
          .total_cap_micros = settings_.total_cap_micros,
          .most_under_way = settings_.most_under_way,
          .most_per_minute = settings_.most_per_minute};
}

bool Starting::RecordIntent(HeldJob& held, int clip, const std::string& start_id) {
  const auto intent = ports_.ledger.RecordIntent(IntentFor(held, clip, start_id));
  if (!intent.ok()) {
    held.Say(Severity::kError, Component::kWorker, "a start's intent could not be recorded; nothing was started",
             {{"start", start_id}, {"error", intent.status().ToString()}});
    // The commit may have happened although its answer was lost; the call did not go out.
    if (absl::IsUnknown(intent.status())) {
      RecordUnsent(held, clip, start_id, "the intent's own commit was in doubt");
    }
    held.Defer(kDatabaseWait);
    return false;
  }
  if (intent->answer == IntentAnswer::kLaneClosed) {
    WaitForLane(held, intent->closed->remaining);
    return false;
  }
  if (intent->answer == IntentAnswer::kPaced) {
    held.Defer(intent->wait + ports_.ids.NewFraction() * kSpread);
    return false;
  }
  if (intent->answer == IntentAnswer::kNotPossible) {
    held.Abandon(absl::AbortedError("the job wants no start any more, or is another's"));
    return false;
  }
  return true;
}

// The outcome of a call that went out, or that the door tried to make.
void Starting::RecordSent(HeldJob& held, int clip, const std::string& start_id, const StartOutcome& outcome) {
  absl::Status stored = StoreOutcome(held, start_id, outcome);
  if (absl::IsNotFound(stored)) {
    stored = StoreLostIntent(held, clip, start_id, outcome);
    if (stored.ok()) stored = StoreOutcome(held, start_id, outcome);
  }
  // Evidence first: whoever reads the log may have stopped reading.
  TellOutcome(held, clip, start_id, outcome);
  if (stored.ok()) return held.NoteOutcome(clip, start_id, outcome);
  held.Say(Severity::kError, Component::kWorker, "a start was made, and its outcome is not in the database",
           {{"start", start_id}, {"operation", outcome.operation_name}, {"error", stored.ToString()}});
  held.Abandon(stored);
}

// An intent whose commit was in doubt may turn out never to have been stored: as if it had not been tried.
void Starting::RecordUnsent(HeldJob& held, int clip, const std::string& start_id, std::string why) {
  const StartOutcome outcome = NeverSent(std::move(why));
  const absl::Status stored = StoreOutcome(held, start_id, outcome);
  if (stored.ok()) return held.NoteOutcome(clip, start_id, outcome);
  if (!absl::IsNotFound(stored)) held.Abandon(stored);
}

// Evidence of a payment is never let go of: repeated until it is stored, whoever holds the lease by then.
absl::Status Starting::StoreOutcome(const HeldJob& held, const std::string& start_id, const StartOutcome& outcome) {
  return Repeated(
      ports_.clock, [&] { return ports_.ledger.RecordOutcome(start_id, outcome); },
      [&](const absl::Status& trouble) {
        held.Say(Severity::kError, Component::kWorker, "a start's outcome is not stored yet; tried again",
                 {{"start", start_id}, {"operation", outcome.operation_name}, {"error", trouble.ToString()}});
      });
}

// A database that went back in time has the clip as it was before: until the intent is there again, anybody may start
// it a second time.
absl::Status Starting::StoreLostIntent(const HeldJob& held, int clip, const std::string& start_id,
                                       const StartOutcome& outcome) {
  held.Say(Severity::kError, Component::kWorker, "the database has lost the intent of a start; it is recorded again",
           {{"start", start_id}, {"operation", outcome.operation_name}});
  StartIntent intent = IntentFor(held, clip, start_id);
  intent.sent = true;
  IntentAnswer answer = IntentAnswer::kNotPossible;
  const absl::Status stored = Repeated(
      ports_.clock,
      [&] {
        const auto recorded = ports_.ledger.RecordIntent(intent);
        if (recorded.ok()) answer = recorded->answer;
        return recorded.status();
      },
      [&](const absl::Status& trouble) {
        held.Say(Severity::kError, Component::kWorker, "a start's intent is not stored yet; tried again",
                 {{"start", start_id}, {"operation", outcome.operation_name}, {"error", trouble.ToString()}});
      });
  if (!stored.ok() || answer == IntentAnswer::kRecorded) return stored;
  return absl::NotFoundError("the database has lost the job or its storyboard as well");
}

void Starting::TellOutcome(const HeldJob& held, int clip, const std::string& start_id, const StartOutcome& outcome) {
  std::vector<std::pair<std::string, std::string>> fields = {{"clip", absl::StrCat(clip)}, {"start", start_id}};
  if (outcome.http_status != 0) fields.emplace_back("http_status", absl::StrCat(outcome.http_status));
  if (!outcome.detail.empty()) fields.emplace_back("detail", outcome.detail);
  switch (outcome.kind) {
    case OutcomeKind::kAccepted:
      fields.emplace_back("operation", outcome.operation_name);
      return held.Say(Severity::kInfo, Component::kGenerator, "start accepted", std::move(fields));
    case OutcomeKind::kRefused:
      if (outcome.lane_reason != LaneReason::kNone) {
        fields.emplace_back("lane", std::string(Name(outcome.lane_reason)));
        fields.emplace_back("closed_for", absl::FormatDuration(outcome.lane_closed_for));
        if (outcome.lane_reason == LaneReason::kModelUnavailable) {
          const Job& job = held.job();
          fields.emplace_back("instead", ports_.generators.AlternativesTo(job.provider, job.options.model));
        }
        return held.Say(Severity::kWarning, Component::kGenerator, "start refused; the lane is closed",
                        std::move(fields));
      }
      return held.Say(Severity::kError, Component::kGenerator, "start refused", std::move(fields));
    case OutcomeKind::kUnknown:
      return held.Say(Severity::kError, Component::kGenerator,
                      "the start's answer was lost; it may be charged and is never repeated by itself",
                      std::move(fields));
  }
}

}  // namespace videojobs
