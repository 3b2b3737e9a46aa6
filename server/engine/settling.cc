#include "server/engine/settling.h"

#include <algorithm>
#include <cstddef>

#include "absl/time/time.h"
#include "server/engine/poll_pace.h"

namespace videojobs {
namespace {

constexpr absl::Duration kLookEvery = absl::Minutes(1);
constexpr std::size_t kMostAtOnce = 20;
// More than a look will ever come to.
constexpr int kMost = 5000;

}  // namespace

void Settling::Run() {
  const std::int64_t now = absl::ToInt64Nanoseconds(ports_.clock.Elapsed());
  std::int64_t next = next_look_.load();
  if (now < next || !next_look_.compare_exchange_strong(next, now + absl::ToInt64Nanoseconds(kLookEvery))) return;
  for (VideoGenerator* door : ports_.generators.all()) SettleThoseOf(*door);
}

// Not for longer than a door may stay silent about an operation; what is not known by then stays reserved.
void Settling::SettleThoseOf(VideoGenerator& door) {
  auto starts = ports_.ledger.StartsUnfollowed(door.provider(), kSilenceLimit, kMost);
  if (!starts.ok()) {
    ports_.log.Write({Severity::kError,
                      Component::kWorker,
                      "the accepted starts that no job follows could not be read; tried again",
                      {{"error", starts.status().ToString()}}});
    return;
  }
  turns_.Arrange(door.provider(), *starts, &UnfollowedStart::start_id);
  starts->resize(std::min(starts->size(), kMostAtOnce));
  for (const UnfollowedStart& start : *starts) {
    if (stopping_) return;
    Ask(door, start);
    turns_.NoteTurn(door.provider(), start.start_id);
  }
}

void Settling::Ask(VideoGenerator& door, const UnfollowedStart& start) {
  const PollAnswer answer = door.Poll(start.operation_name);
  // Nobody will see this video: where the provider can stop it, it costs nothing. The next look says what became of it.
  if (answer.kind == PollKind::kRunning) door.Cancel(start.operation_name).IgnoreError();
  if (answer.kind != PollKind::kSucceeded && answer.kind != PollKind::kFailed) return;
  const bool charged = answer.kind == PollKind::kSucceeded;
  const absl::Status settled =
      ports_.ledger.Settle(start.start_id, charged ? Settlement::kCharged : Settlement::kNothing);
  ports_.log.Write({settled.ok() ? Severity::kInfo : Severity::kError,
                    Component::kGenerator,
                    settled.ok() ? "a start that no job follows is settled" : "its settlement is not stored yet",
                    {{"job", start.job_id},
                     {"start", start.start_id},
                     {"operation", start.operation_name},
                     {"charged", charged ? "true" : "false"},
                     {"error", std::string(settled.message())}}});
}

}  // namespace videojobs
