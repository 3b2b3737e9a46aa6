#include "adapters/vertex/parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace videojobs::vertex {
namespace {

using testing::HasSubstr;

TEST(ParseParameters, Nothing_NoneIsSaid) {
  for (const char* text : {"", "{}"}) {
    const auto parameters = ParseParameters(text);
    ASSERT_TRUE(parameters.ok()) << parameters.status();
    EXPECT_EQ(parameters->compression_quality, "");
    EXPECT_FALSE(parameters->enhance_prompt.has_value());
    EXPECT_FALSE(parameters->fps.has_value());
    EXPECT_EQ(parameters->pubsub_topic, "");
    EXPECT_TRUE(parameters->labels.empty());
  }
}

TEST(ParseParameters, EachOfThem_Read) {
  const auto parameters = ParseParameters(R"({"compressionQuality": "OPTIMIZED", "enhancePrompt": true, "fps": 24,
      "pubsubTopic": "projects/my-project/topics/videos", "labels": {"team": "media", "course_2": ""}})");
  ASSERT_TRUE(parameters.ok()) << parameters.status();
  EXPECT_EQ(parameters->compression_quality, "OPTIMIZED");
  EXPECT_EQ(parameters->enhance_prompt, true);
  EXPECT_EQ(parameters->fps, 24);
  EXPECT_EQ(parameters->pubsub_topic, "projects/my-project/topics/videos");
  EXPECT_EQ(parameters->labels.at("team"), "media");
  EXPECT_EQ(parameters->labels.at("course_2"), "");
}

TEST(ParseParameters, AWrongValue_SaidWithItsNameAndWhatIsRight) {
  struct Row {
    const char* text;
    const char* right;
  };
  for (const Row& row : {
           Row{"LOSSLESS", "is no JSON object"},
           Row{"[]", "is no JSON object"},
           Row{R"({"compressionQuality": "best"})", R"(compressionQuality must be "OPTIMIZED" or "LOSSLESS")"},
           Row{R"({"compressionQuality": 1})", "compressionQuality must be"},
           Row{R"({"enhancePrompt": "yes"})", "enhancePrompt must be true or false"},
           Row{R"({"fps": 0})", "fps must be an integer from 1 to 120"},
           Row{R"({"fps": 121})", "fps must be"},
           Row{R"({"fps": 23.98})", "fps must be"},
           Row{R"({"pubsubTopic": "videos"})", "pubsubTopic must be like"},
           Row{R"({"pubsubTopic": "projects/p/topics/"})", "pubsubTopic must be like"},
           Row{R"({"pubsubTopic": "folders/p/topics/t"})", "pubsubTopic must be like"},
           Row{R"({"pubsubTopic": "projects/p/queues/t"})", "pubsubTopic must be like"},
           Row{R"({"pubsubTopic": "projects//topics/t"})", "pubsubTopic must be like"},
           Row{R"({"labels": ["a"]})", "labels must be"},
           Row{R"({"labels": {"": "a"}})", "labels must be"},
           Row{R"({"labels": {"1a": "a"}})", "labels must be"},
           Row{R"({"labels": {"Team": "a"}})", "labels must be"},
           Row{R"({"labels": {"team": "A"}})", "labels must be"},
           Row{R"({"labels": {"team": 7}})", "labels must be"},
           Row{R"({"sampleCount": 4})", R"("sampleCount" is none of compressionQuality, enhancePrompt, fps)"},
       }) {
    const auto parameters = ParseParameters(row.text);
    EXPECT_TRUE(absl::IsInvalidArgument(parameters.status())) << row.text;
    EXPECT_THAT(std::string(parameters.status().message()), HasSubstr(row.right)) << row.text;
  }
}

TEST(ParseParameters, LabelsBeyondTheirLimits_Refused) {
  const std::string longest(63, 'a');
  EXPECT_TRUE(ParseParameters(absl::StrCat(R"({"labels":{")", longest, R"(":")", longest, R"("}})")).ok());
  EXPECT_FALSE(ParseParameters(absl::StrCat(R"({"labels":{")", longest, R"(b":"v"}})")).ok());
  EXPECT_FALSE(ParseParameters(absl::StrCat(R"({"labels":{"k":")", longest, R"(b"}})")).ok());
  std::string many;
  for (int i = 0; i < 64; ++i) absl::StrAppend(&many, R"("k)", i, R"(":"v",)");
  EXPECT_FALSE(ParseParameters(absl::StrCat(R"({"labels":{)", many, R"("last":"v"}})")).ok());
  many.pop_back();
  EXPECT_TRUE(ParseParameters(absl::StrCat(R"({"labels":{)", many, "}}")).ok());
}

}  // namespace
}  // namespace videojobs::vertex
