// Every door to Google keeps to the generators' contract, over real HTTP.
#include <memory>
#include <vector>

#include "absl/types/span.h"
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

}  // namespace
}  // namespace videojobs
