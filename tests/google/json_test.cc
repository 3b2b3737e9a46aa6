#include "adapters/google/json.h"

#include <cstddef>
#include <string>

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

std::string Nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

// Copying and writing a value goes as deep as that value: a body of brackets alone would end the process.
TEST(ParseJson, NestedDeeperThanAnyAnswer_IsDiscarded) {
  const Json whole = ParseJson(Nested(kDeepestJson));
  EXPECT_TRUE(whole.is_array());
  EXPECT_EQ(TextIn(whole), Nested(kDeepestJson));
  EXPECT_TRUE(ParseJson(Nested(kDeepestJson + 1)).is_discarded());
  EXPECT_TRUE(ParseJson(Nested(100'000)).is_discarded());
  EXPECT_TRUE(ParseJson(R"({"a":)" + Nested(100'000) + "}").is_discarded());
  EXPECT_EQ(ParseJson("[" + std::string(R"([1,{"a":2}],)") + "3]"), (Json{{1, {{"a", 2}}}, 3})) << "wide is not deep";
}

TEST(ParseJson, NoJson_IsDiscarded) {
  for (const char* text : {"", "{", "[1,", "nul", "[1] 2"}) EXPECT_TRUE(ParseJson(text).is_discarded()) << text;
}

}  // namespace
}  // namespace videojobs::google
