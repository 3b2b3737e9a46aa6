#ifndef VIDEOJOBS_TESTS_FUZZ_START_ANSWER_H_
#define VIDEOJOBS_TESTS_FUZZ_START_ANSWER_H_

// An answer to a paid start: the first line is its HTTP status, the rest its body. Only an operation's name is
// acceptance, only Google's own error is a refusal, and no secret gets into words.

#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "adapters/google/detail.h"
#include "adapters/google/envelope.h"
#include "adapters/google/failures.h"
#include "adapters/http/message.h"
#include "adapters/video_generator.h"
#include "tests/fuzz/fuzz.h"

namespace videojobs::fuzz {

inline const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);
inline const google::Hidden kHidden{"AIzaSyA-secret-key-0001", {"A young plant turns its leaves."}};

// Nothing: no answer that a generator would see.
inline std::optional<http::Response> TakeAnswer(absl::string_view text) {
  http::Response response;
  if (!absl::SimpleAtoi(TakeLine(text), &response.status)) return std::nullopt;
  if (response.status < 200 || response.status > 599) return std::nullopt;
  response.body = std::string(text);
  return response;
}

inline void ExpectRefusedForAReason(const StartOutcome& outcome, const http::Response& response) {
  const auto envelope = google::ParseEnvelope(response.status, response.body);
  FUZZ_EXPECT(envelope && google::FindRefusal(*envelope) != nullptr);
  FUZZ_EXPECT(response.status == 503 || (response.status >= 400 && response.status < 500));
  if (outcome.lane_reason == LaneReason::kNone) return;
  FUZZ_EXPECT(outcome.lane_closed_for >= absl::Seconds(1) && outcome.lane_closed_for <= absl::Hours(25));
}

// `is_name` says whether a name is one that this door may poll.
template <typename IsName>
void ExpectSound(const StartOutcome& outcome, const http::Response& response, IsName is_name) {
  FUZZ_EXPECT(!absl::StrContains(outcome.detail, kHidden.api_key));
  for (unsigned char c : outcome.detail) FUZZ_EXPECT(!absl::ascii_iscntrl(c));
  if (outcome.kind == OutcomeKind::kAccepted) FUZZ_EXPECT(response.ok() && is_name(outcome.operation_name));
  if (outcome.kind == OutcomeKind::kRefused) ExpectRefusedForAReason(outcome, response);
  if (outcome.kind != OutcomeKind::kAccepted) FUZZ_EXPECT(outcome.operation_name.empty());
  if (outcome.kind != OutcomeKind::kRefused) FUZZ_EXPECT(outcome.lane_reason == LaneReason::kNone);
}

}  // namespace videojobs::fuzz

#endif  // VIDEOJOBS_TESTS_FUZZ_START_ANSWER_H_
