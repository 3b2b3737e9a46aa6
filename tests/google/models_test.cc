#include "adapters/google/models.h"

#include <algorithm>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace videojobs::google {
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
  for (const Violation& violation : Check(kGemini, options, scenes)) fields.push_back(violation.field);
  return fields;
}

TEST(Models, EveryRow_HasSourcesPricesAndAscendingLengths) {
  for (const Model& model : Models()) {
    EXPECT_THAT(std::string(model.source), testing::StartsWith("https://")) << model.id;
    EXPECT_THAT(std::string(model.price_source), testing::StartsWith("https://")) << model.id;
    EXPECT_THAT(std::string(model.as_of), testing::MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}")) << model.id;
    EXPECT_TRUE(std::is_sorted(model.seconds.begin(), model.seconds.end())) << model.id;
    EXPECT_FALSE(model.qualities.empty()) << model.id;
  }
}

TEST(ModelId, SameShortName_IsEachDoorsOwn) {
  EXPECT_EQ(ModelId(kVertex, "veo-3.1"), "veo-3.1-generate-001");
  EXPECT_EQ(ModelId(kVertex, "veo-3.1-lite"), "veo-3.1-lite-generate-001");
  EXPECT_EQ(ModelId(kInteractions, "omni"), "gemini-omni-1.1-flash");
  EXPECT_EQ(ModelId(kGemini, "omni"), "omni");
}

TEST(ModelId, ShortNames_MappedOthersPassThrough) {
  EXPECT_EQ(ModelId(kGemini, "veo-3.1"), "veo-3.1-generate-preview");
  EXPECT_EQ(ModelId(kGemini, "veo-3.1-fast"), "veo-3.1-fast-generate-preview");
  EXPECT_EQ(ModelId(kGemini, "veo-3.1-lite"), "veo-3.1-lite-generate-preview");
  EXPECT_EQ(ModelId(kGemini, "veo-3.1-generate-preview"), "veo-3.1-generate-preview");
  EXPECT_EQ(ModelId(kGemini, "models/veo-3.1-generate-preview"), "veo-3.1-generate-preview");
  EXPECT_EQ(ModelId(kGemini, "veo-9.0-generate-001"), "veo-9.0-generate-001");
}

TEST(ModelIdsOf, ShortName_IsThatOfEveryDoorThatHasIt) {
  EXPECT_THAT(ModelIdsOf("omni"), ElementsAre("gemini-omni-1.1-flash"));
  EXPECT_THAT(ModelIdsOf("veo-3.1"), ElementsAre("veo-3.1-generate-preview", "veo-3.1-generate-001"));
  EXPECT_THAT(ModelIdsOf("veo-3.1-generate-001"), ElementsAre("veo-3.1-generate-001"));
  EXPECT_THAT(ModelIdsOf("models/veo-9"), ElementsAre("veo-9"));
}

