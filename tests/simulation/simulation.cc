#include "tests/simulation/simulation.h"

#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/engine/cancelling.h"
#include "server/engine/retrying.h"
#include "tests/simulation/fibers.h"
#include "tests/simulation/judge.h"
#include "tests/simulation/provider.h"
#include "tests/simulation/replica.h"

namespace videojobs::simulation {
namespace {

constexpr int kCallers = -1;  // owns the fibers of callers and persons
constexpr absl::Duration kToTheEnd = absl::Hours(24 * 5);

// The store's own time: the world's.
class WorldClock : public Clock {
 public:
  explicit WorldClock(Scheduler& scheduler) : scheduler_(scheduler) {}
  absl::Time Now() override { return absl::FromUnixSeconds(1'800'000'000) + scheduler_.Elapsed(); }
  absl::Duration Elapsed() override { return scheduler_.Elapsed(); }
  void Sleep(absl::Duration duration) override { scheduler_.Sleep(duration); }

 private:
  Scheduler& scheduler_;
};

class NoLog : public Log {
 public:
  void Write(const LogLine&) override {}
};

class Run {
 public:
  explicit Run(const Setup& setup)
      : setup_(setup),
        random_(setup.seed),
        provider_(random_, [this] { return scheduler_.Elapsed(); }),
        clock_(scheduler_),
        store_(SqliteStore::Open(":memory:", {}, clock_).value()),
        world_{.scheduler = scheduler_,
               .random = random_,
               .provider = provider_,
               .store = *store_,
               .storage = storage_,
               .log = log_,
               .without_intents = setup.without_intents} {}

  Verdict All() {
    if (setup_.without_intents) provider_.CloseNoLanes();
    for (int number = 0; number < setup_.replicas; ++number) StartReplica(number);
    scheduler_.Spawn(kCallers, absl::ZeroDuration(), [this] { CreateJobs(); });
    scheduler_.Spawn(kCallers, absl::Minutes(10), [this] { SayWords(); });
    while (scheduler_.Elapsed() < setup_.length) {
      scheduler_.RunUntil(scheduler_.Elapsed() + absl::Minutes(1) + absl::Minutes(40) * Fraction(),
                          [this] { return world_.doomed.has_value(); });
      KillOne(world_.doomed.value_or(static_cast<int>(random_() % setup_.replicas)));
    }
    scheduler_.Kill(kCallers);
    Calm();
    scheduler_.RunUntil(scheduler_.Elapsed() + kToTheEnd);
    verdict_.jobs = static_cast<int>(job_ids_.size());
    verdict_.deaths_in_starts = world_.deaths_in_starts;
    verdict_.simulated = setup_.length;
    Judge({world_, job_ids_, died_with_}, verdict_);
    for (const auto& [number, replica] : replicas_) scheduler_.Kill(number);
    scheduler_.RunUntil(scheduler_.Elapsed());
    return verdict_;
  }

 private:
  double Fraction() { return std::uniform_real_distribution<>(0, 1)(random_); }

  void StartReplica(int number, absl::Duration after = absl::ZeroDuration()) {
    replicas_[number] = std::make_unique<Replica>(world_, number, after);
  }

  // A process dies in the middle of whatever it does; another one takes its place some time later.
  void KillOne(int number) {
    world_.doomed.reset();
    scheduler_.Kill(number);
    scheduler_.RunUntil(scheduler_.Elapsed());
    replicas_[number].reset();
    ++verdict_.deaths;
    NoteUnrecorded(number);
    StartReplica(number, absl::Seconds(90) * Fraction());
  }

  // Starts that this process made and did not record: its death may be why they never are.
  void NoteUnrecorded(int number) {
    for (const std::string& id : job_ids_) {
      const auto history = store_->audit().History(id);
      if (!history.ok() || IsFinished(history->job.state)) continue;
      for (const LoggedStart& start : history->starts) {
        const auto holder = world_.start_holders.find(start.start_id);
        const bool its_own = holder != world_.start_holders.end() && holder->second == number;
        if (start.outcome == "open" && its_own) died_with_.insert(start.start_id);
      }
    }
  }

  void CreateJobs() {
    for (int number = 0;; ++number) {
      NewJob asked;
      asked.job.id = absl::StrCat("job-", number);
      asked.job.response_text = absl::StrCat("Answer ", number, ".");
      asked.job.provider = "gemini";
      asked.job.options.model = "veo";
      if (store_->intake().Create({absl::StrCat("request-", number), "print", {asked}}).ok()) {
        job_ids_.push_back(asked.job.id);
      }
      scheduler_.Sleep(absl::Minutes(20) * Fraction());
    }
  }

  // Persons retry and cancel what they see, and sometimes accept a second charge.
  void SayWords() {
    for (;;) {
      scheduler_.Sleep(absl::Minutes(40) * Fraction());
      const std::string& id = job_ids_[random_() % job_ids_.size()];
      const auto job = store_->reader().Get({id}).value().at(0);
      if (job.state == JobState::kFailed && Fraction() < 0.5) {
        std::vector<std::string> accepted;
        if (Fraction() < 0.5) accepted.push_back(job.clips.empty() ? "" : job.clips[0].start_id);
        verdict_.words += Retrying(store_->changes(), true, [] {}).Retry(id, accepted).ok();
      } else if (Fraction() < 0.1) {
        verdict_.words += Cancelling(store_->changes(), [] {}).Cancel(id).ok();
      }
    }
  }

  void Calm() {
    world_.calm = true;
    provider_.Calm();
  }

  const Setup setup_;
  Scheduler scheduler_;
  std::mt19937_64 random_;
  Provider provider_;
  WorldClock clock_;
  NoLog log_;
  MemoryVideoStorage storage_;
  std::unique_ptr<SqliteStore> store_;
  World world_;
  std::map<int, std::unique_ptr<Replica>> replicas_;
  std::vector<std::string> job_ids_;
  std::set<std::string> died_with_;
  Verdict verdict_;
};

}  // namespace

Verdict Simulate(const Setup& setup) { return Run(setup).All(); }

}  // namespace videojobs::simulation
