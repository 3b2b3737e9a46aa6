#include "server/engine/storyboard_breaker.h"

namespace videojobs {
namespace {

constexpr int kFailuresInARow = 3;
constexpr absl::Duration kRest = absl::Minutes(5);

}  // namespace

absl::StatusOr<std::vector<Scene>> StoryboardBreaker::Write(const std::string& response_text, const Context& context,
                                                            const VideoOptions& options) {
  if (!MayAsk()) return absl::UnavailableError("not asked: it failed several times in a row");
  auto written = storyboarder_.Write(response_text, context, options);
  Hear(written.ok() && !written->empty());
  return written;
}

bool StoryboardBreaker::MayAsk() {
  const std::lock_guard lock(mutex_);
  return failures_ < kFailuresInARow || clock_.Elapsed() >= rests_until_;
}

// After a rest it is asked again, and one more failure is enough.
void StoryboardBreaker::Hear(bool wrote) {
  const std::lock_guard lock(mutex_);
  failures_ = wrote ? 0 : failures_ + 1;
  if (failures_ >= kFailuresInARow) rests_until_ = clock_.Elapsed() + kRest;
}

}  // namespace videojobs
