// The prices of models.h.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "adapters/google/models.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace videojobs::google {
namespace {

TEST(ListPrices, EveryModelAndResolution_AsGoogleListsIt) {
  struct Case {
    const char* model;
    const char* resolution;
    int seconds;
    std::int64_t micros;
  };
  const Case cases[] = {
      {"veo-3.1", "720p", 6, 2'400'000},     {"veo-3.1", "1080p", 8, 3'200'000},
      {"veo-3.1", "4k", 8, 4'800'000},       {"veo-3.1-fast", "720p", 6, 600'000},
      {"veo-3.1-fast", "1080p", 8, 960'000}, {"veo-3.1-fast", "4k", 8, 2'400'000},
      {"veo-3.1-lite", "720p", 4, 200'000},  {"veo-3.1-lite", "1080p", 8, 640'000},
      {"veo-3.1-lite", "4k", 8, 4'800'000},  {"veo-9.0-generate-001", "720p", 6, 3'600'000},
      {"veo-3.1-fast", "8k", 6, 3'600'000},  {"veo-3.1-generate-preview", "720p", 6, 2'400'000},
  };
  for (const Case& row : cases) {
    const std::int64_t per_second = ListPrices().MicrosPerSecond(ModelId(kGemini, row.model), row.resolution);
    EXPECT_EQ(per_second * row.seconds, row.micros) << row.model << " " << row.resolution;
  }
}

TEST(ListPrices, OtherDoors_AsListed) {
  const PriceTable table = ListPrices();
  EXPECT_EQ(table.MicrosPerSecond("veo-3.1-generate-001", "1080p"), 400'000);
  EXPECT_EQ(table.MicrosPerSecond("veo-3.1-lite-generate-001", "720p"), 50'000);
  EXPECT_EQ(table.MicrosPerSecond("gemini-omni-1.1-flash", "720p"), 101'360);
  // Nothing is public about it, so a cap reckons with the dearest.
  EXPECT_EQ(table.MicrosPerSecond("gemini-omni-1.1-flash", "4k"), 600'000);
}

TEST(ListPrices, EveryResolutionWithAPrice_HasOneRow) {
  const PriceTable table = ListPrices();
  for (const Model& model : Models()) {
    for (const Quality& quality : model.qualities) {
      const auto rows = std::count_if(table.prices().begin(), table.prices().end(), [&](const Price& price) {
        return price.model == model.id && price.resolution == quality.resolution;
      });
      EXPECT_EQ(rows, quality.micros_per_second > 0 ? 1 : 0) << model.id << " " << quality.resolution;
    }
  }
}

TEST(PriceTable, Set_KnownRow_TakesItsPlace) {
  PriceTable table = ListPrices();
  const std::size_t rows = table.prices().size();
  table.Set({"veo-3.1-generate-preview", "720p", 10, "2026-11-01", "a contract"});
  table.Set({"veo-9", "720p", 20, "2026-11-01", "a contract"});
  table.Set({"veo-9", "1080p", 30, "2026-11-01", "a contract"});
  EXPECT_EQ(table.MicrosPerSecond("veo-3.1-generate-preview", "720p"), 10);
  EXPECT_EQ(table.MicrosPerSecond("veo-9", "720p"), 20);
  EXPECT_EQ(table.MicrosPerSecond("veo-9", "1080p"), 30);
  EXPECT_EQ(table.prices().size(), rows + 2);
}

TEST(PriceTable, MicrosPerSecond_EmptyTable_IsZero) { EXPECT_EQ(PriceTable().MicrosPerSecond("veo", "720p"), 0); }

}  // namespace
}  // namespace videojobs::google
