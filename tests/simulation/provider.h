#ifndef VIDEOJOBS_TESTS_SIMULATION_PROVIDER_H_
#define VIDEOJOBS_TESTS_SIMULATION_PROVIDER_H_

// The provider of a simulated world, and the truth about what it was asked: what was paid for, by whom, and who was
// told.

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "adapters/video_generator.h"

namespace videojobs::simulation {

enum class Fate { kVideo, kFiltered, kError };

struct Operation {
  std::string start_id;
  absl::Duration done_at;
  Fate fate = Fate::kVideo;
};

// How long a call is under way, twice: on the way there and on the way back. It may end the caller.
using Travel = std::function<void(absl::Duration)>;

class Provider {
 public:
  Provider(std::mt19937_64& random, std::function<absl::Duration()> now) : random_(random), now_(std::move(now)) {}

  // From now on everything goes well.
  void Calm() { calm_ = true; }
  // Refuses no start for everybody's sake.
  void CloseNoLanes() { closes_lanes_ = false; }

  StartOutcome Start(const StartRequest& request, const Travel& travel);
  PollAnswer Poll(const std::string& operation_name, const Travel& travel);
  absl::Status Fetch(const std::string& operation_name, ByteSink& sink, const Travel& travel);
  absl::Status CheckModel(const Travel& travel);

  static std::string VideoOf(const std::string& operation_name);

  // Every operation that was created, by name: each is paid for.
  const std::map<std::string, Operation>& operations() const { return operations_; }
  // The starts whose callers got an answer that leaves no doubt.
  const std::set<std::string>& told() const { return told_; }

 private:
  bool Chance(double probability) { return !calm_ && std::uniform_real_distribution<>(0, 1)(random_) < probability; }
  absl::Duration Between(absl::Duration least, absl::Duration most);

  std::mt19937_64& random_;
  const std::function<absl::Duration()> now_;
  bool calm_ = false;
  bool closes_lanes_ = true;
  int last_ = 0;
  std::map<std::string, Operation> operations_;
  std::set<std::string> told_;
};

}  // namespace videojobs::simulation

#endif  // VIDEOJOBS_TESTS_SIMULATION_PROVIDER_H_
