#include "adapters/google/json.h"

#include "gtest/gtest.h"

namespace videojobs::google {
namespace {

TEST(IntOf, WholeNumbers_AsLongAsTheyFit) {
  const struct {
    const char* text;
    int number;
  } cases[] = {{"0", 0},
               {"-7", -7},
               {"2147483647", 2147483647},
               {"2147483648", 0},
               {"-2147483648", -2147483647 - 1},
               {"-2147483649", 0},
               {"9223372036854775808", 0},
               {"18446744073709551615", 0},
               {"4.0", 0},
               {"\"4\"", 0},
               {"null", 0}};
  for (const auto& row : cases) EXPECT_EQ(IntOf(ParseJson(row.text)), row.number) << row.text;
}

}  // namespace
}  // namespace videojobs::google
