#include "tests/simulation/replica.h"

#include <algorithm>
#include <map>
#include <optional>
#include <type_traits>
#include <utility>

#include "absl/strings/str_format.h"

namespace videojobs::simulation {
namespace {

constexpr absl::Duration kRound = absl::Minutes(1);
// How likely a process dies on each half of a call: of any, and of the one that pays.
constexpr double kDeath = 0.0005;
constexpr double kDeathInStart = 0.05;

// A call over the wire to the database: there, done, and back. What fails on the way there was not done; what fails on
// the way back was, and the caller does not know.
class Wire {
 public:
  Wire(World& world, int replica) : world_(world), replica_(replica) {}

  template <typename Call>
  std::invoke_result_t<Call> Over(Call call) {
    Travel();
    if (world_.Chance(0.003)) return absl::UnavailableError("the database cannot be reached");
    auto answer = call();
    const bool lost = world_.Chance(0.003);
    Travel();
    if (lost) return absl::UnknownError("the answer to a commit was lost");
    return answer;
  }

 private:
  void Travel() {
    const bool slow = world_.Chance(0.002);
    const double share = std::uniform_real_distribution<>(0, 1)(world_.random);
    world_.Travel(replica_, (slow ? absl::Seconds(30) : absl::Milliseconds(5)) * share, kDeath);
  }

  World& world_;
  const int replica_;
};

class WiredIntake : public JobIntake, Wire {
 public:
  WiredIntake(World& world, int replica, JobIntake& real) : Wire(world, replica), real_(real) {}
  absl::StatusOr<bool> HasEscalations() override { return real_.HasEscalations(); }
  absl::StatusOr<std::vector<Escalation>> ReadEscalations(absl::Span<const std::string> ids) override {
    return real_.ReadEscalations(ids);
  }
  absl::StatusOr<IntakeResult> FindRequest(const std::string& id, const std::string& fingerprint) override {
    return Over([&] { return real_.FindRequest(id, fingerprint); });
  }
  absl::StatusOr<IntakeResult> Create(const NewBatch& batch) override {
    return Over([&] { return real_.Create(batch); });
  }
  absl::StatusOr<std::vector<Escalation>> FindAdoptable(AdoptPolicy policy, int limit) override {
    return real_.FindAdoptable(policy, limit);
  }
  absl::StatusOr<int> Adopt(absl::Span<const NewJob> jobs) override { return real_.Adopt(jobs); }
  absl::StatusOr<std::vector<std::string>> FindAskedAgain(int limit) override { return real_.FindAskedAgain(limit); }
  absl::Status ShowAsTheyAre(absl::Span<const std::string> ids) override { return real_.ShowAsTheyAre(ids); }
  absl::StatusOr<Upkeep> KeepMirrors() override { return real_.KeepMirrors(); }

 private:
  JobIntake& real_;
};

class WiredWork : public JobWork, Wire {
 public:
  WiredWork(World& world, int replica, JobWork& real) : Wire(world, replica), real_(real) {}
  absl::StatusOr<std::vector<ClaimedJob>> Claim(int limit, const std::string& token, absl::Duration lease) override {
    return Over([&] { return real_.Claim(limit, token, lease); });
  }
  absl::StatusOr<std::vector<Lease>> Renew(absl::Span<const Lease> leases, absl::Duration duration) override {
    return Over([&] { return real_.Renew(leases, duration); });
  }
  absl::Status Release(absl::Span<const ReleasedJob> jobs) override {
    return Over([&] { return real_.Release(jobs); });
  }
  absl::Status WriteStoryboardIfHeld(const Lease& lease, absl::Span<const Scene> scenes,
                                     absl::Span<const std::string> stems) override {
    return Over([&] { return real_.WriteStoryboardIfHeld(lease, scenes, stems); });
  }
  absl::Status MoveIfHeld(const Lease& lease, const Moves& moves) override {
    return Over([&] { return real_.MoveIfHeld(lease, moves); });
  }
  absl::StatusOr<int> CountDue() override {
    return Over([&] { return real_.CountDue(); });
  }
  absl::StatusOr<std::optional<absl::Duration>> NextDueIn() override {
    return Over([&] { return real_.NextDueIn(); });
  }

