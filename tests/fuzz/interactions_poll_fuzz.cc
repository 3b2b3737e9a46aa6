// An answer to a poll of an interaction.

#include "adapters/google/answers.h"
#include "adapters/interactions/wire.h"
#include "tests/fuzz/poll_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  const auto polled = fuzz::TakePolled(fuzz::AsText(data, size), google::kOmniVideoKeys);
  if (!polled) return 0;
  const google::Hidden hidden{"AIzaSyA-secret-key-0001", {"A young plant turns its leaves."}};
  const PollAnswer answer =
      interactions::AnswerOfPoll("interactions/v1_abc", polled->response, polled->inline_bytes, hidden);
  fuzz::ExpectSound(answer, polled->response, hidden);
  if (answer.kind == PollKind::kGone && answer.http_status == 400) {
    FUZZ_EXPECT(interactions::IsUnknownInteraction(polled->response));
  }
  interactions::StateOfFile(polled->response);
  return 0;
}
