#include "tests/simulation/judge.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "adapters/audit.h"

namespace videojobs::simulation {
namespace {

// What the provider made, by the start and by the prompt that asked for it. Two operations of one start are two.
struct Made {
  using Operations = std::multimap<std::string, std::pair<std::string, Operation>>;

  explicit Made(const Provider& provider) {
    for (const auto& [name, operation] : provider.operations()) {
      by_start.emplace(operation.start_id, std::pair(name, operation));
      by_prompt.emplace(operation.prompt, std::pair(name, operation));
    }
  }

  // The operation of this name that this start made, if it did.
  const Operation* Of(const std::string& start_id, const std::string& name) const {
    const auto [first, last] = by_start.equal_range(start_id);
    const auto found = std::find_if(first, last, [&](const auto& made) { return made.second.first == name; });
    return found == last ? nullptr : &found->second.second;
  }

  Operations by_start;
  Operations by_prompt;
};

class JobJudge {
 public:
  JobJudge(World& world, const Made& made, const JobHistory& history, Verdict& verdict)
      : world_(world), made_(made), history_(history), verdict_(verdict) {}

  void All() {
    HasEnded();
    PaidOnce();
    MovedLegally();
    KnowsItsStarts();
    DeliveredItsOwn();
    ThrewNothingAway();
    StartedNothingBeside();
    WaitedLongEnough();
    AddsUp();
  }

 private:
  template <typename... Words>
  void Breaks(const Words&... words) {
    verdict_.broken.push_back(absl::StrCat("job ", history_.job.id, ": ", words...));
  }

  void HasEnded() {
    if (!IsFinished(history_.job.state)) Breaks("has not ended but is ", std::string(Name(history_.job.state)));
    if (history_.job.state == JobState::kFailed) ++verdict_.failures[history_.job.reason];
  }

  // A clip is paid for once, and once more for each time that a person asked for it again after what may have been
  // charged. Counted by what the provider was asked for: the ledger has no say in it.
  void PaidOnce() {
    for (const Clip& clip : history_.job.clips) {
      int retries = 0;
      for (const LoggedEvent& event : history_.events) {
        const bool charged = event.from == Name(ClipState::kUnknown) || event.from == Name(ClipState::kFailed);
        retries += event.clip == clip.index && event.event == Name(ClipEvent::kRetried) && charged;
      }
      const auto paid = static_cast<int>(made_.by_prompt.count(clip.scene.prompt));
      if (paid > 1 + retries) Breaks("clip ", clip.index, " was paid for ", paid, " times, retried ", retries);
    }
    for (const LoggedStart& start : history_.starts) {
      const auto paid = made_.by_start.count(start.start_id);
      if (paid > 1) Breaks("start ", start.start_id, " was paid for ", paid, " times with one intent");
    }
  }

  void MovedLegally() {
    std::map<int, std::string> states;
    int sequence = 0;
    for (const LoggedEvent& event : history_.events) {
      if (event.sequence != ++sequence) Breaks("its log has a gap before ", event.sequence);
      if (event.from == event.to) continue;
      const int whose = event.clip.value_or(-1);
      const bool legal = event.clip
                             ? statemachine::HasEdge(kClipTable, ClipStateNamed(event.from), ClipStateNamed(event.to))
                             : statemachine::HasEdge(kJobTable, JobStateNamed(event.from), JobStateNamed(event.to));
      if (!legal || states[whose] != event.from) {
        Breaks("moved illegally from ", event.from, " to ", event.to, " by ", event.event);
      }
      states[whose] = event.to;
    }
  }

  // The ledger knows what was paid for, and is in doubt only where nobody could know.
  void KnowsItsStarts() {
    for (const LoggedStart& start : history_.starts) {
      const bool paid = made_.by_start.count(start.start_id) > 0;
      verdict_.starts += paid;
      verdict_.unknown += start.outcome == "unknown";
      verdict_.found += start.outcome == "accepted" && WasLost(start);
      if (start.outcome == "open") Breaks("start ", start.start_id, " never got an outcome");
      if (start.outcome == "accepted" && made_.Of(start.start_id, start.operation_name) == nullptr) {
        Breaks("start ", start.start_id, " is said to have made ", start.operation_name, ", which it did not");
      }
      if (start.outcome == "refused" && paid) Breaks("start ", start.start_id, " was paid, not refused");
      if (start.outcome == "unknown" && world_.provider.keeps_evidence() && HasVideo(start)) {
        Breaks("start ", start.start_id, " is in doubt although its video lies where it was told to write");
      }
      const bool told = world_.provider.told().count(start.start_id) == 1;
      if (start.outcome == "unknown" && told && world_.died_with.count(start.start_id) == 0) {
        Breaks("start ", start.start_id, " is unknown although its answer arrived");
      }
    }
  }

