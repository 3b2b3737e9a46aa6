#include "server/engine/generators.h"

#include <algorithm>
#include <utility>

namespace videojobs {
namespace {

constexpr char kNoDoor[] =
    "this server has no credentials for the provider of this job; give it those it had when the job was made";

class MissingDoor : public VideoGenerator {
 public:
  std::string provider() const override { return ""; }
  std::string location() const override { return ""; }
  std::string ModelId(const std::string& name) const override { return name; }
  std::vector<Violation> Check(const VideoOptions&, const std::vector<Scene>&) const override { return {}; }
  std::int64_t PriceMicros(const VideoOptions&, const Scene&) const override { return 0; }
  absl::Duration UsualTime(const VideoOptions&) const override { return absl::Minutes(2); }
  bool IsOperationName(const std::string&) const override { return false; }
  std::string AlternativesTo(const std::string&) const override { return ""; }
  absl::Status CheckModel(const std::string&) override { return absl::UnavailableError(kNoDoor); }
  absl::StatusOr<std::vector<ListedOperation>> ListOperations(const std::string&, int) override {
    return absl::UnavailableError(kNoDoor);
  }
  StartOutcome Start(const StartRequest&) override {
    StartOutcome outcome;
    outcome.kind = OutcomeKind::kRefused;
    outcome.lane_reason = LaneReason::kBadKey;
    outcome.detail = kNoDoor;
    return outcome;
  }
  PollAnswer Poll(const std::string&) override {
    PollAnswer answer;
    answer.detail = kNoDoor;
    return answer;
  }
  absl::Status Fetch(const std::string&, const std::string&, ByteSink&) override {
    return absl::UnavailableError(kNoDoor);
  }
  absl::Status Cancel(const std::string&) override { return absl::UnavailableError(kNoDoor); }
  absl::StatusOr<std::string> FindStart(const std::string&) override { return absl::UnimplementedError(kNoDoor); }
};

}  // namespace

Generators::Generators(VideoGenerator& chosen, std::vector<VideoGenerator*> others) : doors_(std::move(others)) {
  doors_.insert(doors_.begin(), &chosen);
}

VideoGenerator& Generators::Of(const std::string& provider) const {
  static MissingDoor missing;
  VideoGenerator* door = Find(provider);
  return door == nullptr ? missing : *door;
}

VideoGenerator* Generators::Naming(const std::string& operation_name) const {
  const auto found = std::find_if(doors_.begin(), doors_.end(),
                                  [&](const auto* door) { return door->IsOperationName(operation_name); });
  return found == doors_.end() ? nullptr : *found;
}

VideoGenerator* Generators::Find(const std::string& provider) const {
  const auto found =
      std::find_if(doors_.begin(), doors_.end(), [&](const auto* door) { return door->provider() == provider; });
  return found == doors_.end() ? nullptr : *found;
}

}  // namespace videojobs
