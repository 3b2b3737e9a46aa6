// An answer to a paid start of Veo on the Gemini API.

#include "adapters/veo/names.h"
#include "adapters/veo/wire.h"
#include "tests/fuzz/start_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  const auto response = fuzz::TakeAnswer(fuzz::AsText(data, size));
  if (!response) return 0;
  fuzz::ExpectSound(veo::OutcomeOfStart(*response, fuzz::kHidden, fuzz::kNow), *response,
                    [](const std::string& name) { return veo::IsOperationName(name); });
  return 0;
}
