// Every door to Google keeps to the generators' contract, over real HTTP.
#include <memory>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "adapters/google/gemini_api.h"
#include "simulator/faults.h"
#include "tests/generator/simulated_google.h"
#include "tests/generator/video_generator_contract.h"

namespace videojobs {
namespace {

std::vector<GeneratorFactory> Of(absl::Span<const Door> doors) {
  std::vector<GeneratorFactory> factories;
  for (const Door door : doors) {
    factories.push_back({Name(door), [door] { return std::make_unique<SimulatedGoogle>(door); }});
  }
  return factories;
}

constexpr Door kWithFiles[] = {Door::kVeo, Door::kInteractions, Door::kVertexOutput};

INSTANTIATE_TEST_SUITE_P(Http, VideoGeneratorContract, testing::ValuesIn(Of(kDoors)), GeneratorName);
INSTANTIATE_TEST_SUITE_P(Http, FileGeneratorContract, testing::ValuesIn(Of(kWithFiles)), GeneratorName);
INSTANTIATE_TEST_SUITE_P(Http, HttpGeneratorContract, testing::ValuesIn(Of(kDoors)), GeneratorName);

class PatienceOfDoors : public GeneratorTest {
 protected:
  SimulatedGoogle& door() { return static_cast<SimulatedGoogle&>(*under_test_); }
};

INSTANTIATE_TEST_SUITE_P(Http, PatienceOfDoors, testing::ValuesIn(Of(kDoors)), GeneratorName);

TEST_P(PatienceOfDoors, VideoInsideTheAnswer_MayTakeLongerThanAQuestion) {
  google::Patience patience;
  patience.question.total = absl::Milliseconds(10);
  door().Use(patience);
  under_test_->Arrange(Happening::kInlineResult);
  door().simulator().AddFault(simulator::ParseFault("kind=slow_answer,on=poll,delay=50ms").value());
  const PollAnswer answer = generator().Poll(StartFinished());
  EXPECT_EQ(answer.kind, PollKind::kSucceeded) << answer.detail;
}

}  // namespace
}  // namespace videojobs
