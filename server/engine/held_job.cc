#include "server/engine/held_job.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/engine/next_move.h"
#include "server/engine/text_check.h"

namespace videojobs {

HeldJob::HeldJob(const EnginePorts& ports, const EngineSettings& settings, Leases& leases, std::shared_ptr<Round> round,
                 ClaimedJob claimed, absl::Duration claimed_at)
    : ports_(ports),
      settings_(settings),
      leases_(leases),
      round_(std::move(round)),
      job_(std::move(claimed.job)),
      lease_(std::move(claimed.lease)),
      claimed_now_(claimed.now),
      claimed_at_(claimed_at) {}

absl::Time HeldJob::Now() const { return claimed_now_ + (ports_.clock.Elapsed() - claimed_at_); }

void HeldJob::NoteStoryboard(const std::vector<PlannedClip>& clips) {
  for (const PlannedClip& planned : clips) {
    Clip clip;
    clip.index = static_cast<int>(job_.clips.size());
    clip.state = ClipState::kPlanned;
    clip.scene = planned.scene;
    clip.object_stem = planned.object_stem;
    job_.clips.push_back(std::move(clip));
  }
}

void HeldJob::NoteOutcome(int index, const std::string& start_id, const StartOutcome& outcome) {
  Clip& clip = job_.clips[static_cast<std::size_t>(index)];
  clip.start_id = start_id;
  clip.detail = outcome.detail;
  switch (outcome.kind) {
    case OutcomeKind::kAccepted:
      clip.state = ClipState::kRunning;
      clip.reason = FailureReason::kNone;
      clip.operation_name = outcome.operation_name;
      clip.accepted_at = Now();
      break;
    case OutcomeKind::kRefused:
    case OutcomeKind::kUnknown:
      // An earlier start, whose answer came meanwhile or is still missing, may have the clip instead.
      return ReadAgain(index);
  }
  HearStop();
  Conclude();
}

void HeldJob::ReadAgain(int index) {
  auto now = ports_.reader.Get({job_.id});
  if (!now.ok()) return Abandon(now.status());
  if (now->size() != 1) return Abandon(absl::NotFoundError("there is no such job any more"));
  Clip& clip = job_.clips[static_cast<std::size_t>(index)];
  Clip& stored = now->front().clips.at(static_cast<std::size_t>(index));
  stored.scene = std::move(clip.scene);
  clip = std::move(stored);
  job_.stop_requested = now->front().stop_requested;
  Conclude();
}

// A person, or a deleted row, may have asked it to stop while the start was under way.
void HeldJob::HearStop() {
  const auto now = ports_.reader.Get({job_.id});
  if (now.ok() && now->size() == 1) job_.stop_requested = now->front().stop_requested;
}

std::optional<ClipMove> HeldJob::DecideClip(int index, const ClipFact& fact) {
  const ClipRow& row = Decide(clip(index).state, fact.event, 0);
  if (row.answer == statemachine::Answer::kRejected) {
    Abandon(absl::InternalError(absl::StrCat("clip ", index, " is ", std::string(Name(row.from)), " and cannot take ",
                                             std::string(Name(row.event)), ": ", std::string(row.why))));
  }
  if (row.answer != statemachine::Answer::kMoves) return std::nullopt;
  return ClipMove{index, row.from, row.event, row.to, fact.reason, fact.detail, fact.result, fact.stored, fact.settled};
}

void HeldJob::Apply(const ClipMove& move) {
  Clip& clip = job_.clips[static_cast<std::size_t>(move.clip)];
  clip.state = move.to;
  clip.reason = move.reason;
  clip.detail = move.detail;
  if (move.to == ClipState::kReady) {
    clip.result = move.result;
    clip.done_at = Now();
    clip.next_poll_at.reset();
    clip.troubles = 0;
  }
  if (move.to == ClipState::kStored) clip.stored = move.stored;
}

void HeldJob::Record(int index, ClipFact fact) {
  if (abandoned_) return;
  fact.detail = AsLine(fact.detail);
  const auto clip_move = DecideClip(index, fact);
  if (!clip_move) return;
  Apply(*clip_move);
  if (clip_move->to == ClipState::kFailed) return RecordFailed(*clip_move);
  const auto job_move = DecideJob();
  if (!abandoned_ && Store({{*clip_move}, job_move}) && job_move) TellMove(*job_move);
}

// Whether the job ends as well is seen afterwards: the clip may go on with another start of it that was accepted.
void HeldJob::RecordFailed(const ClipMove& move) {
  if (!Store({{move}, std::nullopt})) return;
  ReadAgain(move.clip);
  const Clip& now = clip(move.clip);
  if (now.state != ClipState::kRunning) return;
  notes_.erase(move.clip);
  Say(Severity::kInfo, Component::kWorker, "goes on with another start that was accepted",
      {{"start", now.start_id}, {"operation", now.operation_name}});
}

void HeldJob::Conclude() {
  if (abandoned_) return;
  const auto job_move = DecideJob();
  if (job_move && Store({{}, job_move})) TellMove(*job_move);
}

std::optional<int> HeldJob::ClipLackingUrl() const {
  if (job_.state != JobState::kProcessing) return std::nullopt;
  std::optional<int> first_stored;
  for (const Clip& clip : job_.clips) {
    const bool ended = clip.state == ClipState::kStored || clip.reason != FailureReason::kNone;
    if (!ended) return std::nullopt;
    if (clip.state == ClipState::kStored && !first_stored) first_stored = clip.index;
  }
  return first_stored;
}

// Whether anybody waits for the video of a job that had failed: asked under its lock, nothing is changed.
bool HeldJob::MayPublish() {
  if (job_.state != JobState::kFailed || job_.escalation_id.empty()) return true;
  bool wanted = false;
  const auto asked = ports_.changes.Change(job_.id, [&](const JobAtHand& at_hand) -> absl::StatusOr<JobChange> {
    wanted = at_hand.newer_job_id.empty() && !at_hand.escalation_gone;
    return JobChange();
  });
  if (!asked.ok()) Abandon(asked.status());
  return wanted;
}

std::optional<JobMove> HeldJob::DecideJob() {
  return NextMove(job_, {.now = Now(),
                         .start_deadline = settings_.start_deadline,
                         .placeholder_url = settings_.placeholder_url,
                         .delivered_url = delivered_url_,
                         .may_publish = MayPublish()});
}

bool HeldJob::Store(Moves moves) {
  const absl::Status stored = ports_.work.MoveIfHeld(lease_, moves);
  if (!stored.ok()) {
    Abandon(stored);
    return false;
  }
  if (moves.job) {
    job_.state = moves.job->to;
    job_.reason = moves.job->reason;
    job_.detail = moves.job->detail;
    job_.video_url = moves.job->video_url;
    job_.video_is_placeholder = moves.job->video_is_placeholder;
    const bool stopped = moves.job->event == JobEvent::kCancelled || moves.job->event == JobEvent::kEscalationGone;
    // What runs for nobody is looked at now: each second of waiting may be charged.
    if (stopped) std::for_each(job_.clips.begin(), job_.clips.end(), [](Clip& clip) { clip.next_poll_at.reset(); });
  }
  return true;
}

void HeldJob::TellMove(const JobMove& move) {
  if (move.to == JobState::kCompleted) {
    Count(Counted::kCompleted);
    Say(Severity::kInfo, Component::kWorker, "completed",
        {{"placeholder", move.video_is_placeholder ? "true" : "false"}});
  } else if (move.to == JobState::kFailed) {
    Count(Counted::kFailed);
    Say(Severity::kWarning, Component::kWorker, "failed",
        {{"reason", std::string(Name(move.reason))}, {"detail", move.detail}});
  } else {
    if (move.from == JobState::kPending) Count(Counted::kCreated);
    Say(Severity::kInfo, Component::kWorker, "processing");
  }
}

void HeldJob::Abandon(const absl::Status& why) {
  if (abandoned_) return;
  abandoned_ = true;
  Say(Severity::kWarning, Component::kWorker, "put down; whoever claims it next goes on from what is stored",
      {{"error", why.ToString()}});
}

void HeldJob::Note(ClipNote note) {
  Clip& clip = job_.clips[static_cast<std::size_t>(note.clip)];
  if (note.troubled) ++clip.troubles;
  note.asked |= notes_[note.clip].asked;
  note.detail = AsLine(note.detail);
  notes_[note.clip] = std::move(note);
}

void HeldJob::Defer(absl::Duration wait) {
  start_wait_ = std::min(wait, start_wait_.value_or(absl::InfiniteDuration()));
  Count(Counted::kDeferred);
}

void HeldJob::Say(Severity severity, Component component, std::string message,
                  std::vector<std::pair<std::string, std::string>> fields) const {
  std::vector<std::pair<std::string, std::string>> all = {{"job", job_.id}};
  if (!job_.escalation_id.empty()) all.emplace_back("escalation", job_.escalation_id);
  all.insert(all.end(), fields.begin(), fields.end());
  ports_.log.Write({severity, component, std::move(message), std::move(all)});
}

ReleasedJob HeldJob::Released() const {
  ReleasedJob released{lease_, std::nullopt, {}};
  const auto due_in = [&released](absl::Duration wait) {
    released.due_in =
        std::min(std::max(wait, absl::ZeroDuration()), released.due_in.value_or(absl::InfiniteDuration()));
  };
  for (const auto& [index, note] : notes_) released.notes.push_back(note);
  for (const Clip& clip : job_.clips) {
    const auto note = notes_.find(clip.index);
    const bool wants_delivery =
        (clip.state == ClipState::kReady && job_.state == JobState::kProcessing) || ClipLackingUrl() == clip.index;
    if (clip.state == ClipState::kRunning || wants_delivery) {
      if (note != notes_.end()) {
        due_in(note->second.next_poll_in.value_or(absl::ZeroDuration()));
      } else {
        due_in(clip.next_poll_at ? *clip.next_poll_at - Now() : absl::ZeroDuration());
      }
    }
  }
  const bool may_start = std::any_of(job_.clips.begin(), job_.clips.end(),
                                     [](const Clip& clip) { return clip.state == ClipState::kPlanned; });
  if (!IsFinished(job_.state) && (may_start || job_.clips.empty())) due_in(start_wait_.value_or(absl::ZeroDuration()));
  return released;
}

// Whatever was not looked at may have to be: a start that a dead replica left open, an outcome that no move followed.
ReleasedJob HeldJob::HandedBack() const {
  const bool left_open = std::any_of(job_.clips.begin(), job_.clips.end(),
                                     [](const Clip& clip) { return clip.state == ClipState::kStarting; });
  const bool is_over = IsFinished(job_.state) && !left_open && !Released().due_in;
  return {lease_, is_over ? std::nullopt : std::optional(absl::ZeroDuration()), {}};
}

}  // namespace videojobs
