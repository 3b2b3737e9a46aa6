#include "server/assembly/spare_door.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "adapters/google/models.h"

namespace videojobs {
namespace {

constexpr absl::Duration kOpenAgainAfter = absl::Minutes(1);

// Counts what passes: behind the first byte no other way may be tried.
class CountingSink : public ByteSink {
 public:
  explicit CountingSink(ByteSink& sink) : sink_(sink) {}
  absl::Status Write(absl::string_view bytes) override {
    untouched_ = untouched_ && bytes.empty();
    return sink_.Write(bytes);
  }
  bool untouched() const { return untouched_; }

 private:
  ByteSink& sink_;
  bool untouched_ = true;
};

bool KnowsTheOperation(const PollAnswer& answer) {
  return answer.kind != PollKind::kGone && answer.kind != PollKind::kTroubled;
}

}  // namespace

SpareDoor::SpareDoor(std::string provider, std::string how_to_open, std::vector<Open> ways, Clock& clock)
    : provider_(std::move(provider)),
      words_(absl::StrCat("no credentials are named for this job's provider, ", provider_, ": ", how_to_open)),
      clock_(clock) {
  for (Open& open : ways) ways_.push_back({std::move(open)});
}

std::string SpareDoor::ModelId(const std::string& name) const { return google::ModelId(provider_, name); }

std::vector<Violation> SpareDoor::Check(const VideoOptions& options, const std::vector<Scene>& scenes) const {
  return google::Check(provider_, options, scenes);
}

absl::Duration SpareDoor::UsualTime(const VideoOptions& options) const { return google::UsualTime(provider_, options); }

StartOutcome SpareDoor::Start(const StartRequest&) {
  StartOutcome outcome;
  outcome.kind = OutcomeKind::kRefused;
  outcome.lane_reason = LaneReason::kBadKey;
  outcome.detail = words_;
  return outcome;
}

absl::StatusOr<std::shared_ptr<VideoGenerator>> SpareDoor::DoorOf(std::size_t way) {
  const std::lock_guard lock(mutex_);
  Way& asked = ways_[way];
  if (asked.door) return asked.door;
  if (!asked.failed.ok() && clock_.Elapsed() < asked.not_before) return asked.failed;
  auto opened = asked.open();
  asked.failed = opened.status();
  asked.not_before = clock_.Elapsed() + kOpenAgainAfter;
  if (!opened.ok()) return opened.status();
  asked.door = *std::move(opened);
  return asked.door;
}

PollAnswer SpareDoor::Poll(const std::string& operation_name) {
  PollAnswer trouble;
  trouble.detail = words_;
  for (std::size_t way = 0; way < ways_.size(); ++way) {
    const auto door = DoorOf(way);
    if (!door.ok()) continue;
    PollAnswer answer = (*door)->Poll(operation_name);
    if (KnowsTheOperation(answer)) return answer;
    trouble.http_status = answer.http_status;
    trouble.detail = absl::StrCat(words_, "; with what was found: ", answer.detail);
  }
  return trouble;
}

absl::Status SpareDoor::Fetch(const std::string& operation_name, const std::string& result, ByteSink& sink) {
  CountingSink counting(sink);
  absl::Status trouble = absl::UnavailableError(words_);
  for (std::size_t way = 0; way < ways_.size() && counting.untouched(); ++way) {
    const auto door = DoorOf(way);
    if (!door.ok()) continue;
    absl::Status fetched = (*door)->Fetch(operation_name, result, counting);
    if (fetched.ok() || !counting.untouched()) return fetched;
    trouble = absl::UnavailableError(absl::StrCat(words_, "; with what was found: ", std::string(fetched.message())));
  }
  return trouble;
}

absl::Status SpareDoor::Cancel(const std::string& operation_name) {
  absl::Status cancelled = absl::UnavailableError(words_);
  for (std::size_t way = 0; way < ways_.size() && !cancelled.ok(); ++way) {
    if (const auto door = DoorOf(way); door.ok()) cancelled = (*door)->Cancel(operation_name);
  }
  return cancelled;
}

}  // namespace videojobs
