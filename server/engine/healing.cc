#include "server/engine/healing.h"

#include <algorithm>

#include "absl/time/time.h"

namespace videojobs {
namespace {

constexpr absl::Duration kLookEvery = absl::Seconds(20);
// A look takes no more than this, and then the half of the time at most: a store of objects that hangs must not hold
// up the polls and deliveries beside it.
constexpr absl::Duration kLookAtMost = absl::Seconds(20);
constexpr int kRestAfterLook = 2;
// Evidence lies in the user's own folder, which keeps it: what was lost before the servers were off for weeks is found
// all the same. It is written within minutes, so that after a whole look only young starts can still get any.
constexpr absl::Duration kLookForAtFirst = absl::Hours(24 * 30);
constexpr absl::Duration kLookFor = absl::Hours(72);
// More starts in doubt than any day's cap leaves.
constexpr int kMost = 5000;

}  // namespace

void Healing::Run() {
  const absl::Duration began = ports_.clock.Elapsed();
  const std::int64_t now = absl::ToInt64Nanoseconds(began);
  std::int64_t next = next_look_.load();
  if (now < next || !next_look_.compare_exchange_strong(next, now + absl::ToInt64Nanoseconds(kLookEvery))) return;
  bool whole = true;
  for (VideoGenerator* door : ports_.generators.all()) {
    if (door->KeepsEvidence() && !HealThoseOf(*door, began + kLookAtMost)) whole = false;
  }
  last_was_whole_ = whole;
  const absl::Duration ended = ports_.clock.Elapsed();
  const absl::Duration rest = std::max(kLookEvery, (ended - began) * kRestAfterLook);
  next_look_ = absl::ToInt64Nanoseconds(ended + rest);
}

bool Healing::HealThoseOf(VideoGenerator& door, absl::Duration until) {
  auto starts = ports_.ledger.StartsInDoubt(door.provider(), last_was_whole_ ? kLookFor : kLookForAtFirst, kMost);
  if (!starts.ok()) {
    ports_.log.Write({Severity::kError,
                      Component::kWorker,
                      "the starts in doubt could not be read; tried again",
                      {{"error", starts.status().ToString()}}});
    return false;
  }
  turns_.Arrange(door.provider(), *starts);
  bool whole = true;
  for (const std::string& start_id : *starts) {
    if (stopping_ || ports_.clock.Elapsed() >= until) return false;
    if (!Heal(door, start_id)) whole = false;
    turns_.NoteTurn(door.provider(), start_id);
  }
  return whole;
}

bool Healing::Heal(VideoGenerator& door, const std::string& start_id) {
  const auto operation = door.FindStart(start_id);
  if (absl::IsNotFound(operation.status())) return true;
  if (absl::IsCancelled(operation.status())) return false;
  if (!operation.ok()) {
    ports_.log.Write({Severity::kWarning,
                      Component::kGenerator,
                      "evidence of a start in doubt could not be looked for; tried again",
                      {{"start", start_id}, {"error", std::string(operation.status().message())}}});
    return false;
  }
  StartOutcome outcome;
  outcome.kind = OutcomeKind::kAccepted;
  outcome.operation_name = *operation;
  const absl::Status healed = ports_.ledger.RecordOutcome(start_id, outcome);
  ports_.log.Write({healed.ok() ? Severity::kInfo : Severity::kError,
                    Component::kGenerator,
                    healed.ok() ? "a start in doubt was found by its own id" : "a healed start is not stored yet",
                    {{"start", start_id}, {"operation", *operation}, {"error", std::string(healed.message())}}});
  return healed.ok();
}

}  // namespace videojobs
