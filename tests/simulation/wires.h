#ifndef VIDEOJOBS_TESTS_SIMULATION_WIRES_H_
#define VIDEOJOBS_TESTS_SIMULATION_WIRES_H_

// The ports of a store as a process of a simulated world reaches them: every call takes time, may fail, may be done
// although its answer is lost, and may be the process's last.

#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "adapters/job_changes.h"
#include "adapters/job_intake.h"
#include "adapters/job_reader.h"
#include "adapters/job_work.h"
#include "adapters/lanes.h"
#include "adapters/start_ledger.h"
#include "tests/simulation/world.h"

namespace videojobs::simulation {

// A call over the wire to the database: there, done, and back. What fails on the way there was not done; what fails on
// the way back was, and the caller does not know.
class Wire {
 public:
  Wire(World& world, int replica) : world_(world), replica_(replica) {}

  template <typename Call>
  std::invoke_result_t<Call> Over(Call call, Place place = Place::kElsewhere) {
    Travel(place);
    if (world_.Chance(0.003)) return absl::UnavailableError("the database cannot be reached");
    auto answer = call();
    const bool lost = world_.Chance(0.003);
    Travel(place);
    if (lost) return absl::UnknownError("the answer to a commit was lost");
    return answer;
  }

 protected:
  World& world() { return world_; }
  int replica() const { return replica_; }

 private:
  void Travel(Place place) {
    const bool slow = world_.Chance(0.002);
    world_.Travel(replica_, (slow ? absl::Seconds(30) : absl::Milliseconds(5)) * world_.Fraction(), place);
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
  absl::StatusOr<Renewal> Renew(absl::Span<const Lease> leases, absl::Duration duration) override {
    return Over([&] { return real_.Renew(leases, duration); });
  }
  absl::Status Release(absl::Span<const ReleasedJob> jobs) override {
    return Over([&] { return real_.Release(jobs); });
  }
  absl::Status WriteStoryboardIfHeld(const Lease& lease, absl::Span<const PlannedClip> clips) override {
    return Over([&] { return real_.WriteStoryboardIfHeld(lease, clips); }, Place::kMove);
  }
  absl::Status MoveIfHeld(const Lease& lease, const Moves& moves) override {
    return Over([&] { return real_.MoveIfHeld(lease, moves); }, Place::kMove);
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
    return Over([&] { return real_.RecordIntent(intent); }, Place::kLedger);
  }
  absl::Status RecordOutcome(const std::string& start_id, const StartOutcome& outcome) override {
    if (const auto kept = kept_.find(start_id); kept != kept_.end()) {
      const auto recorded = Over([&] { return real_.RecordIntent(kept->second); });
      if (!recorded.ok()) return recorded.status();
    }
    const absl::Status recorded = Over([&] { return real_.RecordOutcome(start_id, outcome); }, Place::kLedger);
    if (recorded.ok() && outcome.kind != OutcomeKind::kUnknown) NoteRecorded(start_id);
    return recorded;
  }
  absl::StatusOr<std::vector<std::string>> StartsInDoubt(const std::string& provider, absl::Duration age,
                                                         int limit) override {
    return Over([&] { return real_.StartsInDoubt(provider, age, limit); });
  }
  absl::StatusOr<std::vector<UnfollowedStart>> StartsUnfollowed(const std::string& provider, absl::Duration age,
                                                                int limit) override {
    return Over([&] { return real_.StartsUnfollowed(provider, age, limit); });
  }
  absl::Status Settle(const std::string& start_id, Settlement settlement) override {
    return Over([&] { return real_.Settle(start_id, settlement); });
  }

 private:
  // What is stored is lost with nobody any more.
  void NoteRecorded(const std::string& start_id) {
    const auto held = world().start_holders.find(start_id);
    if (held != world().start_holders.end() && held->second == replica()) world().start_holders.erase(held);
  }

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
  absl::StatusOr<std::vector<ClosedLane>> Closed() override {
    return Over([&] { return real_.Closed(); });
  }
  absl::StatusOr<std::vector<ClosedLane>> TakeChecks(const ChecksWanted& wanted) override {
    return Over([&] { return real_.TakeChecks(wanted); });
  }
  absl::Status PassCheck(const LaneKey& key, const std::string& token) override {
    return Over([&] { return real_.PassCheck(key, token); });
  }

 private:
  Lanes& real_;
};

class WiredReader : public JobReader, Wire {
 public:
  WiredReader(World& world, int replica, JobReader& real) : Wire(world, replica), real_(real) {}
  absl::StatusOr<std::vector<Job>> Get(absl::Span<const std::string> ids) override {
    return Over([&] { return real_.Get(ids); });
  }
  absl::StatusOr<Job> NewestOf(const std::string& escalation_id) override {
    return Over([&] { return real_.NewestOf(escalation_id); });
  }
  absl::StatusOr<JobPage> List(const JobFilter& filter, const std::optional<PageEnd>& after, int limit) override {
    return Over([&] { return real_.List(filter, after, limit); });
  }
  absl::StatusOr<int> CountOverdue(absl::Duration by) override {
    return Over([&] { return real_.CountOverdue(by); });
  }
  absl::Status Check() override {
    return Over([&] { return real_.Check(); });
  }

 private:
  JobReader& real_;
};

class WiredChanges : public JobChanges, Wire {
 public:
  WiredChanges(World& world, int replica, JobChanges& real) : Wire(world, replica), real_(real) {}
  absl::StatusOr<Job> Change(const std::string& job_id, const ChangeDecision& decide) override {
    return Over([&] { return real_.Change(job_id, decide); });
  }

 private:
  JobChanges& real_;
};

}  // namespace videojobs::simulation

#endif  // VIDEOJOBS_TESTS_SIMULATION_WIRES_H_
