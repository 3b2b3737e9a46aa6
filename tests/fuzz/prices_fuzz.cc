// A file of prices: what is understood is a price above nothing with its date and source, whatever stands around it.

#include <string>

#include "absl/strings/str_cat.h"
#include "server/price_file.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  const absl::string_view text = fuzz::AsText(data, size);
  const auto prices = ParsePrices(text);
  if (!prices.ok()) {
    FUZZ_EXPECT(absl::IsInvalidArgument(prices.status()));
    return 0;
  }
  for (const Price& price : *prices) {
    FUZZ_EXPECT(price.micros_per_second > 0 && price.as_of.size() == 10);
    FUZZ_EXPECT(!price.model.empty() && !price.resolution.empty() && !price.source.empty());
  }
  const auto again = ParsePrices(absl::StrCat("# prices\n\n", text, "\n"));
  FUZZ_EXPECT(again.ok() && again->size() == prices->size());
  return 0;
}
