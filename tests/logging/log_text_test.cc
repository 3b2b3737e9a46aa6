#include "server/logging/log_text.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace videojobs::logging {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

LogLine WithValue(const std::string& value) {
  return {Severity::kInfo, Component::kWorker, "moved", {{"detail", value}}};
}

std::string TextValue(const std::string& value) {
  const std::string line = TextLine(WithValue(value));
  return line.substr(line.find('=') + 1);
}

std::string JsonValue(const std::string& value) {
  return nlohmann::json::parse("{" + JsonMembers(WithValue(value)) + "}").at("detail").get<std::string>();
}

// The seed's row 18: log lines by component.
TEST(TextLine, EachComponent_HasItsTag) {
  EXPECT_EQ(TextLine({Severity::kInfo, Component::kWorker, "a", {}}), "INFO [Video Worker] a");
  EXPECT_EQ(TextLine({Severity::kWarning, Component::kGenerator, "b", {}}), "WARNING [Video Generator] b");
  EXPECT_EQ(TextLine({Severity::kError, Component::kPollApi, "c", {}}), "ERROR [Video Poll API] c");
  EXPECT_EQ(TextLine({Severity::kDebug, Component::kWorker, "d", {}}), "DEBUG [Video Worker] d");
}

TEST(TextLine, Fields_FollowAsKeyAndValue) {
  EXPECT_EQ(TextLine({Severity::kInfo, Component::kWorker, "completed", {{"job", "0192-a"}, {"seconds", "6"}}}),
            "INFO [Video Worker] completed job=0192-a seconds=6");
}

TEST(TextLine, ValueWhoseEndIsUnclear_IsQuoted) {
  EXPECT_EQ(TextValue(""), "\"\"");
  EXPECT_EQ(TextValue("timed out"), "\"timed out\"");
  EXPECT_EQ(TextValue("a=b"), "\"a=b\"");
  EXPECT_EQ(TextValue("say \"x\" \\"), "\"say \\\"x\\\" \\\\\"");
  EXPECT_EQ(TextValue("b\xC3\xBCro"), "\"b\xC3\xBCro\"");
}

TEST(TextLine, ForgedLineInAValue_StaysOneLine) {
  EXPECT_EQ(TextValue("x\nERROR [Video Worker] forged\t\r"), "\"x\\nERROR [Video Worker] forged\\t\\u000d\"");
  EXPECT_THAT(TextLine({Severity::kInfo, Component::kWorker, "a\nb", {{"c\nd", "e"}}}), Not(HasSubstr("\n")));
}

TEST(TextLine, TerminalEscapesAndReorderingMarks_AreEscaped) {
  EXPECT_EQ(TextValue("\x1B[2J"), "\"\\u001b[2J\"");
  EXPECT_EQ(TextValue(std::string("a\0b", 3)), "\"a\\u0000b\"");
  EXPECT_EQ(TextValue("\xC2\x9B"
                      "2J"),
            "\"\\u009b2J\"");  // CSI in one character
  EXPECT_EQ(TextValue("\xE2\x80\xAE"
                      "evil"),
            "\"\\u202eevil\"");                         // right-to-left override
  EXPECT_EQ(TextValue("\xE2\x80\xA8"), "\"\\u2028\"");  // line separator
}

TEST(TextLine, InvalidUtf8_IsReplaced) {
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(TextValue("a\xFFz"), "\"a" + mark + "z\"");
  EXPECT_EQ(TextValue("\xC3"), "\"" + mark + "\"");                                   // cut off
  EXPECT_EQ(TextValue("\xC0\xAF"), "\"" + mark + mark + "\"");                        // over-long
  EXPECT_EQ(TextValue("\xED\xA0\x80"), "\"" + mark + mark + mark + "\"");             // a surrogate
  EXPECT_EQ(TextValue("\xF4\x90\x80\x80"), "\"" + mark + mark + mark + mark + "\"");  // above U+10FFFF
  EXPECT_EQ(TextValue("\xF0\x9F\x8E\xAC"), "\"\xF0\x9F\x8E\xAC\"");                   // a good one
}

TEST(TextLine, OverlongValue_IsCutBetweenCharacters) {
  const std::string value = TextValue(std::string(kMostBytes - 1, 'a') + "\xF0\x9F\x8E\xAC" + std::string(9999, 'b'));
  EXPECT_THAT(value, EndsWith("a\xF0\x9F\x8E\xAC\xE2\x80\xA6\""));
  EXPECT_LT(value.size(), kMostBytes + 16);
}

TEST(JsonMembers, Line_IsFlat) {
  EXPECT_EQ(JsonMembers({Severity::kWarning, Component::kPollApi, "slow", {{"job", "1"}}}),
            R"("level":"warning","component":"Video Poll API","message":"slow","job":"1")");
}

TEST(JsonMembers, AnyValue_ParsesBack) {
  for (const std::string& value : {std::string("plain"), std::string("\"\\/\n\t\r\x01"), std::string("a\0b", 3),
                                   std::string("\xF0\x9F\x8E\xAC"), std::string("\xE2\x80\xA8")}) {
    EXPECT_EQ(JsonValue(value), value);
  }
  EXPECT_EQ(JsonValue("\xFF"), "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace videojobs::logging