  bool WasLost(const LoggedStart& start) const {
    return std::any_of(history_.events.begin(), history_.events.end(), [&start](const LoggedEvent& event) {
      return event.start_id == start.start_id && event.event == Name(ClipEvent::kStartLost);
    });
  }

  bool HasVideo(const LoggedStart& start) const {
    const auto [first, last] = made_.by_start.equal_range(start.start_id);
    return std::any_of(first, last, [](const auto& made) { return made.second.second.fate == Fate::kVideo; });
  }

  bool MadeByItsOwnStart(const Clip& clip) const {
    return std::any_of(history_.starts.begin(), history_.starts.end(), [&](const LoggedStart& start) {
      const Operation* made = made_.Of(start.start_id, clip.operation_name);
      return start.clip == clip.index && made != nullptr && made->prompt == clip.scene.prompt;
    });
  }

  void DeliveredItsOwn() {
    bool stored = false;
    for (const Clip& clip : history_.job.clips) {
      if (!clip.operation_name.empty() && !MadeByItsOwnStart(clip)) {
        Breaks("clip ", clip.index, " has ", clip.operation_name, ", which none of its starts made");
      }
      if (clip.state != ClipState::kStored) continue;
      stored = true;
      const auto content = world_.storage.Content(clip.stored->object_name);
      if (!content || *content != Provider::VideoOf(clip.operation_name)) {
        Breaks("its stored video is not what ", clip.operation_name, " made");
      }
    }
    const bool completed = history_.job.state == JobState::kCompleted;
    verdict_.completed += completed;
    if (completed && !stored) Breaks("is completed without a stored video");
  }

  // A video that was accepted and made is stored, unless nobody wants it, another start took its place by a person's
  // word, or the provider's copy had really expired while something was broken for days.
  void ThrewNothingAway() {
    if (history_.job.reason == FailureReason::kCancelled) return;
    for (const LoggedStart& start : history_.starts) {
      const Operation* made = made_.Of(start.start_id, start.operation_name);
      if (start.outcome != "accepted" || made == nullptr || made->fate != Fate::kVideo) continue;
      const Clip& clip = history_.job.clips.at(static_cast<std::size_t>(start.clip));
      if (clip.start_id != start.start_id && IsTaken(clip)) continue;
      const bool kept = clip.state == ClipState::kStored && history_.job.state == JobState::kCompleted;
      if (kept) continue;
      ++verdict_.expired;
      if (!HadToExpire(*made, clip)) {
        Breaks("threw away ", start.operation_name, ", which was paid for: ", std::string(Name(clip.state)), " ",
               std::string(Name(clip.reason)));
      }
    }
  }

  // Another start of the clip was accepted, has it, and did not come to nothing.
  static bool IsTaken(const Clip& clip) { return !clip.operation_name.empty() && clip.state != ClipState::kFailed; }

  // Once a start of a clip is known to be accepted, the next one takes a person's word that came after that.
  void StartedNothingBeside() {
    std::map<int, std::string> accepted;
    for (const LoggedEvent& event : history_.events) {
      if (!event.clip) continue;
      if (event.event == Name(ClipEvent::kStartAccepted)) accepted[*event.clip] = event.start_id;
      if (event.event == Name(ClipEvent::kRetried)) accepted.erase(*event.clip);
      if (event.event == Name(ClipEvent::kStartIntended) && accepted.count(*event.clip) == 1) {
        Breaks("start ", event.start_id, " was made although ", accepted[*event.clip], " was accepted");
      }
    }
  }

  // When this clip was given up: its last move to `failed`.
  std::optional<absl::Duration> GivenUp(const Clip& clip) const {
    std::optional<absl::Duration> at;
    for (const LoggedEvent& event : history_.events) {
      if (event.clip == clip.index && event.to == Name(ClipState::kFailed)) at = event.at - AtWorldTime({});
    }
    return at;
  }

