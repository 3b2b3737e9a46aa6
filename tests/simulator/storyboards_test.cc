// generateContent, and what can go wrong with it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "simulator/schema_sample.h"
#include "tests/simulator/harness.h"

namespace videojobs::simulator {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr char kPath[] = "/v1beta/models/gemini-3.8-flash:generateContent";
constexpr char kRequest[] =
    R"({"contents":[{"role":"user","parts":[{"text":"5 scenes about größe"}]}],"generationConfig":{
        "responseMimeType":"application/json","responseJsonSchema":{"type":"object","required":["scenes"],"properties":{
        "scenes":{"type":"array","minItems":1,"maxItems":4,"items":{"type":"object","properties":{
        "prompt":{"type":"string"},"duration_seconds":{"type":"integer","enum":[4,6,8]}}}}}}}})";

class StoryboardsTest : public SimulatorTest {
 protected:
  static std::string TextOf(const json& body) {
    std::string text;
    for (const json& part : body["candidates"][0]["content"]["parts"]) {
      if (!part.value("thought", false)) text += part["text"];
    }
    return text;
  }
  json Generate() { return Json(Post(kRequest, kPath)); }
};

TEST_F(StoryboardsTest, Generate_BySchema_GivesScenesWithinItsLimits) {
  const json body = Generate();
  EXPECT_EQ(body["candidates"][0]["finishReason"], "STOP");
  EXPECT_TRUE(body.contains("usageMetadata"));
  const json scenes = json::parse(TextOf(body))["scenes"];
  ASSERT_EQ(scenes.size(), 4u);
  EXPECT_EQ(scenes[0], json({{"prompt", "Scene 1: 5 scenes about größe"}, {"duration_seconds", 4}}));
  EXPECT_NE(scenes[0], scenes[1]);
  EXPECT_EQ(Generate(), body);
  EXPECT_TRUE(simulator().starts().empty());
  EXPECT_EQ(simulator().counts().storyboard_requests, 2);
  EXPECT_EQ(simulator().counts().start_requests, 0);
}

TEST_F(StoryboardsTest, Generate_WithoutASchema_GivesThreeScenes) {
  const json body = Json(Post(R"({"contents":[{"parts":[{"text":"a film"}]}]})", kPath));
  EXPECT_EQ(json::parse(TextOf(body))["scenes"].size(), 3u);
}

TEST_F(StoryboardsTest, Faults_AreTheOnesOfLanguageModels) {
  simulator().SetFaults({FaultKind::kStoryboardMaxTokens});
  json body = Generate();
  EXPECT_EQ(body["candidates"][0]["finishReason"], "MAX_TOKENS");
  EXPECT_FALSE(json::accept(TextOf(body)));
  simulator().SetFaults({FaultKind::kStoryboardBlocked});
  body = Generate();
  EXPECT_EQ(body["promptFeedback"]["blockReason"], "PROHIBITED_CONTENT");
  EXPECT_FALSE(body.contains("candidates"));
  simulator().SetFaults({FaultKind::kStoryboardOffSchema});
  EXPECT_FALSE(json::parse(TextOf(Generate())).contains("scenes"));
  simulator().SetFaults({FaultKind::kStoryboardThoughts});
  body = Generate();
  EXPECT_EQ(body["candidates"][0]["content"]["parts"][0]["thought"], true);
  EXPECT_EQ(json::parse(TextOf(body))["scenes"].size(), 4u);
}

TEST_F(StoryboardsTest, FaultsOfStarts_HappenHereOnlyWhenAsked) {
  Fault quota(FaultKind::kQuota);
  simulator().SetFaults({quota});
  EXPECT_EQ(Post(kRequest, kPath)->status, 200);
  quota.on = Call::kStoryboard;
  simulator().SetFaults({quota});
  EXPECT_EQ(Post(kRequest, kPath)->status, 429);
  Fault lost(FaultKind::kLostAnswer);
  lost.on = Call::kStoryboard;
  simulator().SetFaults({lost});
  EXPECT_FALSE(Post(kRequest, kPath));
}

TEST_F(StoryboardsTest, Generate_WrongModelOrBody_IsRefused) {
  EXPECT_THAT(Post(kRequest, "/v1beta/models/gemini-omni-1.1-flash:generateContent")->body,
              HasSubstr("only supports Interactions API"));
  EXPECT_EQ(Post(kRequest, "/v1beta/models/veo-3.1-generate-preview:generateContent")->status, 404);
  EXPECT_EQ(Post("{}", kPath)->status, 400);
  EXPECT_EQ(
      Post(R"({"contents":[{"parts":[{"text":"a"}]}],"generationConfig":{"responseJsonSchema":{}}})", kPath)->status,
      400)
      << "a schema needs responseMimeType";
}

TEST(SchemaSample, ReferencesChoicesAndGeminisOwnTypes_AreRead) {
  const json schema = json::parse(R"({"type":"OBJECT","properties":{
      "kind":{"anyOf":[{"type":"STRING","enum":["x","y"]}]},"n":{"type":"NUMBER","minimum":10},
      "few":{"type":"ARRAY","maxItems":"1","items":{"$ref":"#/$defs/s"}},"yes":{"type":["boolean","null"]}},
      "$defs":{"s":{"type":"string"}}})");
  EXPECT_EQ(SampleOf(schema, "t", 3), json::parse(R"({"kind":"x","n":10,"few":["Scene 1: t"],"yes":true})"));
}

TEST(SchemaSample, ASchemaWithinItself_Ends) {
  const json schema = json::parse(R"({"type":"object","properties":{"next":{"$ref":"#"}}})");
  EXPECT_TRUE(SampleOf(schema, "t", 1).is_object());
}

}  // namespace
}  // namespace videojobs::simulator
