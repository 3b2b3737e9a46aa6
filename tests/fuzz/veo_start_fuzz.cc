// An answer to a paid start: the first line is its HTTP status, the rest its body. Only an operation's name is
// acceptance, only Google's own error is a refusal, and no secret gets into words.

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "adapters/google/envelope.h"
#include "adapters/google/failures.h"
#include "adapters/veo/names.h"
#include "adapters/veo/wire.h"
#include "tests/fuzz/fuzz.h"

namespace videojobs::veo {
namespace {

using google::Hidden;

const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);

void ExpectRefusedForAReason(const StartOutcome& outcome, const http::Response& response) {
  const auto envelope = google::ParseEnvelope(response.status, response.body);
  FUZZ_EXPECT(envelope && google::FindRefusal(*envelope) != nullptr);
  FUZZ_EXPECT(response.status == 503 || (response.status >= 400 && response.status < 500));
  if (outcome.lane_reason == LaneReason::kNone) return;
  FUZZ_EXPECT(outcome.lane_closed_for >= absl::Seconds(1) && outcome.lane_closed_for <= absl::Hours(25));
}

void ExpectSound(const StartOutcome& outcome, const http::Response& response, const Hidden& hidden) {
  FUZZ_EXPECT(!absl::StrContains(outcome.detail, hidden.api_key));
  for (unsigned char c : outcome.detail) FUZZ_EXPECT(!absl::ascii_iscntrl(c));
  if (outcome.kind == OutcomeKind::kAccepted) FUZZ_EXPECT(response.ok() && IsOperationName(outcome.operation_name));
  if (outcome.kind == OutcomeKind::kRefused) ExpectRefusedForAReason(outcome, response);
  if (outcome.kind != OutcomeKind::kAccepted) FUZZ_EXPECT(outcome.operation_name.empty());
  if (outcome.kind != OutcomeKind::kRefused) FUZZ_EXPECT(outcome.lane_reason == LaneReason::kNone);
}

}  // namespace
}  // namespace videojobs::veo

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  absl::string_view text = fuzz::AsText(data, size);
  http::Response response;
  if (!absl::SimpleAtoi(fuzz::TakeLine(text), &response.status)) return 0;
  if (response.status < 200 || response.status > 599) return 0;
  response.body = std::string(text);
  const google::Hidden hidden{"AIzaSyA-secret-key-0001", {"A young plant turns its leaves."}};
  veo::ExpectSound(veo::OutcomeOfStart(response, hidden, veo::kNow), response, hidden);
  return 0;
}
