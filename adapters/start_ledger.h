#ifndef VIDEOJOBS_ADAPTERS_START_LEDGER_H_
#define VIDEOJOBS_ADAPTERS_START_LEDGER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "adapters/job.h"
#include "adapters/job_work.h"
#include "adapters/lanes.h"

namespace videojobs {

// A paid call that is about to be made.
struct StartIntent {
  Lease lease;
  int clip = 0;
  std::string start_id;
  std::string provider;
  std::string model;
  std::string location;
  std::int64_t price_micros = 0;
  std::optional<std::int64_t> daily_cap_micros;  // per UTC day; none: no cap
  std::optional<std::int64_t> total_cap_micros;
  std::optional<int> most_under_way{};   // clips that start or run at once, over all replicas; none: no limit
  std::optional<int> most_per_minute{};  // intents in any 60 seconds, over all replicas; none: no limit
  // The call went out already, and the database has lost this intent since (a failover, a restored backup): it is
  // evidence, recorded whatever lease, lane, limits and caps say.
  bool sent = false;
};

enum class IntentAnswer {
  kRecorded,     // committed durably: the call may go out
  kLaneClosed,   // `closed` says why and until when; nothing was recorded
  kPaced,        // most_under_way or most_per_minute is reached: to be tried after `wait`; nothing was recorded
  kNotPossible,  // the lease is lost, the job wants no start, or the clip is not planned any more; nothing was recorded
};

struct RecordedIntent {
  IntentAnswer answer = IntentAnswer::kNotPossible;
  std::optional<ClosedLane> closed{};
  absl::Duration wait{};
};

// Why the lane closes for kSpendingCap, in words: which cap ("daily", "total") would be exceeded and by what, in
// millionths of a dollar.
std::string WhyOverCap(absl::string_view which, std::int64_t cap, std::int64_t spent, std::int64_t price);

// How long a start waits behind a lane's probe or check, and behind operations that run.
inline constexpr absl::Duration kShortWait = absl::Seconds(5);
// How long a lane is closed at first after a start whose answer was lost: a guess, doubled while they go on being lost.
inline constexpr absl::Duration kAfterLostStart = absl::Seconds(5);

enum class OutcomeKind {
  kAccepted,  // the provider gave an operation's name
  kRefused,   // surely nothing was created
  kUnknown,   // anything else
};

struct StartOutcome {
  OutcomeKind kind = OutcomeKind::kUnknown;
  std::string operation_name;  // kAccepted
  // kRefused: set where the refusal would hit every job. kUnknown: why the lane closes all the same.
  LaneReason lane_reason = LaneReason::kNone;
  absl::Duration lane_closed_for;  // with lane_reason: how long to wait; zero: the lane stays open
  bool lane_wait_told = true;      // false: lane_closed_for is our guess
  std::string detail;              // what the provider said, in words; no prompt, no key
  int http_status = 0;             // 0: no answer
};

// What a clip that moves to `to` by an outcome says about it. Where an earlier start stays in doubt, both stand there.
std::string ClipDetail(const StartOutcome& outcome, ClipState to);

// An accepted start whose operation no clip follows: a later start took its clip.
struct UnfollowedStart {
  std::string start_id;
  std::string job_id;
  std::string operation_name;
};

// The evidence of every paid call: its intent before, its outcome after. Rows are never deleted; only an unknown
// outcome may become another. Both databases commit here with full durability. Thread-safe.
class StartLedger {
 public:
  virtual ~StartLedger() = default;

  // In one transaction of its own: checks lease, job, clip, lane, limits and caps, writes the start's row with an open
  // outcome, moves the clip planned → starting. A cap that would be exceeded closes the lane until the next UTC
  // midnight (the total cap: for a day at a time); a lane closed for kSpendingCap is checked against the caps anew, not
  // obeyed. Caps count today's starts (by UTC day of `intended_at`) at their price until settled, then at what was
  // charged; refused ones count nothing, unknown ones fully. Spending is serialized over all replicas. A lane whose
  // time is over, and whose free check has passed where it takes one, lets one start through: it is the lane's probe
  // for as long as it is open under a live lease. Errors: ABORTED or UNAVAILABLE when surely nothing was committed;
  // UNKNOWN when the commit's own outcome is unknown: then the call must not go out (the row, if there, becomes unknown
  // when the lease ends). Of a start that was `sent` already, only the job and the clip are asked for: kNotPossible
  // where they are gone as well. A clip that is not planned any more stays as it is.
  virtual absl::StatusOr<RecordedIntent> RecordIntent(const StartIntent& intent) = 0;

  // Records the outcome of `start_id`, whatever state the job is in by now and whoever holds its lease, and moves the
  // clip with it. Commits alone: the job's move follows in its own transaction. Idempotent for an equal outcome. What
  // was accepted has the clip, whichever of its starts that is, unless another runs or is under way; should that one
  // come to nothing (see JobWork::MoveIfHeld where it ran), what was accepted meanwhile has it. A refused start is as
  // if it had never been tried: the doubt about an earlier one is what is left. A probe that the provider accepted, or
  // refused for its own request alone, opens its lane; one whose outcome is unknown closes it again. Errors: NOT_FOUND
  // for an unknown start_id; FAILED_PRECONDITION when another outcome is recorded that is not unknown; UNAVAILABLE,
  // ABORTED, UNKNOWN: repeat until it is recorded.
  virtual absl::Status RecordOutcome(const std::string& start_id, const StartOutcome& outcome) = 0;

  // The ids of this provider's starts whose outcome is unknown and that were intended within the last `age`, the newest
  // first, `limit` at most. Errors as for reading: UNAVAILABLE, ABORTED, INTERNAL.
  virtual absl::StatusOr<std::vector<std::string>> StartsInDoubt(const std::string& provider, absl::Duration age,
                                                                 int limit) = 0;

  // This provider's accepted starts that are not settled, that no clip follows or may follow when the start under way
  // comes to nothing, and that were accepted within the last `age`, the newest first, `limit` at most. Errors as for
  // reading.
  virtual absl::StatusOr<std::vector<UnfollowedStart>> StartsUnfollowed(const std::string& provider, absl::Duration age,
                                                                        int limit) = 0;

  // Says what such a start did cost in the end. One that is settled already stays as it is. Errors: NOT_FOUND: there is
  // no such accepted start; else as for RecordIntent.
  virtual absl::Status Settle(const std::string& start_id, Settlement settlement) = 0;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_START_LEDGER_H_
