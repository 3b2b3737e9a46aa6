#include "server/engine/healing.h"

#include "absl/time/time.h"

namespace videojobs {
namespace {

constexpr absl::Duration kLookEvery = absl::Seconds(20);
// Google's copies are gone by then, and evidence of what cannot be fetched heals nothing.
constexpr absl::Duration kLookFor = absl::Hours(72);
constexpr int kMostAtOnce = 50;

}  // namespace

void Healing::Run() {
  const std::int64_t now = absl::ToInt64Nanoseconds(ports_.clock.Elapsed());
  std::int64_t next = next_look_.load();
  if (now < next || !next_look_.compare_exchange_strong(next, now + absl::ToInt64Nanoseconds(kLookEvery))) return;
  for (VideoGenerator* door : ports_.generators.all()) {
    if (door->KeepsEvidence()) HealThoseOf(*door);
  }
}

void Healing::HealThoseOf(VideoGenerator& door) {
  const auto starts = ports_.ledger.StartsInDoubt(door.provider(), kLookFor, kMostAtOnce);
  if (!starts.ok()) {
    ports_.log.Write({Severity::kError,
                      Component::kWorker,
                      "the starts in doubt could not be read; tried again",
                      {{"error", starts.status().ToString()}}});
    return;
  }
  for (const std::string& start_id : *starts) Heal(door, start_id);
}

void Healing::Heal(VideoGenerator& door, const std::string& start_id) {
  const auto operation = door.FindStart(start_id);
  if (absl::IsNotFound(operation.status())) return;
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
