#ifndef VIDEOJOBS_ADAPTERS_POSTGRES_START_LEDGER_H_
#define VIDEOJOBS_ADAPTERS_POSTGRES_START_LEDGER_H_

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "adapters/postgres/connection_pool.h"
#include "adapters/start_ledger.h"

namespace videojobs::postgres {

// Locks are always taken in one order: the job, its clip and start, spending, the lane.
class PostgresStartLedger : public StartLedger {
 public:
  PostgresStartLedger(ConnectionPool& pool, bool mock) : pool_(pool), mock_(mock) {}

  absl::StatusOr<RecordedIntent> RecordIntent(const StartIntent& intent) override;
  absl::Status RecordOutcome(const std::string& start_id, const StartOutcome& outcome) override;
  absl::StatusOr<std::vector<std::string>> StartsInDoubt(const std::string& provider, absl::Duration age,
                                                         int limit) override;
  // The next two are in unfollowed_starts.cc.
  absl::StatusOr<std::vector<UnfollowedStart>> StartsUnfollowed(const std::string& provider, absl::Duration age,
                                                                int limit) override;
  absl::Status Settle(const std::string& start_id, Settlement settlement) override;

 private:
  absl::StatusOr<RecordedIntent> IntentIn(pqxx::work& transaction, const StartIntent& intent);
  absl::StatusOr<RecordedIntent> SentIntentIn(pqxx::work& transaction, const StartIntent& intent);
  void InsertStart(pqxx::work& transaction, const StartIntent& intent, ClipState from, bool moves);
  void HearLane(pqxx::work& transaction, const LaneKey& lane, const std::string& start_id, const StartOutcome& outcome);
  absl::Status OutcomeIn(pqxx::work& transaction, const std::string& start_id, const StartOutcome& outcome);

  ConnectionPool& pool_;
  const bool mock_;
};

}  // namespace videojobs::postgres

#endif  // VIDEOJOBS_ADAPTERS_POSTGRES_START_LEDGER_H_
