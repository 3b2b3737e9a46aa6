#include "adapters/veo/prices.h"

namespace videojobs::veo {
namespace {

// Sound included; billed for what was made, and only that. The list's last known state before the models were reported
// gone from this API.
constexpr char kList[] = "https://ai.google.dev/gemini-api/docs/pricing";
constexpr char kAsOf[] = "2026-10-22";

}  // namespace

PriceTable ListPrices() {
  return PriceTable({
      {"veo-3.1-generate-preview", "720p", 400'000, kAsOf, kList},
      {"veo-3.1-generate-preview", "1080p", 400'000, kAsOf, kList},
      {"veo-3.1-generate-preview", "4k", 600'000, kAsOf, kList},
      {"veo-3.1-fast-generate-preview", "720p", 100'000, kAsOf, kList},
      {"veo-3.1-fast-generate-preview", "1080p", 120'000, kAsOf, kList},
      {"veo-3.1-fast-generate-preview", "4k", 300'000, kAsOf, kList},
      {"veo-3.1-lite-generate-preview", "720p", 50'000, kAsOf, kList},
      {"veo-3.1-lite-generate-preview", "1080p", 80'000, kAsOf, kList},
  });
}

}  // namespace videojobs::veo