 private:
  JobWork& real_;
};

// With `forgetful` the intent is kept in memory and written only together with its outcome.
class WiredLedger : public StartLedger, Wire {
 public:
  WiredLedger(World& world, int replica, StartLedger& real)
      : Wire(world, replica), real_(real), forgetful_(world.without_intents) {}
  absl::StatusOr<RecordedIntent> RecordIntent(const StartIntent& intent) override {
    if (forgetful_) {
      kept_[intent.start_id] = intent;
      return RecordedIntent{IntentAnswer::kRecorded};
    }
    return Over([&] { return real_.RecordIntent(intent); });
  }
  absl::Status RecordOutcome(const std::string& start_id, const StartOutcome& outcome) override {
    if (const auto kept = kept_.find(start_id); kept != kept_.end()) {
      const auto recorded = Over([&] { return real_.RecordIntent(kept->second); });
      if (!recorded.ok()) return recorded.status();
    }
    return Over([&] { return real_.RecordOutcome(start_id, outcome); });
  }
  absl::StatusOr<std::vector<std::string>> StartsInDoubt(const std::string& provider, absl::Duration age,
                                                         int limit) override {
    return Over([&] { return real_.StartsInDoubt(provider, age, limit); });
  }

 private:
  StartLedger& real_;
  const bool forgetful_;
  std::map<std::string, StartIntent> kept_;
};

class WiredLanes : public Lanes, Wire {
 public:
  WiredLanes(World& world, int replica, Lanes& real) : Wire(world, replica), real_(real) {}
  absl::Status Close(const LaneKey& key, LaneReason reason, const std::string& detail, const Closing& how) override {
    return Over([&] { return real_.Close(key, reason, detail, how); });
  }
  absl::Status Open(const LaneKey& key) override {
    return Over([&] { return real_.Open(key); });
  }
  absl::StatusOr<std::vector<ClosedLane>> Closed() override {
    return Over([&] { return real_.Closed(); });
  }
  absl::StatusOr<std::vector<LaneKey>> TakeChecks(const std::string& token, absl::Duration duration) override {
    return Over([&] { return real_.TakeChecks(token, duration); });
  }
  absl::Status PassCheck(const LaneKey& key, const std::string& token) override {
    return Over([&] { return real_.PassCheck(key, token); });
  }

 private:
  Lanes& real_;
};

class WiredStorage : public VideoStorage, Wire {
 public:
  WiredStorage(World& world, int replica, VideoStorage& real) : Wire(world, replica), world_(world), real_(real) {}
  absl::Status Put(const std::string& name, ByteSource& source, std::int64_t bytes) override {
    world_.scheduler.Sleep(absl::Seconds(20) * std::uniform_real_distribution<>(0, 1)(world_.random));
    if (world_.Chance(0.05)) return absl::PermissionDeniedError("the bucket refuses");
    return Over([&] { return real_.Put(name, source, bytes); });
  }
  absl::StatusOr<std::int64_t> Size(const std::string& name) override { return real_.Size(name); }
  absl::StatusOr<std::string> PublicUrl(const std::string& name) override {
    return Over([&] { return real_.PublicUrl(name); });
  }
  absl::StatusOr<VideoAddress> Address(const std::string& name) override { return real_.Address(name); }

 private:
  World& world_;
  VideoStorage& real_;
};

class WiredProvider : public VideoGenerator {
 public:
  WiredProvider(World& world, int replica) : world_(world), replica_(replica) {}
  std::string provider() const override { return "gemini"; }
  std::string location() const override { return ""; }
  std::string ModelId(const std::string& name) const override { return name; }
  std::vector<Violation> Check(const VideoOptions&, const std::vector<Scene>&) const override { return {}; }
  std::int64_t PriceMicros(const VideoOptions&, const Scene& scene) const override {
    return std::int64_t{100'000} * scene.duration_seconds;
  }
  absl::Duration UsualTime(const VideoOptions&) const override { return absl::Minutes(1); }
  bool IsOperationName(const std::string& name) const override { return !name.empty(); }
  std::string AlternativesTo(const std::string&) const override { return ""; }
  absl::Status CheckModel(const std::string&) override { return world_.provider.CheckModel(travel_); }
  absl::StatusOr<std::vector<ListedOperation>> ListOperations(const std::string&, int) override {
    return absl::UnimplementedError("not here");
  }
  StartOutcome Start(const StartRequest& request) override {
    world_.start_holders[request.start_id] = replica_;
    return world_.provider.Start(request, [this](absl::Duration duration) {
      try {
        world_.Travel(replica_, duration, kDeathInStart);
      } catch (const Killed&) {
        ++world_.deaths_in_starts;
        throw;
      }
    });
  }
  PollAnswer Poll(const std::string& name) override { return world_.provider.Poll(name, travel_); }
  absl::Status Fetch(const std::string& name, const std::string&, ByteSink& sink) override {
    return world_.provider.Fetch(name, sink, travel_);
  }
  absl::Status Cancel(const std::string&) override { return absl::UnimplementedError("not here"); }
  absl::StatusOr<std::string> FindStart(const std::string&) override { return absl::UnimplementedError("not here"); }

 private:
  World& world_;
  const int replica_;
  const Travel travel_ = [this](absl::Duration duration) { world_.Travel(replica_, duration, kDeath); };
};

// Ids under the seed.
class SeededIds : public IdSource {
 public:
  explicit SeededIds(World& world) : world_(world) {}
  std::string NewId() override {
    const std::uint64_t high = world_.random() >> 32, low = world_.random() >> 16;
    return absl::StrFormat("%08x-0000-7000-8000-%012x", high, low);
  }
  std::string NewSecretName() override {
    const std::uint64_t high = world_.random(), low = world_.random();
    return absl::StrFormat("%016x%016x", high, low);
  }
  double NewFraction() override { return std::uniform_real_distribution<>(0, 1)(world_.random); }

