// A page of the operations that Google lists: candidates for a lost start. Names that are none are left out.

#include "absl/strings/match.h"
#include "adapters/veo/names.h"
#include "adapters/veo/wire.h"
#include "tests/fuzz/start_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  const auto response = fuzz::TakeAnswer(fuzz::AsText(data, size));
  if (!response) return 0;
  const auto page = veo::OperationsIn(*response, fuzz::kHidden);
  FUZZ_EXPECT(page.ok() || !absl::StrContains(page.status().message(), fuzz::kHidden.api_key));
  FUZZ_EXPECT(response->ok() || !page.ok());
  if (!page.ok()) return 0;
  for (const ListedOperation& operation : page->operations) FUZZ_EXPECT(veo::IsOperationName(operation.name));
  return 0;
}
