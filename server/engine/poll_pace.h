#ifndef VIDEOJOBS_SERVER_ENGINE_POLL_PACE_H_
#define VIDEOJOBS_SERVER_ENGINE_POLL_PACE_H_

// How long to wait before what is tried again. Pure functions; `fraction` in [0, 1) spreads replicas and jobs.

#include <algorithm>
#include <cmath>
#include <optional>

#include "absl/time/time.h"

namespace videojobs {

// Google deletes a finished video after two days (https://ai.google.dev/gemini-api/docs/video, "Limitations").
inline constexpr absl::Duration kGoogleKeepsFor = absl::Hours(48);
// For so long after it was accepted, an operation whose start's evidence cannot be looked at is not given up, nor for
// so long after it was done a video that lies where that evidence is kept: in the user's own folder.
inline constexpr absl::Duration kEvidenceWaitsFor = absl::Hours(30 * 24);
// What gave no usable answer at all for so long, an operation or a download, although it was asked for one so often in
// a row, is given up: a server that was off for a week has asked nothing.
inline constexpr absl::Duration kSilenceLimit = absl::Hours(7 * 24);
inline constexpr int kTroublesBeforeGivingUp = 20;

// `troubles`: tries in a row without an answer, the latest included.
inline bool WasSilentTooLong(absl::Duration silence, int troubles) {
  return silence >= kSilenceLimit && troubles >= kTroublesBeforeGivingUp;
}

// The later of both; `now` where there is neither.
inline absl::Time LastHeard(std::optional<absl::Time> began, std::optional<absl::Time> last_answer, absl::Time now) {
  if (!began && !last_answer) return now;
  return std::max(began.value_or(absl::InfinitePast()), last_answer.value_or(absl::InfinitePast()));
}

// Until an operation is asked again, `age` after it was accepted: every 15 s while a video usually takes that long,
// ever more slowly afterwards, at most hourly. Google's own samples poll every 10 s; most videos take 11 s to 6 min
// (https://ai.google.dev/gemini-api/docs/video).
inline absl::Duration NextPollIn(absl::Duration age, double fraction) {
  const absl::Duration pace = std::clamp(age / 20, absl::Seconds(15), absl::Hours(1));
  return pace * (1 + 0.1 * fraction);
}

// Until a delivery is tried again after `troubles` downloads in a row without success: 15 s, 30 s, 1 min … 15 min.
inline absl::Duration NextDeliveryIn(int troubles, double fraction) {
  const double doublings = std::pow(2.0, std::clamp(troubles - 1, 0, 6));
  return std::min(absl::Seconds(15) * doublings, absl::Minutes(15)) * (0.9 + 0.2 * fraction);
}

// The same where the download is not what failed, `waiting` after the video could have been delivered: as slowly.
inline absl::Duration NextDeliveryAfter(absl::Duration waiting, double fraction) {
  return std::clamp(waiting, absl::Seconds(15), absl::Minutes(15)) * (0.9 + 0.2 * fraction);
}

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_POLL_PACE_H_
