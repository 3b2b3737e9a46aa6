#include "adapters/google/detail.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace videojobs::google {
namespace {

using testing::HasSubstr;
using testing::Not;

const Hidden kHidden{"AIzaSyA-secret-key-of-39-characters-0001",
                     {"A young plant turns its leaves towards the morning light while cells divide.", "blurry faces"}};

TEST(Hide, KeyEchoed_Removed) {
  EXPECT_EQ(Hide(absl::StrCat("Consumer 'api_key:", kHidden.api_key, "' has been suspended."), kHidden),
            "Consumer 'api_key:[hidden]' has been suspended.");
}

TEST(Hide, PartOfTheKeyEchoed_Removed) {
  EXPECT_THAT(Hide(absl::StrCat("key ", kHidden.api_key.substr(0, 12), "... is bad"), kHidden),
              Not(HasSubstr("secret")));
}

TEST(Hide, PromptEchoedWholeOrInPart_Removed) {
  const std::string& prompt = kHidden.prompts[0];
  EXPECT_EQ(Hide(absl::StrCat("The prompt '", prompt, "' is refused"), kHidden), "The prompt '[hidden]' is refused");
  EXPECT_EQ(Hide(absl::StrCat("Refused: ", prompt.substr(10, 30), "…"), kHidden), "Refused: [hidden]…");
}

TEST(Hide, NegativePromptEchoed_Removed) {
  EXPECT_EQ(Hide("`blurry faces` is not allowed", kHidden), "`[hidden]` is not allowed");
}

TEST(Hide, WordsInCommonByAccident_Stay) {
  EXPECT_EQ(Hide("A young plan is not enough", kHidden), "A young plan is not enough");
}

TEST(Hide, SecretOfAFewCharacters_LeavesTheWordsReadable) { EXPECT_EQ(Hide("a cat sat", {"", {"a"}}), "a cat sat"); }

TEST(OneLine, ControlCharactersAndSpace_OneSpaceEach) {
  EXPECT_EQ(OneLine(absl::string_view("  a\r\n\tb\0c\x7f  ", 12)), "a b c");
}

TEST(OneLine, SecretThatEndsInsideACharacter_LeavesUtf8) {
  const Hidden hidden{"", {"0123456789012345678901\xc3\xa9"}};
  EXPECT_EQ(OneLine(Hide("0123456789012345678901\xc3\xa8.", hidden)), "[hidden]\xef\xbf\xbd.");
}

TEST(OneLine, LongText_CutInFrontOfACharacter) {
  std::string text(299, 'a');
  absl::StrAppend(&text, "é and more");
  EXPECT_EQ(OneLine(text), std::string(299, 'a'));
}

}  // namespace
}  // namespace videojobs::google
