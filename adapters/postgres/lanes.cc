#include "adapters/postgres/lanes.h"

#include <string_view>

#include "adapters/postgres/sql.h"

namespace videojobs::postgres {
namespace {

constexpr std::string_view kClose = R"sql(
INSERT INTO video_lanes AS lane (mock, provider, model, reason, detail, closed_until)
VALUES ($1, $2, $3, $4, $5, clock_timestamp() + $6::bigint * interval '1 microsecond')
    ON CONFLICT (tenant, mock, provider, model) DO UPDATE
   SET reason = excluded.reason, detail = excluded.detail, closed_until = excluded.closed_until
 WHERE excluded.closed_until > lane.closed_until
)sql";

constexpr std::string_view kOpen = R"sql(
DELETE FROM video_lanes WHERE tenant = '' AND mock = $1 AND provider = $2 AND model = $3
)sql";

#define CLOSED_LANES \
  "SELECT provider, model, reason, detail, " VIDEOJOBS_MICROS("closed_until") " AS closed_until,"            \
  " " VIDEOJOBS_MICROS("closed_until") " - " VIDEOJOBS_MICROS("clock_timestamp()") " AS remaining"            \
  " FROM video_lanes WHERE tenant = '' AND mock = $1 AND closed_until > clock_timestamp()"

constexpr std::string_view kClosed = CLOSED_LANES " ORDER BY provider, model";
constexpr std::string_view kFindClosed = CLOSED_LANES " AND provider = $2 AND model = $3";

#undef CLOSED_LANES

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
               const std::string& detail, absl::Duration duration) {
  Execute(transaction, kClose, {mock, key.provider, key.model, Name(reason), detail, Micros(duration)});
}

void OpenLane(pqxx::transaction_base& transaction, bool mock, const LaneKey& key) {
  Execute(transaction, kOpen, {mock, key.provider, key.model});
}

std::optional<ClosedLane> FindClosedLane(pqxx::transaction_base& transaction, bool mock, const LaneKey& key) {
  const pqxx::result rows = Execute(transaction, kFindClosed, {mock, key.provider, key.model});
  if (rows.empty()) return std::nullopt;
  return LaneOf(rows[0]);
}

absl::Status PostgresLanes::Close(const LaneKey& key, LaneReason reason, const std::string& detail,
                                  absl::Duration duration) {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::Status {
    CloseLane(transaction, mock_, key, reason, detail, duration);
    return absl::OkStatus();
  });
}

absl::Status PostgresLanes::Open(const LaneKey& key) {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::Status {
    OpenLane(transaction, mock_, key);
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

}  // namespace videojobs::postgres
