#ifndef VIDEOJOBS_TESTS_SUPPORT_TROUBLED_STORE_H_
#define VIDEOJOBS_TESTS_SUPPORT_TROUBLED_STORE_H_

#include <deque>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/job_changes.h"
#include "adapters/job_reader.h"
#include "adapters/job_work.h"
#include "adapters/lanes.h"
#include "adapters/start_ledger.h"
#include "gtest/gtest.h"

namespace videojobs {

// The parts of a real store, each of which answers as it is told before it works again. For one thread.

// Errors that queue up, one for each call.
class Troubles {
 public:
  Troubles& operator=(std::initializer_list<absl::Status> script) {
    script_ = script;
    return *this;
  }
  std::optional<absl::Status> Next() {
    if (script_.empty()) return std::nullopt;
    absl::Status next = std::move(script_.front());
    script_.pop_front();
    return next;
  }

 private:
  std::deque<absl::Status> script_;
};

class TroubledLedger : public StartLedger {
 public:
  explicit TroubledLedger(StartLedger& real) : real_(real) {}

  absl::StatusOr<RecordedIntent> RecordIntent(const StartIntent& intent) override {
    ++intents_asked;
    if (on_intent) on_intent();
    if (forgets_all || (forgets_first && !intent.sent)) return RecordedIntent{IntentAnswer::kRecorded};
    if (intent_lost_after_commit) {
      intent_lost_after_commit = false;
      EXPECT_TRUE(real_.RecordIntent(intent).ok());
      return absl::UnknownError("the connection broke during the commit");
    }
    if (auto trouble = intents.Next()) return *std::move(trouble);
    if (not_possible) return RecordedIntent{};
    return real_.RecordIntent(intent);
  }
  absl::Status RecordOutcome(const std::string& start_id, const StartOutcome& outcome) override {
    if (auto trouble = outcomes.Next()) return *std::move(trouble);
    return real_.RecordOutcome(start_id, outcome);
  }
  absl::StatusOr<std::vector<std::string>> StartsInDoubt(const std::string& provider, absl::Duration age,
                                                         int limit) override {
    if (auto trouble = doubts.Next()) return *std::move(trouble);
    return real_.StartsInDoubt(provider, age, limit);
  }
  absl::StatusOr<std::vector<UnfollowedStart>> StartsUnfollowed(const std::string& provider, absl::Duration age,
                                                                int limit) override {
    if (auto trouble = unfollowed.Next()) return *std::move(trouble);
    return real_.StartsUnfollowed(provider, age, limit);
  }
  absl::Status Settle(const std::string& start_id, Settlement settlement) override {
    if (auto trouble = settlements.Next()) return *std::move(trouble);
    return real_.Settle(start_id, settlement);
  }

  Troubles intents;
  Troubles outcomes;
  Troubles doubts;
  Troubles unfollowed;
  Troubles settlements;
  bool intent_lost_after_commit = false;
  bool not_possible = false;
  bool forgets_first = false;  // intents are lost, as by a failover, but for those of starts that were sent
  bool forgets_all = false;
  std::function<void()> on_intent;
  int intents_asked = 0;

 private:
  StartLedger& real_;
};

class TroubledLanes : public Lanes {
 public:
  explicit TroubledLanes(Lanes& real) : real_(real) {}

  absl::Status Close(const LaneKey& key, LaneReason reason, const std::string& detail, const Closing& how) override {
    return real_.Close(key, reason, detail, how);
  }
  absl::StatusOr<std::vector<ClosedLane>> Closed() override { return real_.Closed(); }
  absl::StatusOr<std::vector<ClosedLane>> TakeChecks(const ChecksWanted& wanted) override {
    if (!out_of_reach.ok()) return out_of_reach;
    return real_.TakeChecks(wanted);
  }
  absl::Status PassCheck(const LaneKey& key, const std::string& token) override { return real_.PassCheck(key, token); }

  absl::Status out_of_reach;

 private:
  Lanes& real_;
};

class TroubledWork : public JobWork {
 public:
  explicit TroubledWork(JobWork& real) : real_(real) {}

  absl::StatusOr<std::vector<ClaimedJob>> Claim(int limit, const std::string& token, absl::Duration duration) override {
    return real_.Claim(limit, token, duration);
  }
  absl::StatusOr<Renewal> Renew(absl::Span<const Lease> leases, absl::Duration duration) override {
    if (on_renew) on_renew();
    if (renewal) return *std::exchange(renewal, std::nullopt);
    return real_.Renew(leases, duration);
  }
  absl::Status Release(absl::Span<const ReleasedJob> jobs) override { return real_.Release(jobs); }
  absl::Status WriteStoryboardIfHeld(const Lease& lease, absl::Span<const PlannedClip> clips) override {
    return real_.WriteStoryboardIfHeld(lease, clips);
  }
  absl::Status MoveIfHeld(const Lease& lease, const Moves& moves_asked) override {
    if (auto trouble = moves.Next()) return *std::move(trouble);
    return real_.MoveIfHeld(lease, moves_asked);
  }
  absl::StatusOr<int> CountDue() override { return real_.CountDue(); }
  absl::StatusOr<std::optional<absl::Duration>> NextDueIn() override { return real_.NextDueIn(); }

  Troubles moves;
  std::optional<Renewal> renewal;  // what the next renewal says
  std::function<void()> on_renew;

 private:
  JobWork& real_;
};

class TroubledReader : public JobReader {
 public:
  explicit TroubledReader(JobReader& real) : real_(real) {}

  absl::StatusOr<std::vector<Job>> Get(absl::Span<const std::string> job_ids) override {
    if (auto trouble = gets.Next()) return *std::move(trouble);
    if (finds_none) return std::vector<Job>();
    return real_.Get(job_ids);
  }
  absl::StatusOr<Job> NewestOf(const std::string& escalation_id) override { return real_.NewestOf(escalation_id); }
  absl::StatusOr<JobPage> List(const JobFilter& filter, const std::optional<PageEnd>& after, int limit) override {
    return real_.List(filter, after, limit);
  }
  absl::StatusOr<int> CountOverdue(absl::Duration by) override { return real_.CountOverdue(by); }
  absl::Status Check() override { return real_.Check(); }

  Troubles gets;
  bool finds_none = false;  // as if the jobs were deleted

 private:
  JobReader& real_;
};

class TroubledChanges : public JobChanges {
 public:
  explicit TroubledChanges(JobChanges& real) : real_(real) {}

  absl::StatusOr<Job> Change(const std::string& job_id, const ChangeDecision& decide) override {
    if (auto trouble = changes.Next()) return *std::move(trouble);
    return real_.Change(job_id, decide);
  }

  Troubles changes;

 private:
  JobChanges& real_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_SUPPORT_TROUBLED_STORE_H_
