// An answer to a poll of Veo on Vertex AI: what it succeeds with lies inside, or in the object store.

#include "absl/strings/match.h"
#include "adapters/google/answers.h"
#include "adapters/vertex/wire.h"
#include "tests/fuzz/poll_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  const auto polled = fuzz::TakePolled(fuzz::AsText(data, size), google::kVeoVideoKeys);
  if (!polled) return 0;
  const google::Hidden hidden{"ya29.secret-token-0001", {"A young plant turns its leaves."}};
  const PollAnswer answer =
      vertex::AnswerOfPoll("projects/p/locations/l/publishers/google/models/veo-3.1/operations/abc", polled->response,
                           polled->inline_bytes, hidden);
  fuzz::ExpectSound(answer, polled->response, hidden);
  FUZZ_EXPECT(answer.result.empty() || answer.result == google::kInlineResult ||
              absl::StartsWith(answer.result, "gs://"));
  FUZZ_EXPECT(answer.result != google::kInlineResult || polled->inline_bytes > 0);
  return 0;
}
