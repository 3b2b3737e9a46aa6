#include "adapters/sqlite/start_admission.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "adapters/sqlite/rows.h"

namespace videojobs::sqlite {
namespace {

// The probe is under way as long as its outcome is open and its holder alive.
constexpr char kLane[] = R"(
SELECT reason, detail, closed_until, checked,
       EXISTS (SELECT 1 FROM video_starts s JOIN video_jobs j ON j.id = s.job_id
                WHERE s.start_id = probe_start_id AND s.outcome = 'open' AND j.lease_token = s.lease_token
                  AND j.lease_until > ?4)
  FROM video_lanes WHERE tenant = '' AND mock = ?1 AND provider = ?2 AND model = ?3)";

constexpr char kProbeLane[] =
    "UPDATE video_lanes SET probe_start_id = ?4 WHERE tenant = '' AND mock = ?1 AND provider = ?2 AND model = ?3";

constexpr char kCountUnderWay[] = R"(
SELECT count(*) FROM video_clips JOIN video_jobs ON id = job_id
 WHERE state IN ('starting', 'running') AND tenant = '' AND mock = ?1)";

// When the ?3th latest intent of the last minute was; no row: there is room now.
constexpr char kMinuteFullSince[] = R"(
SELECT intended_at FROM video_starts WHERE tenant = '' AND mock = ?1 AND intended_at > ?2
 ORDER BY intended_at DESC LIMIT 1 OFFSET ?3 - 1)";

constexpr char kForgetSpendingCap[] =
    "DELETE FROM video_lanes WHERE tenant = '' AND mock = ?1 AND provider = ?2 AND model = ?3 AND reason = "
    "'SPENDING_CAP'";

constexpr char kSpentSince[] = R"(
SELECT coalesce(sum(CASE WHEN settled IS NOT NULL THEN settled WHEN outcome = 'refused' THEN 0 ELSE price END), 0)
  FROM video_starts WHERE tenant = '' AND mock = ?1 AND intended_at >= ?2)";

absl::Time UtcDay(absl::Time time) {
  return absl::FromCivil(absl::ToCivilDay(time, absl::UTCTimeZone()), absl::UTCTimeZone());
}

LaneKey LaneOf(const StartIntent& intent) { return {.provider = intent.provider, .model = intent.model}; }

// A lane that is not open.
struct FoundLane {
  ClosedLane lane;
  bool checked = false;  // the free check has passed
  bool probed = false;   // a probe is under way
};

std::optional<FoundLane> FindLane(Session& session, const LaneKey& key) {
  Statement row = session.connection.Query(kLane, session.mock, key.provider, key.model, session.now);
  if (!row.Step()) return std::nullopt;
  FoundLane found;
  found.lane.key = key;
  found.lane.reason = LaneReasonNamed(row.Text());
  found.lane.detail = row.Text();
  found.lane.closed_until = row.Time();
  found.lane.remaining = found.lane.closed_until - session.now;
  found.checked = row.Flag();
  found.probed = row.Flag();
  return found;
}

std::int64_t SpentSince(Session& session, absl::Time since) {
  Statement spent = session.connection.Query(kSpentSince, session.mock, since);
  spent.Step();
  return spent.Number();
}

// The lane is closed, and says why, where this start would cost more than a cap leaves.
std::optional<ClosedLane> CloseIfOverCap(Session& session, const StartIntent& intent) {
  // A lane that is closed for another reason stays so: once the cap is raised, it still takes its probe.
  const auto close = [&](const std::string& detail, absl::Duration duration) {
    const LaneKey key = LaneOf(intent);
    CloseLane(session, key, LaneReason::kSpendingCap, detail, {duration});
    return ClosedLane{key, LaneReason::kSpendingCap, detail, session.now + duration, duration};
  };
  if (intent.total_cap_micros) {
    const std::int64_t spent = SpentSince(session, absl::UnixEpoch());
    if (spent + intent.price_micros > *intent.total_cap_micros) {
      return close(WhyOverCap("total", *intent.total_cap_micros, spent, intent.price_micros), absl::Hours(24));
    }
  }
  if (intent.daily_cap_micros) {
    const absl::Time today = UtcDay(session.now);
    const std::int64_t spent = SpentSince(session, today);
    if (spent + intent.price_micros > *intent.daily_cap_micros) {
      return close(WhyOverCap("daily", *intent.daily_cap_micros, spent, intent.price_micros),
                   today + absl::Hours(24) - session.now);
    }
  }
  return std::nullopt;
}

// Zero where the limits over all replicas leave room for one more.
absl::Duration WaitForRoom(Session& session, const StartIntent& intent) {
  if (intent.most_under_way) {
    Statement under_way = session.connection.Query(kCountUnderWay, session.mock);
    under_way.Step();
    if (under_way.Count() >= *intent.most_under_way) return kShortWait;
  }
  if (!intent.most_per_minute) return absl::ZeroDuration();
  Statement full =
      session.connection.Query(kMinuteFullSince, session.mock, session.now - absl::Minutes(1), *intent.most_per_minute);
  return full.Step() ? full.Time() + absl::Minutes(1) - session.now : absl::ZeroDuration();
}

bool MayProbe(const FoundLane& found) {
  return found.lane.remaining <= absl::ZeroDuration() && !found.probed &&
         (found.checked || !TakesFreeCheck(found.lane.reason));
}

}  // namespace

std::optional<RecordedIntent> InTheWay(Session& session, const StartIntent& intent) {
  const auto found = FindLane(session, LaneOf(intent));
  const bool capped = found && found->lane.reason == LaneReason::kSpendingCap;
  if (found && !capped && !MayProbe(*found)) {
    RecordedIntent wait{IntentAnswer::kLaneClosed, found->lane};
    wait.closed->remaining = std::max(wait.closed->remaining, kShortWait);
    return wait;
  }
  if (const absl::Duration wait = WaitForRoom(session, intent); wait > absl::ZeroDuration()) {
    return RecordedIntent{IntentAnswer::kPaced, std::nullopt, wait};
  }
  // A cap is never obeyed from memory: it may have been raised.
  session.connection.Run(kForgetSpendingCap, session.mock, intent.provider, intent.model);
  if (auto over = CloseIfOverCap(session, intent)) return RecordedIntent{IntentAnswer::kLaneClosed, std::move(over)};
  session.connection.Run(kProbeLane, session.mock, intent.provider, intent.model, intent.start_id);
  return std::nullopt;
}

}  // namespace videojobs::sqlite
