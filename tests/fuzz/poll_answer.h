#ifndef VIDEOJOBS_TESTS_FUZZ_POLL_ANSWER_H_
#define VIDEOJOBS_TESTS_FUZZ_POLL_ANSWER_H_

#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "adapters/google/base64_diverter.h"
#include "adapters/google/detail.h"
#include "adapters/http/message.h"
#include "adapters/video_generator.h"
#include "tests/fuzz/fuzz.h"

namespace videojobs::fuzz {

struct Polled {
  http::Response response;
  std::int64_t inline_bytes = 0;
};

// An answer to a poll, read as a generator reads it: the first line is its HTTP status, the rest its body, of which
// videos are taken out first. Nothing: no answer that a generator would see.
inline std::optional<Polled> TakePolled(absl::string_view text, absl::Span<const absl::string_view> video_keys) {
  Polled polled;
  int& status = polled.response.status;
  if (!absl::SimpleAtoi(TakeLine(text), &status) || status < 200 || status > 599) return std::nullopt;
  google::Base64Diverter diverter(nullptr, std::size_t{1} << 20, video_keys);
  if (!diverter.Write(text).ok()) return std::nullopt;
  polled.response.body = diverter.json();
  polled.inline_bytes = diverter.video_bytes();
  return polled;
}

// What must hold of every answer.
inline void ExpectSound(const PollAnswer& answer, const http::Response& response, const google::Hidden& hidden) {
  FUZZ_EXPECT(!absl::StrContains(answer.detail, hidden.api_key));
  for (const char c : answer.detail) FUZZ_EXPECT(!absl::ascii_iscntrl(static_cast<unsigned char>(c)));
  const bool has_reason =
      answer.reason == FailureReason::kFiltered || answer.reason == FailureReason::kGenerationFailed;
  FUZZ_EXPECT(has_reason == (answer.kind == PollKind::kFailed));
  // 400 of an interaction whose name is called invalid.
  const bool may_be_gone = response.status == 400 || response.status == 403 || response.status == 404;
  FUZZ_EXPECT(answer.kind != PollKind::kGone || may_be_gone);
  FUZZ_EXPECT(answer.kind == PollKind::kTroubled || answer.kind == PollKind::kGone || response.ok());
  FUZZ_EXPECT((answer.kind == PollKind::kSucceeded) == !answer.result.empty());
  for (const char c : answer.result) FUZZ_EXPECT(absl::ascii_isgraph(static_cast<unsigned char>(c)));
}

}  // namespace videojobs::fuzz

#endif  // VIDEOJOBS_TESTS_FUZZ_POLL_ANSWER_H_
