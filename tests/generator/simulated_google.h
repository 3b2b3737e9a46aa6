#ifndef VIDEOJOBS_TESTS_GENERATOR_SIMULATED_GOOGLE_H_
#define VIDEOJOBS_TESTS_GENERATOR_SIMULATED_GOOGLE_H_

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "adapters/google/gemini_api.h"
#include "adapters/http/client.h"
#include "adapters/video_generator.h"
#include "simulator/simulator.h"
#include "tests/generator/video_generator_contract.h"
#include "tests/support/settable_clock.h"

namespace videojobs {

inline constexpr char kTestKey[] = "AIzaSyTest-0123456789-abcdefghijklmnopqr";

// The doors to Google, each with the credential that opens it.
enum class Door {
  kVeo,             // Veo on the Gemini API, with a key
  kInteractions,    // Gemini Omni, with a key
  kVertexKey,       // Veo on Vertex AI, express mode
  kVertexAccount,   // the same with a service account; videos come inside of answers
  kVertexOutput,    // the same, videos are written to a folder per start
  kVertexUser,      // with an authorized user's refresh token
  kVertexMetadata,  // with the metadata server's token
};
inline constexpr Door kDoors[] = {Door::kVeo,          Door::kInteractions, Door::kVertexKey,     Door::kVertexAccount,
                                  Door::kVertexOutput, Door::kVertexUser,   Door::kVertexMetadata};
std::string Name(Door door);

// A generator over real HTTP on a simulator whose time stands still until it is moved.
class SimulatedGoogle : public GeneratorUnderTest {
 public:
  // `project` is asked for where the door needs one named.
  explicit SimulatedGoogle(Door door = Door::kVeo, std::string project = "project-1");

  VideoGenerator& generator() override { return *generator_; }
  VideoOptions options() override;
  void Arrange(Happening happening) override;
  void Finish() override { clock_.Advance(kLatency); }
  int paid_starts() override { return static_cast<int>(simulator_->starts().size()); }
  std::string VideoOf(const std::string& operation_name) override;

  // Makes the generator anew, with other limits for its calls.
  void Use(const google::Patience& patience);

  simulator::Simulator& simulator() { return *simulator_; }
  SettableClock& clock() { return clock_; }

 private:
  static constexpr absl::Duration kLatency = absl::Minutes(1);

  std::unique_ptr<VideoGenerator> NewGenerator();
  std::unique_ptr<VideoGenerator> OnVertex();
  std::string Get(const std::string& path);

  const Door door_;
  const std::string project_;
  google::Patience patience_;
  SettableClock clock_{absl::FromUnixSeconds(1'790'000'000)};
  std::unique_ptr<simulator::Simulator> simulator_;
  http::Client client_;
  std::unique_ptr<VideoGenerator> generator_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_GENERATOR_SIMULATED_GOOGLE_H_
