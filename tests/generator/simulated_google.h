#ifndef VIDEOJOBS_TESTS_GENERATOR_SIMULATED_GOOGLE_H_
#define VIDEOJOBS_TESTS_GENERATOR_SIMULATED_GOOGLE_H_

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "adapters/http/client.h"
#include "adapters/veo/veo_generator.h"
#include "simulator/simulator.h"
#include "tests/generator/video_generator_contract.h"
#include "tests/support/settable_clock.h"

namespace videojobs::veo {

inline constexpr char kTestKey[] = "AIzaSyTest-0123456789-abcdefghijklmnopqr";

// The Veo generator over real HTTP on a simulator whose time stands still until it is moved.
class SimulatedGoogle : public GeneratorUnderTest {
 public:
  SimulatedGoogle();

  VideoGenerator& generator() override { return *generator_; }
  VideoOptions options() override;
  void Arrange(Happening happening) override;
  void Finish() override { clock_.Advance(kLatency); }
  int paid_starts() override { return static_cast<int>(simulator_->starts().size()); }
  std::string VideoOf(const std::string& operation_name) override;

  simulator::Simulator& simulator() { return *simulator_; }
  SettableClock& clock() { return clock_; }

 private:
  static constexpr absl::Duration kLatency = absl::Minutes(1);

  SettableClock clock_{absl::FromUnixSeconds(1'790'000'000)};
  std::unique_ptr<simulator::Simulator> simulator_;
  http::Client client_;
  std::unique_ptr<VeoGenerator> generator_;
};

}  // namespace videojobs::veo

#endif  // VIDEOJOBS_TESTS_GENERATOR_SIMULATED_GOOGLE_H_
