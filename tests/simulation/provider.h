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
#include "tests/simulation/outage.h"

namespace videojobs::simulation {

enum class Fate { kVideo, kFiltered, kError };

// How long a finished video is there.
inline constexpr absl::Duration kKeepsFor = absl::Hours(48);
// How long making one takes at most.
inline constexpr absl::Duration kLongestMaking = absl::Minutes(7);

struct Operation {
  std::string start_id;
  std::string prompt;  // what was asked for, and so for whom, whatever a ledger says
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
  // What does not work for days.
  void Suffer(const Outage& outage) { outage_ = outage; }
  // The control: now and then one start arrives twice, as a POST does that a client's library sends again.
  void SendAgain() { sends_again_ = true; }
  // A finished video can be found by the id of its start.
  void KeepEvidence() { keeps_evidence_ = true; }
  bool keeps_evidence() const { return keeps_evidence_; }

  StartOutcome Start(const StartRequest& request, const Travel& travel);
  PollAnswer Poll(const std::string& operation_name, const Travel& travel);
  absl::Status Fetch(const std::string& operation_name, ByteSink& sink, const Travel& travel);
  absl::Status CheckModel(const Travel& travel);
  absl::StatusOr<std::string> FindStart(const std::string& start_id, const Travel& travel);

  static std::string VideoOf(const std::string& operation_name);

  // Every operation that was created, by name: each is paid for.
  const std::map<std::string, Operation>& operations() const { return operations_; }
  // The starts whose callers got an answer that leaves no doubt.
  const std::set<std::string>& told() const { return told_; }

 private:
  std::string Create(const StartRequest& request);
  bool Suffers(OutageKind kind) { return outage_.Is(kind, now_()); }
  bool Chance(double probability) { return !calm_ && std::uniform_real_distribution<>(0, 1)(random_) < probability; }
  absl::Duration Between(absl::Duration least, absl::Duration most);

  std::mt19937_64& random_;
  const std::function<absl::Duration()> now_;
  bool calm_ = false;
  bool closes_lanes_ = true;
  bool sends_again_ = false;
  bool keeps_evidence_ = false;
  Outage outage_;
  int last_ = 0;
  std::map<std::string, Operation> operations_;
  std::set<std::string> told_;
};

}  // namespace videojobs::simulation

#endif  // VIDEOJOBS_TESTS_SIMULATION_PROVIDER_H_
