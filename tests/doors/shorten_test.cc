#include "server/doors/shorten.h"

#include "gtest/gtest.h"

namespace videojobs {
namespace {

TEST(Shorten, TextThatFits_IsUnchanged) { EXPECT_EQ(Shorten("abc", 3), "abc"); }

TEST(Shorten, LongText_EndsWithAnEllipsisWithinTheBound) { EXPECT_EQ(Shorten("abcdefgh", 6), "abc…"); }

TEST(Shorten, CutWithinACharacter_DropsTheWholeCharacter) { EXPECT_EQ(Shorten("ab€defgh", 7), "ab…"); }

}  // namespace
}  // namespace videojobs