 private:
  World& world_;
};

// A process's own clock: the wall clock of each is wrong in its own way.
class ReplicaClock : public Clock {
 public:
  ReplicaClock(World& world, absl::Duration error) : world_(world), error_(error) {}
  absl::Time Now() override { return absl::FromUnixSeconds(1'800'000'000) + world_.scheduler.Elapsed() + error_; }
  absl::Duration Elapsed() override { return world_.scheduler.Elapsed() + error_; }
  void Sleep(absl::Duration duration) override { world_.scheduler.Sleep(duration); }

 private:
  World& world_;
  const absl::Duration error_;
};

}  // namespace

struct Replica::Outside {
  Outside(World& world, int replica, absl::Duration clock_error)
      : intake(world, replica, world.store.intake()),
        work(world, replica, world.store.work()),
        ledger(world, replica, world.store.ledger()),
        lanes(world, replica, world.store.lanes()),
        generator(world, replica),
        storage(world, replica, world.storage),
        ids(world),
        clock(world, clock_error) {}

  WiredIntake intake;
  WiredWork work;
  WiredLedger ledger;
  WiredLanes lanes;
  WiredProvider generator;
  WiredStorage storage;
  PlainStoryboarder storyboarder;
  MemoryScratch scratch;
  SeededIds ids;
  ReplicaClock clock;
};

Replica::Replica(World& world, int number, absl::Duration after)
    : world_(world),
      outside_(std::make_unique<Outside>(world, number,
                                         absl::Minutes(std::uniform_int_distribution<>(-10, 10)(world.random)))) {
  settings_.public_url = "http://127.0.0.1:8080";
  settings_.daily_cap_micros.reset();
  settings_.adopt = AdoptPolicy::kOff;
  const EnginePorts ports{.intake = outside_->intake,
                          .work = outside_->work,
                          .ledger = outside_->ledger,
                          .lanes = outside_->lanes,
                          .reader = world.store.reader(),
                          .changes = world.store.changes(),
                          .generators = outside_->generator,
                          .storage = outside_->storage,
                          .storyboarder = outside_->storyboarder,
                          .plain_storyboarder = outside_->storyboarder,
                          .scratch = outside_->scratch,
                          .clock = outside_->clock,
                          .ids = outside_->ids,
                          .log = world.log};
  sweeping_ = std::make_unique<Sweeping>(ports, settings_, executor_, executor_,
                                         [this](absl::Duration wait) { wake_in_ = std::min(wake_in_, wait); });
  world.scheduler.Spawn(number, after, [this] { Work(); });
  world.scheduler.Spawn(number, after + settings_.lease / 3, [this] { RenewLeases(); });
}

Replica::~Replica() = default;

void Replica::Work() {
  for (;;) {
    wake_in_ = kRound;
    sweeping_->Begin(8);
    world_.scheduler.Sleep(wake_in_);
  }
}

void Replica::RenewLeases() {
  for (;;) {
    sweeping_->RenewLeases();
    world_.scheduler.Sleep(settings_.lease / 3);
  }
}

}  // namespace videojobs::simulation
