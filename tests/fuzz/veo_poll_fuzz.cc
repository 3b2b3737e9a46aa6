// An answer to a poll, read as the generator reads it: the first line is its HTTP status, the rest its body, of which
// videos are taken out first.

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "adapters/google/base64_diverter.h"
#include "adapters/veo/wire.h"
#include "tests/fuzz/fuzz.h"

namespace videojobs::veo {
namespace {

using google::Hidden;

constexpr absl::string_view kName = "models/veo-3.1/operations/abc";

void ExpectSound(const PollAnswer& answer, const http::Response& response, const Hidden& hidden) {
  FUZZ_EXPECT(!absl::StrContains(answer.detail, hidden.api_key));
  for (unsigned char c : answer.detail) FUZZ_EXPECT(!absl::ascii_iscntrl(c));
  const bool has_reason =
      answer.reason == FailureReason::kFiltered || answer.reason == FailureReason::kGenerationFailed;
  FUZZ_EXPECT(has_reason == (answer.kind == PollKind::kFailed));
  const bool is_gone = response.status == 403 || response.status == 404;
  FUZZ_EXPECT(answer.kind != PollKind::kGone || is_gone);
  FUZZ_EXPECT(answer.kind == PollKind::kTroubled || answer.kind == PollKind::kGone || response.ok());
  FUZZ_EXPECT((answer.kind == PollKind::kSucceeded) == !answer.result.empty());
}

}  // namespace
}  // namespace videojobs::veo

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  absl::string_view text = fuzz::AsText(data, size);
  http::Response response;
  if (!absl::SimpleAtoi(fuzz::TakeLine(text), &response.status)) return 0;
  if (response.status < 200 || response.status > 599) return 0;
  google::Base64Diverter diverter(nullptr);
  if (!diverter.Write(text).ok()) return 0;
  response.body = diverter.json();
  const google::Hidden hidden{"AIzaSyA-secret-key-0001", {"A young plant turns its leaves."}};
  veo::ExpectSound(veo::AnswerOfPoll(veo::kName, response, diverter.video_bytes(), hidden), response, hidden);
  return 0;
}
