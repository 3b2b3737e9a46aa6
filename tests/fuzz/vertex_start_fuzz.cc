// An answer to a paid start of Veo on Vertex AI.

#include "adapters/vertex/names.h"
#include "adapters/vertex/wire.h"
#include "tests/fuzz/start_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  const auto response = fuzz::TakeAnswer(fuzz::AsText(data, size));
  if (!response) return 0;
  fuzz::ExpectSound(vertex::OutcomeOfStart(*response, fuzz::kHidden, fuzz::kNow), *response,
                    [](const std::string& name) { return vertex::ParseOperationName(name).has_value(); });
  return 0;
}
