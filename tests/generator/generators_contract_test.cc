// Veo on the Gemini API keeps to the generators' contract, over real HTTP.
#include <memory>

#include "tests/generator/simulated_google.h"
#include "tests/generator/video_generator_contract.h"

namespace videojobs {
namespace {

const GeneratorFactory kVeo{"Veo", [] { return std::make_unique<veo::SimulatedGoogle>(); }};

INSTANTIATE_TEST_SUITE_P(Http, VideoGeneratorContract, testing::Values(kVeo), GeneratorName);
INSTANTIATE_TEST_SUITE_P(Http, HttpGeneratorContract, testing::Values(kVeo), GeneratorName);

}  // namespace
}  // namespace videojobs
