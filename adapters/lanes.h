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
  kOverloaded,        // 503
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

struct ClosedLane {
  LaneKey key;
  LaneReason reason = LaneReason::kNone;
  std::string detail;  // what the provider said, in words
  absl::Time closed_until;
  absl::Duration remaining;  // by the store's clock, at the time of reading
};

// The lanes that all replicas share. Thread-safe. Every error is a failure of the database: UNAVAILABLE, ABORTED
// (safe to repeat) or INTERNAL.
class Lanes {
 public:
  virtual ~Lanes() = default;

  // Closes the lane for `duration` from now. A lane that is closed for longer already stays so. Idempotent.
  virtual absl::Status Close(const LaneKey& key, LaneReason reason, const std::string& detail,
                             absl::Duration duration) = 0;
  // Opens the lane at once. Idempotent.
  virtual absl::Status Open(const LaneKey& key) = 0;
  // The lanes that are closed now, by provider and model.
  virtual absl::StatusOr<std::vector<ClosedLane>> Closed() = 0;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_LANES_H_
