// Accepted starts that lost their clip to a later one: what they cost is asked for all the same.

#include <string_view>

#include "absl/strings/str_cat.h"
#include "adapters/postgres/sql.h"
#include "adapters/postgres/start_ledger.h"

namespace videojobs::postgres {
namespace {

// $3 in microseconds.
constexpr std::string_view kUnfollowed = R"sql(
SELECT s.start_id, s.job_id, s.operation_name
  FROM video_starts s JOIN video_clips c ON c.job_id = s.job_id AND c.clip = s.clip
 WHERE s.tenant = '' AND s.mock = $1 AND s.provider = $2 AND s.outcome = 'accepted' AND s.settled IS NULL
   AND c.operation_name <> s.operation_name AND c.state <> 'starting'
   AND s.outcome_at > clock_timestamp() - $3::bigint * interval '1 microsecond'
 ORDER BY s.outcome_at DESC, s.start_id DESC LIMIT $4
)sql";

constexpr std::string_view kSettleOnce = R"sql(
UPDATE video_starts SET settled = coalesce(settled, CASE WHEN $3::boolean THEN price ELSE 0 END)
 WHERE start_id = $1 AND mock = $2 AND outcome = 'accepted'
)sql";

}  // namespace

absl::StatusOr<std::vector<UnfollowedStart>> PostgresStartLedger::StartsUnfollowed(const std::string& provider,
                                                                                   absl::Duration age, int limit) {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::StatusOr<std::vector<UnfollowedStart>> {
    std::vector<UnfollowedStart> starts;
    for (const pqxx::row& row : Execute(transaction, kUnfollowed, {mock_, provider, Micros(age), limit})) {
      starts.push_back({TextOf(row, "start_id"), TextOf(row, "job_id"), TextOf(row, "operation_name")});
    }
    return starts;
  });
}

absl::Status PostgresStartLedger::Settle(const std::string& start_id, Settlement settlement) {
  return pool_.Transact([&](pqxx::work& transaction) {
    const auto settled = Execute(transaction, kSettleOnce, {start_id, mock_, settlement == Settlement::kCharged});
    return settled.affected_rows() == 1 ? absl::OkStatus()
                                        : absl::NotFoundError(absl::StrCat("there is no accepted start ", start_id));
  });
}

}  // namespace videojobs::postgres
