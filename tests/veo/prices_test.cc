#include "adapters/veo/prices.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "adapters/veo/models.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace videojobs::veo {
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
    const std::int64_t per_second = ListPrices().MicrosPerSecond(ModelId(row.model), row.resolution);
    EXPECT_EQ(per_second * row.seconds, row.micros) << row.model << " " << row.resolution;
  }
}

TEST(ListPrices, EveryResolutionThatAModelMakes_HasItsOwnPriceWithASource) {
  const PriceTable table = ListPrices();
  for (const Model& model : kModels) {
    for (std::size_t i = 0; i < kResolutions.size(); ++i) {
      const auto rows = std::count_if(table.prices().begin(), table.prices().end(), [&](const Price& price) {
        return price.model == model.id && price.resolution == kResolutions[i];
      });
      EXPECT_EQ(rows, model.makes[i] ? 1 : 0) << model.id << " " << kResolutions[i];
    }
  }
  for (const Price& price : table.prices()) {
    EXPECT_THAT(price.source, ::testing::StartsWith("https://"));
    EXPECT_THAT(price.as_of, ::testing::MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}"));
  }
}

TEST(PriceTable, Set_KnownRow_TakesItsPlace) {
  PriceTable table = ListPrices();
  const std::size_t rows = table.prices().size();
  table.Set({"veo-3.1-generate-preview", "720p", 10, "2026-11-01", "a contract"});
  table.Set({"veo-9", "720p", 20, "2026-11-01", "a contract"});
  EXPECT_EQ(table.MicrosPerSecond("veo-3.1-generate-preview", "720p"), 10);
  EXPECT_EQ(table.MicrosPerSecond("veo-9", "720p"), 20);
  EXPECT_EQ(table.prices().size(), rows + 1);
}

TEST(PriceTable, MicrosPerSecond_EmptyTable_IsZero) { EXPECT_EQ(PriceTable().MicrosPerSecond("veo", "720p"), 0); }

}  // namespace
}  // namespace videojobs::veo
