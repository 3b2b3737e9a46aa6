// An answer to a poll of Veo on the Gemini API.

#include "adapters/veo/wire.h"
#include "tests/fuzz/poll_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  const auto polled = fuzz::TakePolled(fuzz::AsText(data, size), google::kVeoVideoKeys);
  if (!polled) return 0;
  const google::Hidden hidden{"AIzaSyA-secret-key-0001", {"A young plant turns its leaves."}};
  fuzz::ExpectSound(veo::AnswerOfPoll("models/veo-3.1/operations/abc", polled->response, polled->inline_bytes, hidden),
                    polled->response, hidden);
  return 0;
}
