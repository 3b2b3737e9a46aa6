#include "adapters/lanes.h"

#include <memory>
#include <string>
#include <vector>

#include "adapters/sqlite/database.h"
#include "adapters/sqlite/ports.h"
#include "adapters/sqlite/rows.h"

namespace videojobs::sqlite {
namespace {

constexpr char kClosed[] = R"(
SELECT provider, model, reason, detail, closed_until FROM video_lanes
 WHERE tenant = '' AND mock = ?1
   AND (closed_until > ?2 OR (reason IN ('BAD_KEY', 'MODEL_UNAVAILABLE') AND NOT checked)) ORDER BY provider, model)";

constexpr char kTakeChecks[] = R"(
UPDATE video_lanes SET check_token = ?2, check_until = ?4
 WHERE tenant = '' AND mock = ?1 AND provider = ?5 AND reason IN ('BAD_KEY', 'MODEL_UNAVAILABLE') AND NOT checked
   AND (?6 OR closed_until <= ?3) AND (check_until IS NULL OR check_until <= ?3)
RETURNING provider, model, reason, detail, closed_until)";

constexpr char kPassCheck[] = R"(
UPDATE video_lanes SET checked = 1, check_token = '', check_until = NULL, closed_until = min(closed_until, ?5)
 WHERE tenant = '' AND mock = ?1 AND provider = ?2 AND model = ?3 AND check_token = ?4)";

// In the order of the queries' columns.
ClosedLane LaneOf(Statement& row, absl::Time now) {
  ClosedLane lane;
  lane.key = {.provider = row.Text(), .model = row.Text()};
  lane.reason = LaneReasonNamed(row.Text());
  lane.detail = row.Text();
  lane.closed_until = row.Time();
  lane.remaining = lane.closed_until - now;
  return lane;
}

class SqliteLanes : public Lanes {
 public:
  explicit SqliteLanes(Sessions sessions) : sessions_(sessions) {}

  absl::Status Close(const LaneKey& key, LaneReason reason, const std::string& detail,
                     const Closing& closing) override {
    return sessions_.Write([&](Session& session) {
      CloseLane(session, key, reason, detail, closing);
      return absl::OkStatus();
    });
  }

  absl::StatusOr<std::vector<ClosedLane>> Closed() override {
    return sessions_.Read([](Session& session) -> absl::StatusOr<std::vector<ClosedLane>> {
      std::vector<ClosedLane> lanes;
      Statement row = session.connection.Query(kClosed, session.mock, session.now);
      while (row.Step()) lanes.push_back(LaneOf(row, session.now));
      return lanes;
    });
  }

  absl::StatusOr<std::vector<ClosedLane>> TakeChecks(const ChecksWanted& wanted) override {
    return sessions_.Write([&](Session& session) -> absl::StatusOr<std::vector<ClosedLane>> {
      std::vector<ClosedLane> taken;
      for (const std::string& provider : wanted.providers) {
        Statement row = session.connection.Query(kTakeChecks, session.mock, wanted.token, session.now,
                                                 session.now + wanted.duration, provider, wanted.early);
        while (row.Step()) taken.push_back(LaneOf(row, session.now));
      }
      return taken;
    });
  }

  absl::Status PassCheck(const LaneKey& key, const std::string& token) override {
    return sessions_.Write([&](Session& session) {
      session.connection.Run(kPassCheck, session.mock, key.provider, key.model, token, session.now);
      return absl::OkStatus();
    });
  }

 private:
  Sessions sessions_;
};

}  // namespace

std::unique_ptr<Lanes> MakeLanes(Sessions sessions) { return std::make_unique<SqliteLanes>(sessions); }

}  // namespace videojobs::sqlite
