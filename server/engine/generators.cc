#include "server/engine/generators.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace videojobs {
namespace {

constexpr char kNoDoor[] =
    "this server has no credentials for the provider of this job; give it those it had when the job was made";

class MissingDoor : public VideoGenerator {
 public:
  explicit MissingDoor(std::string words) : words_(std::move(words)) {}

  std::string provider() const override { return ""; }
  std::string location() const override { return ""; }
  std::string ModelId(const std::string& name) const override { return name; }
  std::vector<Violation> Check(const VideoOptions&, const std::vector<Scene>&) const override { return {}; }
  std::int64_t PriceMicros(const VideoOptions&, const Scene&) const override { return 0; }
  absl::Duration UsualTime(const VideoOptions&) const override { return absl::Minutes(2); }
  bool IsOperationName(const std::string&) const override { return false; }
  std::string ModelOf(const std::string&) const override { return ""; }
  std::string AlternativesTo(const std::string&) const override { return ""; }
  absl::Status CheckModel(const std::string&) override { return absl::UnavailableError(words_); }
  absl::StatusOr<std::vector<ListedOperation>> ListOperations(const std::string&, int) override {
    return absl::UnavailableError(words_);
  }
  StartOutcome Start(const StartRequest&) override {
    StartOutcome outcome;
    outcome.kind = OutcomeKind::kRefused;
    outcome.lane_reason = LaneReason::kBadKey;
    outcome.detail = words_;
    return outcome;
  }
  PollAnswer Poll(const std::string&) override {
    PollAnswer answer;
    answer.detail = words_;
    return answer;
  }
  absl::Status Fetch(const std::string&, const std::string&, ByteSink&) override {
    return absl::UnavailableError(words_);
  }
  absl::Status Cancel(const std::string&) override { return absl::UnavailableError(words_); }
  absl::StatusOr<std::string> FindStart(const std::string&) override { return absl::UnimplementedError(words_); }

 private:
  const std::string words_;
};

std::string WordsOf(const std::string& provider, const ClosedDoor& door) {
  return absl::StrCat("this server has no credentials for this job's provider, ", provider, ": ", door.how_to_open);
}

}  // namespace

Generators::Generators(VideoGenerator& chosen, std::vector<VideoGenerator*> others, const ClosedDoors& closed)
    : doors_(std::move(others)), closed_(closed) {
  doors_.insert(doors_.begin(), &chosen);
  std::map<std::string, std::unique_ptr<VideoGenerator>> stand_ins;
  for (const auto& [provider, door] : closed) {
    stand_ins[provider] = std::make_unique<MissingDoor>(WordsOf(provider, door));
  }
  stand_ins_ = std::make_shared<const std::map<std::string, std::unique_ptr<VideoGenerator>>>(std::move(stand_ins));
}

VideoGenerator& Generators::Of(const std::string& provider) const {
  static MissingDoor missing(kNoDoor);
  if (VideoGenerator* door = Find(provider)) return *door;
  const auto closed = closed_.find(provider);
  if (closed == closed_.end()) return missing;
  return closed->second.spare == nullptr ? *stand_ins_->at(provider) : *closed->second.spare;
}

std::string Generators::AlternativesTo(const std::string& provider, const std::string& model) const {
  // By its full id: a short name may be several doors' own.
  const std::string id = Of(provider).ModelId(model);
  std::vector<std::string> sentences;
  for (const VideoGenerator* door : doors_) {
    if (std::string offer = door->AlternativesTo(id); !offer.empty()) sentences.push_back(std::move(offer));
  }
  if (!sentences.empty()) return absl::StrJoin(sentences, " ");
  for (const auto& [name, door] : closed_) {
    if (!door.offer.empty()) sentences.push_back(absl::StrCat(door.offer, " To open it, ", door.how_to_open, "."));
  }
  return absl::StrJoin(sentences, " ");
}

std::optional<NamedOperation> Generators::Naming(const std::string& operation_name) const {
  for (const VideoGenerator* door : doors_) {
    if (!door->IsOperationName(operation_name)) continue;
    return NamedOperation{door->provider(), door->location(), door->ModelOf(operation_name)};
  }
  for (const auto& [provider, door] : closed_) {
    std::string model = door.model_of ? door.model_of(operation_name) : "";
    if (!model.empty()) return NamedOperation{provider, "", std::move(model)};
  }
  return std::nullopt;
}

VideoGenerator* Generators::Find(const std::string& provider) const {
  const auto found =
      std::find_if(doors_.begin(), doors_.end(), [&](const auto* door) { return door->provider() == provider; });
  return found == doors_.end() ? nullptr : *found;
}

}  // namespace videojobs