  bool HadToExpire(const Operation& made, const Clip& clip) const {
    // What is tried every hour may miss the end of an outage by one.
    constexpr absl::Duration kSlack = absl::Hours(2);
    const auto given_up = GivenUp(clip);
    if (!given_up || *given_up < made.done_at + kKeepsFor - kLongestMaking) return false;
    const Outage& outage = world_.outage;
    const bool could_not = (outage.kind == OutageKind::kStorage || outage.kind == OutageKind::kSilence ||
                            outage.kind == OutageKind::kMissing) &&
                           outage.from <= made.done_at + kSlack && outage.to >= made.done_at + kKeepsFor - kSlack;
    // Asked for again when it was too late.
    const bool was_unwanted = std::any_of(history_.events.begin(), history_.events.end(), [](const LoggedEvent& e) {
      return !e.clip && e.event == Name(JobEvent::kCancelled);
    });
    return could_not || was_unwanted;
  }

  // A job fails by its deadline only after it.
  void WaitedLongEnough() {
    absl::Time since;
    for (const LoggedEvent& event : history_.events) {
      if (event.clip) continue;
      if (event.to == Name(JobState::kPending) && event.from != event.to) since = event.at;
      if (event.event == Name(JobEvent::kStartDeadlinePassed) && event.at - since < absl::Hours(72)) {
        Breaks("gave up waiting for a start after ", absl::FormatDuration(event.at - since));
      }
    }
  }

  // What is accepted is settled at what is billed; the cost of an operation that nobody could ask is not known.
  void AddsUp() {
    std::int64_t held = 0;
    for (const LoggedStart& start : history_.starts) {
      held += start.outcome == "unknown" ? start.price_micros : 0;
      const Operation* made = made_.Of(start.start_id, start.operation_name);
      if (start.outcome != "accepted" || made == nullptr) continue;
      const std::int64_t billed = made->fate == Fate::kVideo ? start.price_micros : 0;
      const bool never_told = !start.settled_micros && WasGivenUpUnasked(start);
      if (start.settled_micros != billed && !never_told) {
        Breaks("start ", start.start_id, " is not settled at what is billed, ", billed);
      }
    }
    if (history_.job.cost.held_micros != held) Breaks("holds ", history_.job.cost.held_micros, " and not ", held);
  }

  bool WasGivenUpUnasked(const LoggedStart& start) const {
    const bool could_ask = world_.outage.kind != OutageKind::kSilence && world_.outage.kind != OutageKind::kMissing;
    return !could_ask && std::any_of(history_.events.begin(), history_.events.end(), [&](const LoggedEvent& event) {
      return event.clip == start.clip && event.event == Name(ClipEvent::kOperationExpired);
    });
  }

  World& world_;
  const Made& made_;
  const JobHistory& history_;
  Verdict& verdict_;
};

// FNV-1a.
void Mix(absl::string_view text, std::uint64_t& trace) {
  for (const char c : text) trace = (trace ^ static_cast<unsigned char>(c)) * 1099511628211u;
}

void MixHistory(const JobHistory& history, std::uint64_t& trace) {
  for (const LoggedEvent& event : history.events) {
    Mix(absl::StrCat(history.job.id, event.sequence, absl::FormatTime(event.at), event.clip.value_or(-1), event.event,
                     event.from, event.to, event.start_id),
        trace);
  }
  for (const LoggedStart& start : history.starts) Mix(absl::StrCat(start.start_id, start.outcome), trace);
}

}  // namespace

void Judge(const Case& run, Verdict& verdict) {
  const Made made(run.world.provider);
  std::map<std::string, std::string> known_starts, known_prompts;
  for (const std::string& id : run.job_ids) {
    const auto history = run.world.store.audit().History(id);
    if (!history.ok()) {
      verdict.broken.push_back(absl::StrCat("job ", id, " is lost: ", std::string(history.status().message())));
      continue;
    }
    for (const LoggedStart& start : history->starts) known_starts[start.start_id] = id;
    for (const Clip& clip : history->job.clips) {
      const bool is_new = known_prompts.emplace(clip.scene.prompt, id).second;
      if (!is_new) verdict.broken.push_back(absl::StrCat("job ", id, " is a second one for the same request"));
    }
    JobJudge(run.world, made, *history, verdict).All();
    MixHistory(*history, verdict.trace);
  }
  for (const auto& [name, operation] : run.world.provider.operations()) {
    Mix(absl::StrCat(name, absl::FormatDuration(operation.done_at)), verdict.trace);
    if (known_starts.count(operation.start_id) == 0) {
      verdict.broken.push_back(absl::StrCat("the ledger knows nothing of the start that made ", name));
    }
    if (known_prompts.count(operation.prompt) == 0) {
      verdict.broken.push_back(absl::StrCat("nobody who was answered asked for what made ", name));
    }
  }
}

}  // namespace videojobs::simulation
