#include "adapters/postgres/lanes.h"

#include <string_view>

#include "adapters/postgres/sql.h"

namespace videojobs::postgres {
namespace {

// $6: for how long, $7: how long at most where that is a guess. Whoever waits behind one closing does not add to it.
// A cap is looked at anew by every start: it gives way to what the provider says, and never hides it.
constexpr std::string_view kClose = R"sql(
INSERT INTO video_lanes AS lane (mock, provider, model, reason, detail, closed_until)
VALUES ($1, $2, $3, $4, $5, clock_timestamp() + $6::bigint * interval '1 microsecond')
    ON CONFLICT (tenant, mock, provider, model) DO UPDATE
   SET reason = excluded.reason, detail = excluded.detail, checked = false, check_token = '', check_until = NULL,
       probe_start_id = '',
       closures = CASE WHEN lane.reason = 'SPENDING_CAP' THEN 1
                       WHEN lane.closed_until > clock_timestamp() THEN lane.closures ELSE lane.closures + 1 END,
       closed_until = CASE
         WHEN lane.reason = 'SPENDING_CAP' OR lane.closed_until > clock_timestamp() OR $7::bigint IS NULL
           THEN excluded.closed_until
         ELSE clock_timestamp() + greatest($6, least($7, $6 * (1 << least(lane.closures, 12))))
                                  * interval '1 microsecond' END
 WHERE lane.reason = 'SPENDING_CAP'
    OR (excluded.reason <> 'SPENDING_CAP' AND excluded.closed_until > lane.closed_until)
)sql";

constexpr std::string_view kOpen = R"sql(
DELETE FROM video_lanes WHERE tenant = '' AND mock = $1 AND provider = $2 AND model = $3
)sql";

#define LANE_COLUMNS \
  "provider, model, reason, detail, " VIDEOJOBS_MICROS("closed_until") " AS closed_until,"            \
  " " VIDEOJOBS_MICROS("closed_until") " - " VIDEOJOBS_MICROS("clock_timestamp()") " AS remaining"

#define WAITS_FOR_CHECK "(reason IN ('BAD_KEY', 'MODEL_UNAVAILABLE') AND NOT checked)"

constexpr std::string_view kClosed =
    "SELECT " LANE_COLUMNS
    " FROM video_lanes WHERE tenant = '' AND mock = $1"
    " AND (" WAITS_FOR_CHECK " OR closed_until > clock_timestamp()) ORDER BY provider, model";

// $5: also those whose time is not over.
constexpr std::string_view kTakeChecks =
    "UPDATE video_lanes SET check_token = $2, check_until = clock_timestamp() + $3::bigint * interval '1 microsecond'"
    " WHERE tenant = '' AND mock = $1 AND provider = ANY ($4::text[]) AND " WAITS_FOR_CHECK
    " AND ($5::boolean OR closed_until <= clock_timestamp())"
    " AND (check_until IS NULL OR check_until <= clock_timestamp())"
    " RETURNING " LANE_COLUMNS;

#undef WAITS_FOR_CHECK

// The probe is under way as long as its outcome is open and its holder alive.
constexpr std::string_view kLockLane =
    "SELECT " LANE_COLUMNS
    ", checked,"
    " EXISTS (SELECT FROM video_starts s JOIN video_jobs j ON j.id = s.job_id"
    " WHERE s.start_id = lane.probe_start_id AND s.outcome = 'open'"
    " AND j.lease_token = s.lease_token AND j.lease_until > clock_timestamp()) AS probed"
    " FROM video_lanes AS lane WHERE tenant = '' AND mock = $1 AND provider = $2 AND model = $3 FOR UPDATE OF lane";

#undef LANE_COLUMNS

constexpr std::string_view kProbe = R"sql(
UPDATE video_lanes SET probe_start_id = $4 WHERE tenant = '' AND mock = $1 AND provider = $2 AND model = $3
)sql";

constexpr std::string_view kOpenByProbe = R"sql(
DELETE FROM video_lanes
 WHERE tenant = '' AND mock = $1 AND provider = $2 AND model = $3 AND probe_start_id = $4
)sql";

