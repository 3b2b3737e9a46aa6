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
// Google's copies are gone by then, and evidence of what cannot be fetched heals nothing.
constexpr absl::Duration kLookFor = absl::Hours(72);
// More starts in doubt than any day's cap leaves.
constexpr int kMost = 5000;

}  // namespace

void Healing::Run() {
  const absl::Duration began = ports_.clock.Elapsed();
  const std::int64_t now = absl::ToInt64Nanoseconds(began);
  std::int64_t next = next_look_.load();
  if (now < next || !next_look_.compare_exchange_strong(next, now + absl::ToInt64Nanoseconds(kLookEvery))) return;
  for (VideoGenerator* door : ports_.generators.all()) {
    if (door->KeepsEvidence()) HealThoseOf(*door, began + kLookAtMost);
  }
  const absl::Duration ended = ports_.clock.Elapsed();
  const absl::Duration rest = std::max(kLookEvery, (ended - began) * kRestAfterLook);
  next_look_ = absl::ToInt64Nanoseconds(ended + rest);
}

void Healing::HealThoseOf(VideoGenerator& door, absl::Duration until) {
  auto starts = ports_.ledger.StartsInDoubt(door.provider(), kLookFor, kMost);
  if (!starts.ok()) {
    ports_.log.Write({Severity::kError,
                      Component::kWorker,
                      "the starts in doubt could not be read; tried again",
                      {{"error", starts.status().ToString()}}});
    return;
  }
  turns_.Arrange(door.provider(), *starts);
  for (const std::string& start_id : *starts) {
    if (stopping_ || ports_.clock.Elapsed() >= until) return;
    Heal(door, start_id);
    turns_.NoteTurn(door.provider(), start_id);
  }
}

void Healing::Heal(VideoGenerator& door, const std::string& start_id) {
  const auto operation = door.FindStart(start_id);
  if (absl::IsNotFound(operation.status()) || absl::IsCancelled(operation.status())) return;
  if (!operation.ok()) {
    ports_.log.Write({Severity::kWarning,
                      Component::kGenerator,
                      "evidence of a start in doubt could not be looked for; tried again",
                      {{"start", start_id}, {"error", std::string(operation.status().message())}}});
    return;
  }
  StartOutcome outcome;
  outcome.kind = OutcomeKind::kAccepted;
  outcome.operation_name = *operation;
  const absl::Status healed = ports_.ledger.RecordOutcome(start_id, outcome);
  ports_.log.Write({healed.ok() ? Severity::kInfo : Severity::kError,
                    Component::kGenerator,
                    healed.ok() ? "a start in doubt was found by its own id" : "a healed start is not stored yet",
                    {{"start", start_id}, {"operation", *operation}, {"error", std::string(healed.message())}}});
}

}  // namespace videojobs
