#ifndef VIDEOJOBS_ADAPTERS_LANES_H_
#define VIDEOJOBS_ADAPTERS_LANES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace videojobs {

// Why a lane is closed.
enum class LaneReason {
  kNone,
  kQuota,             // 429
  kOverloaded,        // 503, or a start whose answer was lost
  kBadKey,            // 401, 403, or 400 with API_KEY_INVALID
  kBilling,           // 402, or FAILED_PRECONDITION about billing
  kModelUnavailable,  // 404: unknown or retired
  kSpendingCap,       // VIDEO_DAILY_SPEND_LIMIT_USD or VIDEO_TOTAL_SPEND_LIMIT_USD
  kSwitchedOff,       // VIDEO_GENERATION_ENABLED=false; never stored
};

// As stored and shown: "QUOTA", "MODEL_UNAVAILABLE", … kNone is "".
std::string_view Name(LaneReason reason);
LaneReason LaneReasonNamed(std::string_view name);

// The gate in front of paid starts: one per provider and model (and per mock or real).
struct LaneKey {
  std::string provider;
  std::string model;
};

// A lane that is not open. Once its time is over one start goes through as a probe (StartLedger::RecordIntent), and
// only its success opens the lane: the jobs that wait do not stampede.
struct ClosedLane {
  LaneKey key;
  LaneReason reason = LaneReason::kNone;
  std::string detail;  // what the provider said, or which limit is reached, in words
  absl::Time closed_until;
  absl::Duration remaining;  // by the store's clock, at the time of reading; zero or less: it may be probed
};

// How long a lane is closed.
struct Closing {
  absl::Duration duration;
  bool told = true;  // false: a guess, doubled each time that the lane closes again, up to kLongestGuess
};
inline constexpr absl::Duration kLongestGuess = absl::Hours(1);

// Whether a lane that was closed for this reason is looked at by the free VideoGenerator::CheckModel before a start
// probes it.
constexpr bool TakesFreeCheck(LaneReason reason) {
  return reason == LaneReason::kBadKey || reason == LaneReason::kModelUnavailable;
}

// Which lanes a caller of Lanes::TakeChecks can check, and for how long they are its own.
struct ChecksWanted {
  std::string token;
  absl::Duration duration;
  std::vector<std::string> providers;  // whose doors it has
  bool early = false;                  // also those whose time is not over: a person may have mended what closed them
};

// The lanes that all replicas share. Thread-safe. Every error is a failure of the database: UNAVAILABLE, ABORTED
// (safe to repeat) or INTERNAL.
class Lanes {
 public:
  virtual ~Lanes() = default;

  // Closes the lane from now on, and makes it take a new check and a new probe. A lane that is closed for longer
  // already stays so; but a spending cap neither takes the place of another reason nor keeps it out. Idempotent.
  virtual absl::Status Close(const LaneKey& key, LaneReason reason, const std::string& detail,
                             const Closing& closing) = 0;
  // The lanes that let no start through, by provider and model: those whose time is not over, or that wait for a free
  // check. What the next start may probe is not among them.
  virtual absl::StatusOr<std::vector<ClosedLane>> Closed() = 0;

  // The lanes of these providers whose time is over and that wait for a free check, now the token's to check: no other
  // caller gets them meanwhile. Each is answered by PassCheck or Close; a token that dies leaves them to the next one.
  virtual absl::StatusOr<std::vector<ClosedLane>> TakeChecks(const ChecksWanted& wanted) = 0;
  // The free check has passed: the next start may probe the lane, at once. Nothing where `token` has lost the check.
  virtual absl::Status PassCheck(const LaneKey& key, const std::string& token) = 0;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_LANES_H_
