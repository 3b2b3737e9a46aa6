// An answer to a paid start on the interactions API.

#include "adapters/interactions/names.h"
#include "adapters/interactions/wire.h"
#include "tests/fuzz/start_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  const auto response = fuzz::TakeAnswer(fuzz::AsText(data, size));
  if (!response) return 0;
  fuzz::ExpectSound(interactions::OutcomeOfStart(*response, fuzz::kHidden, fuzz::kNow), *response,
                    [](const std::string& name) { return interactions::IsOperationName(name); });
  return 0;
}
