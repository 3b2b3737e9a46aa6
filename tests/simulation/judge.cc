#include "tests/simulation/judge.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "adapters/audit.h"

namespace videojobs::simulation {
namespace {

class JobJudge {
 public:
  JobJudge(const Case& run, const JobHistory& history, Verdict& verdict)
      : world_(run.world), died_with_(run.died_with), history_(history), verdict_(verdict) {}

  void All() {
    HasEnded();
    PaidOnce();
    MovedLegally();
    KnowsItsStarts();
    DeliveredItsOwn();
    AddsUp();
  }

 private:
  template <typename... Words>
  void Breaks(const Words&... words) {
    verdict_.broken.push_back(absl::StrCat("job ", history_.job.id, ": ", words...));
  }

  void HasEnded() {
    if (!IsFinished(history_.job.state)) Breaks("has not ended but is ", std::string(Name(history_.job.state)));
  }

  // Each paid operation of this job, by the start that made it.
  std::map<std::string, std::pair<std::string, Operation>> Paid() const {
    std::map<std::string, std::pair<std::string, Operation>> paid;
    for (const LoggedStart& start : history_.starts) {
      for (const auto& [name, operation] : world_.provider.operations()) {
        if (operation.start_id == start.start_id) paid[start.start_id] = {name, operation};
      }
    }
    return paid;
  }

  // One start is paid for, and one more for each that a person asked for: by a retry of what may have been charged.
  void PaidOnce() {
    int retries = 0;
    for (const LoggedEvent& event : history_.events) {
      const bool charged = event.from == Name(ClipState::kUnknown) || event.from == Name(ClipState::kFailed);
      retries += event.clip && event.event == Name(ClipEvent::kRetried) && charged;
    }
    const auto paid = Paid();
    if (static_cast<int>(paid.size()) > 1 + retries) Breaks("was paid for ", paid.size(), " times, retried ", retries);
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
    const auto paid = Paid();
    for (const LoggedStart& start : history_.starts) {
      const auto found = paid.find(start.start_id);
      verdict_.starts += found != paid.end();
      verdict_.unknown += start.outcome == "unknown";
      if (start.outcome == "open") Breaks("start ", start.start_id, " never got an outcome");
      if (start.outcome == "accepted" && (found == paid.end() || found->second.first != start.operation_name)) {
        Breaks("start ", start.start_id, " is said to have made ", start.operation_name, ", which it did not");
      }
      if (start.outcome == "refused" && found != paid.end()) Breaks("start ", start.start_id, " was paid, not refused");
      const bool died = died_with_.count(start.start_id) == 1;
      if (start.outcome == "unknown" && world_.provider.told().count(start.start_id) == 1 && !died) {
        Breaks("start ", start.start_id, " is unknown although its answer arrived");
      }
    }
  }

  void DeliveredItsOwn() {
    verdict_.completed += history_.job.state == JobState::kCompleted;
    for (const Clip& clip : history_.job.clips) {
      if (clip.state != ClipState::kStored) continue;
      const auto content = world_.storage.Content(clip.stored->object_name);
      if (!content || *content != Provider::VideoOf(clip.operation_name)) {
        Breaks("its stored video is not what ", clip.operation_name, " made");
      }
    }
    if (history_.job.state == JobState::kCompleted && history_.job.clips.at(0).state != ClipState::kStored) {
      Breaks("is completed without a stored video");
    }
  }

  void AddsUp() {
    const auto paid = Paid();
    for (const LoggedStart& start : history_.starts) {
      if (start.outcome != "accepted") continue;
      const auto found = paid.find(start.start_id);
      if (found == paid.end()) continue;
      const std::int64_t billed = found->second.second.fate == Fate::kVideo ? start.price_micros : 0;
      if (start.settled_micros != billed)
        Breaks("start ", start.start_id, " is not settled at what is billed, ", billed);
    }
    std::int64_t held = 0;
    for (const LoggedStart& start : history_.starts) held += start.outcome == "unknown" ? start.price_micros : 0;
    if (history_.job.cost.held_micros != held) Breaks("holds ", history_.job.cost.held_micros, " and not ", held);
  }

  World& world_;
  const std::set<std::string>& died_with_;
  const JobHistory& history_;
  Verdict& verdict_;
};

}  // namespace

void Judge(const Case& run, Verdict& verdict) {
  std::set<std::string> known_starts;
  for (const std::string& id : run.job_ids) {
    const auto history = run.world.store.audit().History(id);
    if (!history.ok()) {
      verdict.broken.push_back(absl::StrCat("job ", id, " is lost: ", std::string(history.status().message())));
      continue;
    }
    for (const LoggedStart& start : history->starts) known_starts.insert(start.start_id);
    JobJudge(run, *history, verdict).All();
  }
  for (const auto& [name, operation] : run.world.provider.operations()) {
    if (known_starts.count(operation.start_id) == 0) {
      verdict.broken.push_back(absl::StrCat("the ledger knows nothing of the start that made ", name));
    }
  }
}

}  // namespace videojobs::simulation
