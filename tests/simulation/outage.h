#ifndef VIDEOJOBS_TESTS_SIMULATION_OUTAGE_H_
#define VIDEOJOBS_TESTS_SIMULATION_OUTAGE_H_

#include <array>

#include "absl/time/time.h"
#include "statemachine/failure_reason.h"

namespace videojobs::simulation {

// Something that does not work for days: longer than results are kept, than starts are tried, than silence is borne.
enum class OutageKind {
  kNone,
  kStorage,  // no video can be stored, for more than the 48 h that the provider keeps one
  kStarts,   // no start is let in, for more than the 72 h that a job waits for one
  kSilence,  // polls and downloads answer nothing of use, for more than 7 days
  kMissing,  // operations are said to be unknown, for more than 48 h
};
inline constexpr std::array kOutages = {OutageKind::kStorage, OutageKind::kStarts, OutageKind::kSilence,
                                        OutageKind::kMissing};

struct Outage {
  OutageKind kind = OutageKind::kNone;
  absl::Duration from = absl::ZeroDuration();
  absl::Duration to = absl::ZeroDuration();

  bool Is(OutageKind asked, absl::Duration now) const { return kind == asked && from <= now && now < to; }
};

// How long it lasts at least.
inline absl::Duration LeastLength(OutageKind kind) {
  switch (kind) {
    case OutageKind::kNone:
      return absl::ZeroDuration();
    case OutageKind::kStorage:
    case OutageKind::kMissing:
      return absl::Hours(54);
    case OutageKind::kStarts:
      return absl::Hours(78);
    case OutageKind::kSilence:
      return absl::Hours(24 * 7 + 12);
  }
  return absl::ZeroDuration();
}

// What some job must fail with, or the outage was not long enough to prove anything.
inline FailureReason ReasonOf(OutageKind kind) {
  switch (kind) {
    case OutageKind::kNone:
      return FailureReason::kNone;
    case OutageKind::kStorage:
      return FailureReason::kDeliveryFailed;
    case OutageKind::kStarts:
      return FailureReason::kDeadline;
    case OutageKind::kSilence:
    case OutageKind::kMissing:
      return FailureReason::kOperationExpired;
  }
  return FailureReason::kNone;
}

}  // namespace videojobs::simulation

#endif  // VIDEOJOBS_TESTS_SIMULATION_OUTAGE_H_
