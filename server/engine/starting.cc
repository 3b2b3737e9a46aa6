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
// A closed lane is looked at this often at least: a person may have mended it.
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
  return !absl::IsNotFound(status) && !absl::IsFailedPrecondition(status);
}

}  // namespace

void Starting::Run(HeldJob& held) {
  SettleLeftOpen(held);
  held.Conclude();
  if (held.abandoned() || IsFinished(held.job().state)) return;
  if (held.job().clips.empty()) WriteStoryboard(held);
  for (std::size_t i = 0; i < held.job().clips.size() && !held.abandoned(); ++i) {
    if (held.job().clips[i].state == ClipState::kPlanned) StartClip(held, static_cast<int>(i));
  }
}

// An open intent under another lease: its holder is gone, or lost the lease. Nobody can say whether its call went out.
void Starting::SettleLeftOpen(HeldJob& held) {
  const std::vector<Clip> clips = held.job().clips;
  for (const Clip& clip : clips) {
    if (clip.state != ClipState::kStarting || held.abandoned()) continue;
    RecordOutcome(held, clip.index, clip.start_id, LeftOpen());
  }
}

void Starting::WriteStoryboard(HeldJob& held) {
  const Job& job = held.job();
  std::vector<Scene> scenes = job.asked_scenes;
  if (scenes.empty()) {
    auto written = ports_.storyboarder.Write(job.response_text, job.context, job.options);
    if (!written.ok() || written->empty()) {
      held.Say(Severity::kWarning, Component::kWorker, "no storyboard; the plain one is taken",
               {{"error", written.status().ToString()}});
      written = ports_.plain_storyboarder.Write(job.response_text, job.context, job.options);
    }
    if (!written.ok()) return held.Abandon(written.status());
    scenes = *std::move(written);
  }
  std::vector<std::string> stems;
  for (std::size_t i = 0; i < scenes.size(); ++i) stems.push_back(ports_.ids.NewSecretName());
  const absl::Status stored = ports_.work.WriteStoryboardIfHeld(held.lease(), scenes, stems);
  if (!stored.ok()) return held.Abandon(stored);
  held.NoteStoryboard(scenes, stems);
}

bool Starting::MayStart(HeldJob& held, int clip) {
  // Where it is switched off, or credentials for its provider are missing, another process may go on.
  if (!settings_.generation_enabled || !ports_.generators.Has(held.job().provider)) {
    held.Defer(kSwitchedOffWait);
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
  if (held.LeaseLeft() < settings_.lease / kLeastPartOfLease) {
    RecordOutcome(held, clip, start_id, NeverSent("the lease was about to end"));
    return;
  }
  const Job& job = held.job();
  StartOutcome outcome =
      ports_.generators.Of(job.provider).Start({start_id, job.options, held.clip(clip).scene, job.location});
  outcome.detail = AsLine(outcome.detail);
  TellOutcome(held, clip, start_id, outcome);
  RecordOutcome(held, clip, start_id, outcome);
  if (outcome.lane_reason != LaneReason::kNone) held.Defer(std::min(outcome.lane_closed_for, kLongestLaneWait));
}

bool Starting::RecordIntent(HeldJob& held, int clip, const std::string& start_id) {
  const Job& job = held.job();
  const auto intent = ports_.ledger.RecordIntent(
      {.lease = held.lease(),
       .clip = clip,
       .start_id = start_id,
       .provider = job.provider,
       .model = job.options.model,
       .location = job.location,
       .price_micros = ports_.generators.Of(job.provider).PriceMicros(job.options, held.clip(clip).scene),
       .daily_cap_micros = settings_.daily_cap_micros,
       .total_cap_micros = settings_.total_cap_micros,
       .most_under_way = settings_.most_under_way,
       .most_per_minute = settings_.most_per_minute});
  if (!intent.ok()) {
    held.Say(Severity::kError, Component::kWorker, "a start's intent could not be recorded; nothing was started",
             {{"start", start_id}, {"error", intent.status().ToString()}});
    // The commit may have happened although its answer was lost; the call did not go out.
    if (absl::IsUnknown(intent.status())) {
      RecordOutcome(held, clip, start_id, NeverSent("the intent's own commit was in doubt"));
    }
    held.Defer(kDatabaseWait);
    return false;
  }
  if (intent->answer == IntentAnswer::kLaneClosed) {
    held.Defer(std::min(intent->closed->remaining, kLongestLaneWait) + ports_.ids.NewFraction() * kSpread);
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

// Evidence of a payment is never let go of: repeated until it is stored, whoever holds the lease by then.
void Starting::RecordOutcome(HeldJob& held, int clip, const std::string& start_id, const StartOutcome& outcome) {
  absl::Duration wait = absl::Milliseconds(50);
  absl::Status stored = ports_.ledger.RecordOutcome(start_id, outcome);
  while (!stored.ok() && WorthRepeating(stored)) {
    held.Say(Severity::kError, Component::kWorker, "a start's outcome is not stored yet; tried again",
             {{"start", start_id}, {"operation", outcome.operation_name}, {"error", stored.ToString()}});
    ports_.clock.Sleep(wait);
    wait = std::min(wait * 2, absl::Seconds(5));
    stored = ports_.ledger.RecordOutcome(start_id, outcome);
  }
  if (stored.ok()) return held.NoteOutcome(clip, start_id, outcome);
  // An intent whose commit was in doubt turns out never to have been stored: as if it had not been tried.
  if (!absl::IsNotFound(stored)) held.Abandon(stored);
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
