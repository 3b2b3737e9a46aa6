#include "server/price_file.h"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace videojobs {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(ParsePrices, LinesAndComments_AreReadInOrder) {
  const auto prices = ParsePrices(
      "# model resolution dollars date source\n"
      "veo-3.1-generate-preview 720p 0.40 2026-10-22 https://ai.google.dev/gemini-api/docs/pricing\n"
      "\n"
      "  veo-9\t4k  1.234567 2026-11-01 contract\r\n");
  ASSERT_TRUE(prices.ok()) << prices.status();
  ASSERT_THAT(*prices, SizeIs(2));
  EXPECT_EQ(prices->at(0).model, "veo-3.1-generate-preview");
  EXPECT_EQ(prices->at(0).micros_per_second, 400'000);
  EXPECT_EQ(prices->at(1).resolution, "4k");
  EXPECT_EQ(prices->at(1).micros_per_second, 1'234'567);
  EXPECT_EQ(prices->at(1).as_of, "2026-11-01");
  EXPECT_EQ(prices->at(1).source, "contract");
  EXPECT_THAT(*ParsePrices(""), IsEmpty());
}

// Prices are looked up by the resolution as jobs have it, in lower case.
TEST(ParsePrices, ResolutionInUpperCase_IsTheSame) {
  const auto prices = ParsePrices("omni 4K 0.30 2026-11-01 contract\nomni 1080P 0.20 2026-11-01 contract\n");
  ASSERT_TRUE(prices.ok()) << prices.status();
  ASSERT_THAT(*prices, SizeIs(2));
  EXPECT_EQ(prices->at(0).resolution, "4k");
  EXPECT_EQ(prices->at(1).resolution, "1080p");
}

TEST(ParsePrices, WrongLine_IsNamedWithWhatIsRight) {
  const struct {
    const char* line;
    const char* says;
  } cases[] = {{"veo 720p 0.40", "MODEL RESOLUTION DOLLARS_PER_SECOND DATE SOURCE"},
               {"veo 720p 0.40 2026-10-22 a source", "has 6 words"},
               {"veo HD 0.40 2026-10-22 source", "the resolution \"HD\" is none; must be as 720p or 4k"},
               {"veo x720p 0.40 2026-10-22 source", "the resolution \"x720p\" is none"},
               {"veo p 0.40 2026-10-22 source", "the resolution \"p\" is none"},
               {"veo 0.40 720p 2026-10-22 source", "the resolution \"0.40\" is none"},
               {"veo 720p free 2026-10-22 source", "the price \"free\" is none"},
               {"veo 720p 0 2026-10-22 source", "the price \"0\" is none"},
               {"veo 720p -1 2026-10-22 source", "the price \"-1\" is none"},
               {"veo 720p 0.40 22.10.2026 source", "the date \"22.10.2026\" is none"},
               {"veo 720p 0.40 2026-1-1 source", "the date \"2026-1-1\" is none"},
               {"veo 720p 0.40 2026-13-01 source", "the date \"2026-13-01\" is none"}};
  for (const auto& row : cases) {
    const auto prices = ParsePrices(std::string("# first\n") + row.line);
    EXPECT_EQ(prices.status().code(), absl::StatusCode::kInvalidArgument) << row.line;
    EXPECT_THAT(prices.status().message(), HasSubstr("line 2"));
    EXPECT_THAT(prices.status().message(), HasSubstr(row.says));
  }
}

TEST(ReadPrices, NoSuchFileOrAnEmptyOne_IsNotFound) {
  EXPECT_EQ(ReadPrices("/nonexistent/prices").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ReadPrices("/dev/null").status().code(), absl::StatusCode::kNotFound);
}

TEST(ReadPrices, File_ItsPrices) {
  const std::string path = testing::TempDir() + "videojobs_prices_" + std::to_string(getpid());
  std::ofstream(path) << "veo 720p 0.40 2026-10-22 contract\n";
  const auto prices = ReadPrices(path);
  std::remove(path.c_str());
  ASSERT_TRUE(prices.ok()) << prices.status();
  ASSERT_THAT(*prices, SizeIs(1));
  EXPECT_EQ(prices->at(0).micros_per_second, 400'000);
}

}  // namespace
}  // namespace videojobs
