#include "adapters/veo/models.h"

#include <string>
#include <vector>

#include "adapters/veo/names.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace videojobs::veo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

VideoOptions Fast() {
  VideoOptions options;
  options.model = "veo-3.1-fast-generate-preview";
  return options;
}

std::vector<std::string> WrongFields(const VideoOptions& options, const std::vector<Scene>& scenes = {}) {
  std::vector<std::string> fields;
  for (const Violation& violation : Check(options, scenes)) fields.push_back(violation.field);
  return fields;
}

TEST(ModelId, ShortNames_MappedOthersPassThrough) {
  EXPECT_EQ(ModelId("veo-3.1"), "veo-3.1-generate-preview");
  EXPECT_EQ(ModelId("veo-3.1-fast"), "veo-3.1-fast-generate-preview");
  EXPECT_EQ(ModelId("veo-3.1-lite"), "veo-3.1-lite-generate-preview");
  EXPECT_EQ(ModelId("veo-3.1-generate-preview"), "veo-3.1-generate-preview");
  EXPECT_EQ(ModelId("models/veo-3.1-generate-preview"), "veo-3.1-generate-preview");
  EXPECT_EQ(ModelId("veo-9.0-generate-001"), "veo-9.0-generate-001");
}

TEST(Check, Defaults_NothingWrong) {
  for (const Model& model : kModels) {
    VideoOptions options;
    options.model = std::string(model.id);
    EXPECT_THAT(WrongFields(options, {{"A leaf.", 6}}), IsEmpty()) << options.model;
  }
}

TEST(Check, Durations_FourSixOrEight) {
  for (int seconds = -1; seconds <= 10; ++seconds) {
    VideoOptions options = Fast();
    options.duration_seconds = seconds;
    const bool right = seconds == 4 || seconds == 6 || seconds == 8;
    EXPECT_EQ(WrongFields(options).empty(), right) << seconds;
  }
}

TEST(Check, LargeResolution_EightSecondsOnly) {
  for (const char* resolution : {"1080p", "4k"}) {
    VideoOptions options = Fast();
    options.resolution = resolution;
    options.duration_seconds = 8;
    EXPECT_THAT(WrongFields(options, {{"A leaf.", 8}}), IsEmpty());
    options.duration_seconds = 6;
    EXPECT_THAT(WrongFields(options), ElementsAre("options.duration_seconds"));
  }
}

TEST(Check, Lite_NoNegativePromptAndNo4k) {
  VideoOptions options;
  options.model = "veo-3.1-lite";
  options.resolution = "4k";
  options.duration_seconds = 8;
  options.negative_prompt = "people";
  EXPECT_THAT(WrongFields(options), ElementsAre("options.resolution", "options.negative_prompt"));
}

TEST(Check, UnknownShapeSeedAndScenes_EachNamed) {
  VideoOptions options = Fast();
  options.aspect_ratio = "1:1";
  options.seed = 7;
  EXPECT_THAT(WrongFields(options, {{"A leaf.", 6}, {"", 6}, {"A root.", 5}}),
              ElementsAre("options.aspect_ratio", "options.seed", "scenes[1].prompt", "scenes[2].duration_seconds"));
}

TEST(Check, Violation_SaysWhatIsRight) {
  VideoOptions options = Fast();
  options.duration_seconds = 5;
  const std::vector<Violation> violations = Check(options, {});
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_THAT(violations[0].description, HasSubstr("4, 6, 8"));
}

TEST(Check, ModelThatTheTableLacks_LeftToGoogle) {
  VideoOptions options;
  options.model = "veo-9.0-generate-001";
  options.resolution = "8k";
  options.aspect_ratio = "1:1";
  options.duration_seconds = 10;
  EXPECT_THAT(WrongFields(options), IsEmpty());
  options.duration_seconds = 0;
  EXPECT_THAT(WrongFields(options), ElementsAre("options.duration_seconds"));
}

TEST(Check, ModelThatIsNoName_Refused) {
  for (const char* model : {"", "..", "a/b", "veo 3.1", "veo-3.1:predict?x=", "vé"}) {
    VideoOptions options = Fast();
    options.model = model;
    EXPECT_THAT(WrongFields(options), ElementsAre("options.model")) << model;
  }
}

TEST(UsualTime, LargerResolution_NotShorter) {
  VideoOptions options = Fast();
  const absl::Duration small = UsualTime(options);
  options.resolution = "4k";
  EXPECT_GT(UsualTime(options), small);
}

TEST(IsOperationName, Forms_OnlyTheProvidersOwn) {
  EXPECT_TRUE(IsOperationName("models/veo-3.1-generate-preview/operations/vz341u0pmdlc"));
  EXPECT_TRUE(IsOperationName("models/m/operations/A_b-9"));
  for (const char* name :
       {"", "models//operations/a", "models/m/operations/", "models/../operations/a", "models/m/operations/..",
        "models/m/operations/a/b", "models/m/operations/a?x=1", "models/m/operations/a b", "models/m/n/operations/a",
        "operations/a", "/models/m/operations/a", "models/m/operations/a\n", "models/m/operations/ä",
        "projects/p/locations/l/publishers/google/models/m/operations/a"}) {
    EXPECT_FALSE(IsOperationName(name)) << name;
  }
}

TEST(IsOperationName, Length_At512TheLast) {
  const std::string prefix = "models/m/operations/";
  EXPECT_TRUE(IsOperationName(prefix + std::string(512 - prefix.size(), 'a')));
  EXPECT_FALSE(IsOperationName(prefix + std::string(513 - prefix.size(), 'a')));
}

TEST(FileIdIn, Paths_IdOrNothing) {
  EXPECT_EQ(FileIdIn("/v1beta/files/abc123:download"), "abc123");
  EXPECT_EQ(FileIdIn("/download/v1beta/files/a-B_9:download"), "a-B_9");
  EXPECT_EQ(FileIdIn("/v1beta/files/abc123"), "abc123");
  EXPECT_EQ(FileIdIn("/v1beta/files/"), std::nullopt);
  EXPECT_EQ(FileIdIn("/v1beta/files/a/b"), std::nullopt);
  EXPECT_EQ(FileIdIn("/v1beta/files/..:download"), std::nullopt);
  EXPECT_EQ(FileIdIn("/videos/abc123.mp4"), std::nullopt);
}

}  // namespace
}  // namespace videojobs::veo
