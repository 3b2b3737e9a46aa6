#include "adapters/postgres/start_admission.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/postgres/lanes.h"
#include "adapters/postgres/rows.h"
#include "adapters/postgres/sql.h"

namespace videojobs::postgres {
namespace {

constexpr std::string_view kLockSpending = "SELECT FROM video_spending WHERE tenant = '' AND mock = $1 FOR UPDATE";

// What counts towards the caps: the charge once it is settled, the price until then, nothing for a refused start.
#define SPENT(since)                                                                                 \
  "(SELECT coalesce(sum(CASE WHEN outcome = 'refused' THEN 0 ELSE coalesce(settled, price) END), 0)" \
  " FROM video_starts WHERE tenant = '' AND mock = $1" since ")"

constexpr std::string_view kSpentToday =
    "SELECT " SPENT(" AND intended_at >= day.began") " AS spent,"
    " " VIDEOJOBS_MICROS("day.began + interval '1 day'") " - " VIDEOJOBS_MICROS("clock_timestamp()") " AS remaining"
    " FROM (SELECT date_trunc('day', clock_timestamp() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS began) AS day";
constexpr std::string_view kSpentInTotal = "SELECT " SPENT("") " AS spent";

#undef SPENT

constexpr std::string_view kCountUnderWay = R"sql(
SELECT count(*) AS clips FROM video_clips c JOIN video_jobs j ON j.id = c.job_id
 WHERE c.state IN ('starting', 'running') AND j.tenant = '' AND j.mock = $1
)sql";

// How long until the `$2`th latest intent is a minute old; no row, or nothing left: there is room now.
constexpr std::string_view kWaitForMinute =
    "SELECT " VIDEOJOBS_MICROS("intended_at + interval '1 minute'") " - " VIDEOJOBS_MICROS("clock_timestamp()")
    " AS wait FROM video_starts WHERE tenant = '' AND mock = $1 AND intended_at > clock_timestamp() - interval '1 minute'"
    " ORDER BY intended_at DESC OFFSET $2::integer - 1 LIMIT 1";

// The lane is closed, and says why, where this start would cost more than a cap leaves.
std::optional<ClosedLane> CloseIfOverCap(pqxx::work& transaction, bool mock, const StartIntent& intent) {
  // A lane that is closed for another reason stays so: once the cap is raised, it still takes its probe.
  const auto close = [&](const std::string& detail, absl::Duration duration) {
    const LaneKey key{intent.provider, intent.model};
    CloseLane(transaction, mock, key, LaneReason::kSpendingCap, detail, {duration});
    ClosedLane lane = LockLane(transaction, mock, key)->lane;
    if (lane.reason == LaneReason::kSpendingCap) return lane;
    const absl::Time now = lane.closed_until - lane.remaining;
    return ClosedLane{key, LaneReason::kSpendingCap, detail, now + duration, duration};
  };
  if (intent.total_cap_micros) {
    const std::int64_t spent = Int64Of(Execute(transaction, kSpentInTotal, {mock})[0], "spent");
    if (spent + intent.price_micros > *intent.total_cap_micros) {
      return close(WhyOverCap("total", *intent.total_cap_micros, spent, intent.price_micros), absl::Hours(24));
    }
  }
  if (intent.daily_cap_micros) {
    const pqxx::result today = Execute(transaction, kSpentToday, {mock});
    const std::int64_t spent = Int64Of(today[0], "spent");
    if (spent + intent.price_micros > *intent.daily_cap_micros) {
      return close(WhyOverCap("daily", *intent.daily_cap_micros, spent, intent.price_micros),
                   absl::Microseconds(Int64Of(today[0], "remaining")));
    }
  }
  return std::nullopt;
}

// Zero where the limits over all replicas leave room for one more.
absl::Duration WaitForRoom(pqxx::work& transaction, bool mock, const StartIntent& intent) {
  if (intent.most_under_way &&
      IntOf(Execute(transaction, kCountUnderWay, {mock})[0], "clips") >= *intent.most_under_way) {
    return kShortWait;
  }
  if (!intent.most_per_minute) return absl::ZeroDuration();
  const pqxx::result wait = Execute(transaction, kWaitForMinute, {mock, *intent.most_per_minute});
  if (wait.empty()) return absl::ZeroDuration();
  return std::max(absl::Microseconds(Int64Of(wait[0], "wait")), absl::ZeroDuration());
}

}  // namespace

std::optional<RecordedIntent> InTheWay(pqxx::work& transaction, bool mock, const StartIntent& intent) {
  const LaneKey key{intent.provider, intent.model};
  Execute(transaction, kLockSpending, {mock});
  const auto closed = LockLane(transaction, mock, key);
  const bool capped = closed && closed->lane.reason == LaneReason::kSpendingCap;
  if (closed && !capped) {
    const bool may_probe = closed->lane.remaining <= absl::ZeroDuration() && !closed->probed &&
                           (closed->checked || !TakesFreeCheck(closed->lane.reason));
    if (!may_probe) {
      RecordedIntent wait{IntentAnswer::kLaneClosed, closed->lane};
      wait.closed->remaining = std::max(wait.closed->remaining, kShortWait);
      return wait;
    }
  }
  if (const absl::Duration wait = WaitForRoom(transaction, mock, intent); wait > absl::ZeroDuration()) {
    return RecordedIntent{IntentAnswer::kPaced, std::nullopt, wait};
  }
  if (capped) OpenLane(transaction, mock, key);
  if (auto over = CloseIfOverCap(transaction, mock, intent)) return RecordedIntent{IntentAnswer::kLaneClosed, over};
  if (closed && !capped) ProbeLane(transaction, mock, key, intent.start_id);
  return std::nullopt;
}

}  // namespace videojobs::postgres
