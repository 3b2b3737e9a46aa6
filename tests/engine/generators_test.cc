// What is known of the doors: which are open, which bring home only, and what can be asked for instead.
#include "server/engine/generators.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/fake_video_generator.h"

namespace videojobs {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// Offers what it is told to, and notes which model it is asked about.
class OfferingGenerator : public FakeVideoGenerator {
 public:
  OfferingGenerator(const std::string& provider, std::string offer) : offer_(std::move(offer)) {
    SetProvider(provider);
  }
  std::string AlternativesTo(const std::string& model) const override {
    asked_ = model;
    return offer_;
  }
  const std::string& asked() const { return asked_; }

 private:
  const std::string offer_;
  mutable std::string asked_;
};

TEST(Generators, ClosedDoor_SaysWhichCredentialsItTakes) {
  FakeVideoGenerator gemini;
  const Generators doors(gemini, {}, {{"vertex", {"set THE_VARIABLE", ""}}});
  EXPECT_FALSE(doors.Has("vertex"));
  const PollAnswer answer = doors.Of("vertex").Poll("x");
  EXPECT_EQ(answer.kind, PollKind::kTroubled);
  EXPECT_THAT(answer.detail, AllOf(HasSubstr("no credentials"), HasSubstr("vertex"), HasSubstr("set THE_VARIABLE")));
  EXPECT_THAT(doors.Of("interactions").Poll("x").detail, Not(HasSubstr("THE_VARIABLE")));
}

TEST(Generators, SpareDoor_BringsHomeButIsNoneToStartAt) {
  FakeVideoGenerator gemini;
  FakeVideoGenerator spare;
  spare.SetProvider("vertex");
  const Generators doors(gemini, {}, {{"vertex", {"set THE_VARIABLE", "", &spare}}});
  EXPECT_EQ(&doors.Of("vertex"), &spare);
  EXPECT_FALSE(doors.Has("vertex"));
  EXPECT_EQ(doors.all().size(), 1u);
}

// What somebody has started is to be followed, whoever has the credentials just now.
TEST(Generators, OperationOfAClosedDoor_IsKnownByItsName) {
  FakeVideoGenerator gemini;
  ClosedDoors closed;
  closed["vertex"].model_of = [](const std::string& name) { return name == "projects/p" ? "veo" : std::string(); };
  closed["another"];
  const Generators doors(gemini, {}, closed);
  const auto theirs = doors.Naming("projects/p");
  ASSERT_TRUE(theirs.has_value());
  EXPECT_EQ(theirs->provider, "vertex");
  EXPECT_EQ(theirs->model, "veo");
  EXPECT_EQ(doors.Naming("models/m/operations/o")->provider, "gemini");
  EXPECT_EQ(doors.Naming("models/m/operations/o")->model, "fake-1.0");
  EXPECT_FALSE(doors.Naming("job-17").has_value());
}

TEST(Generators, Copied_KeepsItsStandIns) {
  FakeVideoGenerator gemini;
  auto doors = std::make_unique<Generators>(gemini, std::vector<VideoGenerator*>{},
                                            ClosedDoors{{"vertex", {"set THE_VARIABLE", ""}}});
  const Generators copy = *doors;
  doors.reset();
  EXPECT_THAT(copy.Of("vertex").Poll("x").detail, HasSubstr("THE_VARIABLE"));
}

TEST(AlternativesTo, OpenDoors_OffersOfAllByTheFullId) {
  OfferingGenerator gemini("gemini", "");
  OfferingGenerator interactions("interactions", "Omni is open.");
  OfferingGenerator vertex("vertex", "Veo is open.");
  const Generators doors(gemini, {&interactions, &vertex}, {{"another", {"set THE_VARIABLE", "Another is not open."}}});
  EXPECT_EQ(doors.AlternativesTo("gemini", "fake"), "Omni is open. Veo is open.");
  EXPECT_EQ(vertex.asked(), "fake-1.0") << "a short name may be several doors' own";
}

TEST(AlternativesTo, NothingOpenIsLeft_WhatWouldOpenAnother) {
  OfferingGenerator interactions("interactions", "");
  const Generators doors(interactions, {}, {{"vertex", {"set THE_VARIABLE", "Not open here: Veo."}}, {"x", {"y", ""}}});
  EXPECT_EQ(doors.AlternativesTo("interactions", "omni"), "Not open here: Veo. To open it, set THE_VARIABLE.");
}

}  // namespace
}  // namespace videojobs