TEST(Check, Defaults_NothingWrong) {
  for (const Model& model : Models()) {
    VideoOptions options;
    options.model = std::string(model.id);
    EXPECT_THAT(Check(model.provider, options, {{"A leaf.", 6}}), IsEmpty()) << options.model;
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
  const std::vector<Violation> violations = Check(kGemini, options, {});
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
  for (const int seconds : {0, -1, 1'000}) {
    options.duration_seconds = seconds;
    EXPECT_THAT(WrongFields(options), ElementsAre("options.duration_seconds")) << seconds;
  }
}

TEST(Check, ModelThatIsNoName_Refused) {
  for (const char* model : {"", "..", "a/b", "veo 3.1", "veo-3.1:predict?x=", "vé"}) {
    VideoOptions options = Fast();
    options.model = model;
    EXPECT_THAT(WrongFields(options), ElementsAre("options.model")) << model;
  }
}

// What each door takes beside the defaults, and what it says where it takes something else.
TEST(Check, EveryDoor_TakesWhatItsModelsTake) {
  const auto fields = [](absl::string_view provider, const char* model, auto change) {
    VideoOptions options;
    options.model = model;
    change(options);
    std::string found;
    for (const Violation& violation : Check(provider, options, {})) found += violation.field + " ";
    return found;
  };
  const auto seed = [](VideoOptions& options) { options.seed = 7; };
  const auto silent = [](VideoOptions& options) { options.generate_audio = false; };
  const auto negative = [](VideoOptions& options) { options.negative_prompt = "people"; };
  const auto five_seconds = [](VideoOptions& options) { options.duration_seconds = 5; };
  const auto nobody = [](VideoOptions& options) { options.person_generation = "dont_allow"; };
  const auto adults = [](VideoOptions& options) { options.person_generation = "allow_adult"; };
  const auto small = [](VideoOptions& options) { options.resolution = "360p"; };

  EXPECT_EQ(fields(kGemini, "veo-3.1", seed), "options.seed ");
  EXPECT_EQ(fields(kVertex, "veo-3.1", seed), "");
  EXPECT_EQ(fields(kInteractions, "omni", seed), "options.seed ");
  EXPECT_EQ(fields(kGemini, "veo-3.1", silent), "options.generate_audio ");
  EXPECT_EQ(fields(kVertex, "veo-3.1", silent), "");
  EXPECT_EQ(fields(kInteractions, "omni", silent), "options.generate_audio ");
  EXPECT_EQ(fields(kVertex, "veo-3.1", negative), "");
  EXPECT_EQ(fields(kVertex, "veo-3.1-lite", negative), "options.negative_prompt ");
  EXPECT_EQ(fields(kInteractions, "omni", negative), "options.negative_prompt ");
  EXPECT_EQ(fields(kVertex, "veo-3.1", five_seconds), "options.duration_seconds ");
  EXPECT_EQ(fields(kInteractions, "omni", five_seconds), "");
  EXPECT_EQ(fields(kGemini, "veo-3.1", nobody), "options.person_generation ");
  EXPECT_EQ(fields(kGemini, "veo-3.1", adults), "");
  EXPECT_EQ(fields(kVertex, "veo-3.1", nobody), "");
  EXPECT_EQ(fields(kInteractions, "omni", adults), "options.person_generation ");
  EXPECT_EQ(fields(kVertex, "veo-3.1", small), "options.resolution ");
  EXPECT_EQ(fields(kInteractions, "omni", small), "");
}

TEST(Check, ModelOfAnotherDoor_SaysWhichDoorHasIt) {
  VideoOptions options;
  options.model = "gemini-omni-1.1-flash";
  const std::vector<Violation> violations = Check(kVertex, options, {});
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, "options.model");
  EXPECT_THAT(violations[0].description, HasSubstr("VIDEO_PROVIDER=interactions"));
  EXPECT_THAT(violations[0].description, HasSubstr("veo-3.1, veo-3.1-fast, veo-3.1-lite"));
}

TEST(Alternatives, OpenDoor_OffersItsServedModelsButTheRefusedOne) {
  EXPECT_EQ(Alternatives(kGemini), "") << "all are reported gone";
  EXPECT_THAT(Alternatives(kInteractions), testing::AllOf(HasSubstr("gemini-omni-1.1-flash"),
                                                          HasSubstr("VIDEO_PROVIDER=interactions, VEO_MODEL=omni")));
  const std::string others = Alternatives(kVertex, "veo-3.1-generate-001");
  EXPECT_THAT(others, HasSubstr("VIDEO_PROVIDER=vertex, VEO_MODEL=veo-3.1-fast or veo-3.1-lite)"));
  EXPECT_THAT(others, testing::Not(HasSubstr("veo-3.1-generate-001")));
}

TEST(HowToOpen, EveryDoor_NamesItsVariables) {
  EXPECT_THAT(HowToOpen(kGemini), HasSubstr("GOOGLE_GENAI_API_KEY"));
  EXPECT_THAT(HowToOpen(kInteractions), HasSubstr("GOOGLE_GENAI_API_KEY"));
  EXPECT_THAT(HowToOpen(kVertex), HasSubstr("GOOGLE_APPLICATION_CREDENTIALS"));
}

TEST(UsualTime, LargerResolution_NotShorter) {
  VideoOptions options = Fast();
  const absl::Duration small = UsualTime(kGemini, options);
  options.resolution = "4k";
  EXPECT_GT(UsualTime(kGemini, options), small);
}

TEST(UsualTime, WhatTheTableLacks_HasOneAllTheSame) {
  VideoOptions options = Fast();
  options.resolution = "8k";
  EXPECT_GT(UsualTime(kGemini, options), absl::ZeroDuration());
  options.model = "veo-9.0-generate-001";
  EXPECT_GT(UsualTime(kGemini, options), absl::ZeroDuration());
}

}  // namespace
}  // namespace videojobs::google
