#include "adapters/plain/quotation.h"

#include <cstddef>
#include <string>

#include "gmock/gmock.h"

namespace videojobs::plain {
namespace {

TEST(Quotable, Words_InAnyScript_StayAsTheyAre) {
  const std::string text = "Sí: don't – 期末考试是开卷的。 Ça va? क्ष 👩‍🎓 👍";
  EXPECT_EQ(Quotable(text), text);
}

TEST(Quotable, DoubleQuotes_OfAnyKind_BecomeApostrophes) {
  EXPECT_EQ(Quotable("\"a\" “b” „c‟ «d» ❝e❞ 〝f〞〟 ＂g＂"), "'a' 'b' 'c' 'd' 'e' 'f'' 'g'");
}

TEST(Quotable, ControlCharacters_AreGone) {
  EXPECT_EQ(Quotable(std::string("a\0b\x1B[2Jc\x7F\xC2\x9F", 11)), "ab[2Jc");
}

TEST(Quotable, DirectionCharacters_AreGone) { EXPECT_EQ(Quotable("a\u202Eb\u2066c\u200Fd\uFEFFe\u200Bf"), "abcdef"); }

TEST(Quotable, LinesAndSpaces_BecomeOneSpace) {
  EXPECT_EQ(Quotable(" \n first\r\n\tsecond \u2028\u00A0 third\u3000\n"), "first second third");
}

TEST(Quotable, BytesThatAreNoUtf8_AreLeftOut) {
  EXPECT_EQ(Quotable("a\x80"
                     "b\xC0\xAF"
                     "c\xE4\xBD"
                     "d\xFF"
                     "e\xF0\x9F\x91"),
            "abcde");
}

TEST(CutTo, TextThatFits_IsWhole) {
  EXPECT_EQ(CutTo("Twelve bytes", 12), "Twelve bytes");
  EXPECT_EQ(CutTo("", 0), "");
}

TEST(CutTo, SentenceFillsHalfTheRoom_EndsThere) {
  EXPECT_EQ(CutTo("The first sentence is long. The second one is cut off.", 40), "The first sentence is long. …");
  EXPECT_EQ(CutTo("第一句话很长很长。第二句话被切断了。", 40), "第一句话很长很长。 …");
}

TEST(CutTo, SentenceTooShort_EndsBehindAWord) {
  EXPECT_EQ(CutTo("No. But this goes on and on without an end", 30), "No. But this goes on and …");
}

TEST(CutTo, AbbreviationInsideAWord_IsNoSentence) {
  EXPECT_EQ(CutTo("version 1.2.3.4.5.6.7 of the book", 25), "version 1.2.3.4.5.6.7 …");
}

TEST(CutTo, NoBoundary_NeverSplitsACharacter) {
  const std::string text = "👍👍👍👍👍👍";
  for (std::size_t most = 0; most < text.size(); ++most) {
    const std::string cut = CutTo(text, most);
    ASSERT_LE(cut.size(), most);
    // What would not be UTF-8 would be left out here.
    ASSERT_EQ(Quotable(cut), cut);
  }
}

}  // namespace
}  // namespace videojobs::plain
