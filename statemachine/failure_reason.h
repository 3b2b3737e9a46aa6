#ifndef VIDEOJOBS_STATEMACHINE_FAILURE_REASON_H_
#define VIDEOJOBS_STATEMACHINE_FAILURE_REASON_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace videojobs {

// Why a job or a clip failed. In the order in which one of several clips' reasons counts for the whole job: the first
// listed counts most.
enum class FailureReason : std::uint8_t {
  kNone,
  kFiltered,          // the provider's safety filter; not charged
  kGenerationFailed,  // the operation ended with an error; not charged
  kOperationExpired,  // the provider does not know the operation any more
  kStartUnknown,      // nobody can say whether a start was paid for
  kStartRefused,      // the provider refused this request; nothing was paid
  kDeliveryFailed,    // made and paid for, but the provider's copy expired or was unusable before it could be stored
  kDeadline,          // could not be started in VIDEOJOBS_START_DEADLINE
  kCancelled,         // by a person
  kEscalationGone,    // the web app deleted its row
};

inline constexpr std::array kFailureReasons = {FailureReason::kNone,
                                               FailureReason::kFiltered,
                                               FailureReason::kGenerationFailed,
                                               FailureReason::kOperationExpired,
                                               FailureReason::kStartUnknown,
                                               FailureReason::kStartRefused,
                                               FailureReason::kDeliveryFailed,
                                               FailureReason::kDeadline,
                                               FailureReason::kCancelled,
                                               FailureReason::kEscalationGone};

// As stored and shown: "START_UNKNOWN". kNone is "".
std::string_view Name(FailureReason reason);
// The reason called `name`, or kNone.
FailureReason FailureReasonNamed(std::string_view name);

// Which of two clips' reasons counts for their job.
constexpr FailureReason CountsMore(FailureReason a, FailureReason b) {
  if (a == FailureReason::kNone) return b;
  if (b == FailureReason::kNone) return a;
  return a < b ? a : b;
}

}  // namespace videojobs

#endif  // VIDEOJOBS_STATEMACHINE_FAILURE_REASON_H_