constexpr std::string_view kCloseByLostProbe = R"sql(
UPDATE video_lanes SET closed_until = clock_timestamp() + $5::bigint * interval '1 microsecond', probe_start_id = ''
 WHERE tenant = '' AND mock = $1 AND provider = $2 AND model = $3 AND probe_start_id = $4
)sql";

constexpr std::string_view kPassCheck = R"sql(
UPDATE video_lanes SET checked = true, check_token = '', check_until = NULL,
       closed_until = least(closed_until, clock_timestamp())
 WHERE tenant = '' AND mock = $1 AND provider = $2 AND model = $3 AND check_token = $4
)sql";

ClosedLane LaneOf(const pqxx::row& row) {
  ClosedLane lane;
  lane.key = {TextOf(row, "provider"), TextOf(row, "model")};
  lane.reason = LaneReasonNamed(TextOf(row, "reason"));
  lane.detail = TextOf(row, "detail");
  lane.closed_until = TimeOf(row, "closed_until");
  lane.remaining = absl::Microseconds(Int64Of(row, "remaining"));
  return lane;
}

}  // namespace

void CloseLane(pqxx::transaction_base& transaction, bool mock, const LaneKey& key, LaneReason reason,
               const std::string& detail, const Closing& closing) {
  Execute(transaction, kClose,
          {mock, key.provider, key.model, Name(reason), detail, Micros(closing.duration),
           closing.told ? Value(std::nullopt) : Value(Micros(kLongestGuess))});
}

void OpenLane(pqxx::transaction_base& transaction, bool mock, const LaneKey& key) {
  Execute(transaction, kOpen, {mock, key.provider, key.model});
}

std::optional<LockedLane> LockLane(pqxx::transaction_base& transaction, bool mock, const LaneKey& key) {
  const pqxx::result rows = Execute(transaction, kLockLane, {mock, key.provider, key.model});
  if (rows.empty()) return std::nullopt;
  return LockedLane{LaneOf(rows[0]), BoolOf(rows[0], "checked"), BoolOf(rows[0], "probed")};
}

void ProbeLane(pqxx::transaction_base& transaction, bool mock, const LaneKey& key, const std::string& start_id) {
  Execute(transaction, kProbe, {mock, key.provider, key.model, start_id});
}

void HearProbe(pqxx::transaction_base& transaction, bool mock, const LaneKey& key, const std::string& start_id,
               OutcomeKind outcome) {
  if (outcome == OutcomeKind::kUnknown) {
    Execute(transaction, kCloseByLostProbe, {mock, key.provider, key.model, start_id, Micros(kAfterLostStart)});
  } else {
    Execute(transaction, kOpenByProbe, {mock, key.provider, key.model, start_id});
  }
}

absl::Status PostgresLanes::Close(const LaneKey& key, LaneReason reason, const std::string& detail,
                                  const Closing& closing) {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::Status {
    CloseLane(transaction, mock_, key, reason, detail, closing);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<ClosedLane>> PostgresLanes::Closed() {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::StatusOr<std::vector<ClosedLane>> {
    std::vector<ClosedLane> closed;
    for (const pqxx::row& row : Execute(transaction, kClosed, {mock_})) closed.push_back(LaneOf(row));
    return closed;
  });
}

absl::StatusOr<std::vector<ClosedLane>> PostgresLanes::TakeChecks(const ChecksWanted& wanted) {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::StatusOr<std::vector<ClosedLane>> {
    std::vector<ClosedLane> taken;
    for (const pqxx::row& row :
         Execute(transaction, kTakeChecks,
                 {mock_, wanted.token, Micros(wanted.duration), Texts(wanted.providers), wanted.early})) {
      taken.push_back(LaneOf(row));
    }
    return taken;
  });
}

absl::Status PostgresLanes::PassCheck(const LaneKey& key, const std::string& token) {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::Status {
    Execute(transaction, kPassCheck, {mock_, key.provider, key.model, token});
    return absl::OkStatus();
  });
}

}  // namespace videojobs::postgres
