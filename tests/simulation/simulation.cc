#include "tests/simulation/simulation.h"

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/engine/cancelling.h"
#include "server/engine/creating.h"
#include "server/engine/retrying.h"
#include "tests/simulation/fibers.h"
#include "tests/simulation/judge.h"
#include "tests/simulation/outside.h"
#include "tests/simulation/provider.h"
#include "tests/simulation/replica.h"
#include "tests/simulation/wires.h"

namespace videojobs::simulation {
namespace {

constexpr int kPersons = -2;  // owns the fiber of persons
constexpr absl::Duration kToTheEnd = absl::Hours(24 * 5);
// Trouble before an outage and after it.
constexpr absl::Duration kAround = absl::Hours(6);

// The store's own time: the world's.
class WorldClock : public Clock {
 public:
  explicit WorldClock(Scheduler& scheduler) : scheduler_(scheduler) {}
  absl::Time Now() override { return AtWorldTime(scheduler_.Elapsed()); }
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
               .without_intents = setup.without_intents},
        intake_(world_, kCallers, store_->intake()),
        reader_(world_, kCallers, store_->reader()),
        changes_(world_, kCallers, store_->changes()),
        door_(world_, kCallers),
        ids_(world_) {}

  Verdict All() {
    if (setup_.without_intents) provider_.CloseNoLanes();
    if (setup_.sends_again) provider_.SendAgain();
    // What is missing for days must be felt: only where nothing is.
    if (setup_.outage == OutageKind::kNone && setup_.seed % 2 == 0) provider_.KeepEvidence();
    const absl::Duration length = PlanTrouble();
    for (int number = 0; number < setup_.replicas; ++number) StartReplica(number);
    scheduler_.Spawn(kCallers, absl::ZeroDuration(), [this] { CreateJobs(); });
    scheduler_.Spawn(kPersons, pace_ / 2, [this] { SayWords(); });
    while (scheduler_.Elapsed() < length) {
      scheduler_.RunUntil(scheduler_.Elapsed() + absl::Minutes(1) + 2 * pace_ * world_.Fraction(),
                          [this] { return world_.doomed.has_value(); });
      KillOne(world_.doomed.value_or(static_cast<int>(random_() % setup_.replicas)));
    }
    scheduler_.Kill(kPersons);
    Calm();
    scheduler_.RunUntil(scheduler_.Elapsed() + kToTheEnd);
    verdict_.jobs = static_cast<int>(job_ids_.size());
    verdict_.deaths_at = world_.deaths_at;
    verdict_.troubled = length;
    verdict_.simulated = scheduler_.Elapsed();
    Judge({world_, job_ids_}, verdict_);
    for (const auto& [number, replica] : replicas_) scheduler_.Kill(number);
    scheduler_.RunUntil(scheduler_.Elapsed());
    return verdict_;
  }

 private:
  // How long there is trouble. A world of days has fewer jobs in an hour.
  absl::Duration PlanTrouble() {
    if (setup_.outage == OutageKind::kNone) return setup_.length;
    pace_ = absl::Hours(2);
    const absl::Duration from = kAround + absl::Hours(2) * world_.Fraction();
    world_.outage = {setup_.outage, from, from + LeastLength(setup_.outage) + kAround * world_.Fraction()};
    provider_.Suffer(world_.outage);
    return world_.outage.to + kAround;
  }

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
    world_.Bury(number);
    StartReplica(number, absl::Seconds(90) * world_.Fraction());
  }

  // Callers ask through the use case, and repeat a request until it is answered, as its request_id allows.
  void CreateJobs() {
    Creating creating({.default_model = "veo"}, intake_, door_, ids_, [] {});
    for (int number = 0; !world_.calm; ++number) {
      const CreateRequest request = RequestNumber(number);
      auto jobs = creating.Create(request);
      for (; absl::IsUnavailable(jobs.status()) || absl::IsUnknown(jobs.status()); jobs = creating.Create(request)) {
        scheduler_.Sleep(absl::Seconds(1));
      }
      for (const Job& job : *jobs) job_ids_.push_back(job.id);
      scheduler_.Sleep(pace_ * world_.Fraction());
    }
  }

  // Every fifth one brings its own scene, every seventh asks for two videos.
  static CreateRequest RequestNumber(int number) {
    CreateRequest request;
    request.request_id = absl::StrCat("request-", number);
    for (int video = 0; video < (number % 7 == 6 ? 2 : 1); ++video) {
      AskedVideo asked;
      asked.response_text = absl::StrCat("Answer ", number, ".", video, ".");
      if (number % 5 == 4) asked.scenes.push_back({absl::StrCat("A scene about ", asked.response_text), 0});
      request.videos.push_back(std::move(asked));
    }
    return request;
  }

  // Persons retry and cancel what they see, and sometimes accept a second charge. Where lost starts are found again
  // they are quick, and look at the newest jobs: their word is to cross what is found.
  void SayWords() {
    const bool quick = provider_.keeps_evidence();
    for (;;) {
      scheduler_.Sleep(2 * (quick ? absl::Minutes(1) : pace_) * world_.Fraction());
      if (job_ids_.empty()) continue;
      const std::size_t among = quick ? std::min<std::size_t>(job_ids_.size(), 5) : job_ids_.size();
      const std::string id = job_ids_[job_ids_.size() - 1 - random_() % among];
      const auto jobs = reader_.Get({id});
      if (jobs.ok()) SayWord(jobs->at(0));
    }
  }

  void SayWord(const Job& job) {
    if (job.state == JobState::kFailed && world_.Fraction() < 0.5) {
      std::vector<std::string> accepted;
      if (world_.Fraction() < 0.5) {
        for (const Clip& clip : job.clips) accepted.push_back(clip.start_id);
      }
      verdict_.words += Retrying(changes_, true, [] {}).Retry(job.id, accepted).ok();
    } else if (world_.Fraction() < 0.1) {
      verdict_.words += Cancelling(changes_, [] {}).Cancel(job.id).ok();
    }
  }

  void Calm() {
    world_.calm = true;
    provider_.Calm();
  }

  const Setup setup_;
  absl::Duration pace_ = absl::Minutes(20);  // a job comes twice in it
  Scheduler scheduler_;
  std::mt19937_64 random_;
  Provider provider_;
  WorldClock clock_;
  NoLog log_;
  MemoryVideoStorage storage_;
  std::unique_ptr<SqliteStore> store_;
  World world_;
  WiredIntake intake_;
  WiredReader reader_;
  WiredChanges changes_;
  WiredProvider door_;
  SeededIds ids_;
  std::map<int, std::unique_ptr<Replica>> replicas_;
  std::vector<std::string> job_ids_;
  Verdict verdict_;
};

}  // namespace

Verdict Simulate(const Setup& setup) { return Run(setup).All(); }

}  // namespace videojobs::simulation
