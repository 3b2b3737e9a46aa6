#include "server/engine/sweeping.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/engine/waiting.h"

namespace videojobs {
namespace {

// Claims of one row are bound by round trips: a few dozen at once cost hardly more.
constexpr int kMostPerClaim = 32;
// How many rows of the web app one sweep adopts at most.
constexpr int kMostAdopted = 500;
// Jobs that fall due one after another are swept together.
constexpr absl::Duration kLeastWake = absl::Seconds(1);

}  // namespace

Sweeping::Sweeping(const EnginePorts& ports, const EngineSettings& settings, Executor& calls, Executor& deliveries,
                   std::function<void(absl::Duration)> wake_in)
    : ports_(ports),
      settings_(settings),
      calls_(calls),
      deliveries_(deliveries),
      wake_in_(std::move(wake_in)),
      leases_(settings.lease, ports.work, ports.clock, ports.log),
      releases_(ports.work, ports.log),
      adopting_(ports_, settings_),
      checking_(ports_, settings_, stopping_),
      healing_(ports_, stopping_),
      settling_(ports_, stopping_),
      starting_(ports_, settings_, stopping_),
      polling_(ports_, stopping_),
      delivering_(ports_, settings_, stopping_),
      most_in_work_(4 * (settings.concurrent_calls + settings.concurrent_deliveries)) {}

void Sweeping::Begin(int max_jobs) {
  if (stopping_) return;
  adopting_.Run(kMostAdopted);
  Look();
  const absl::Status dispatched = Dispatch(std::make_shared<Round>(), max_jobs, absl::InfiniteDuration());
  if (!dispatched.ok()) {
    ports_.log.Write({Severity::kError,
                      Component::kWorker,
                      "nothing could be claimed; tried again",
                      {{"error", dispatched.ToString()}}});
  }
}

absl::StatusOr<SweepReport> Sweeping::Sweep(int max_jobs, absl::Duration time_limit) {
  const absl::Duration began = ports_.clock.Elapsed();
  const absl::Duration until = began + time_limit;
  const auto round = std::make_shared<Round>();
  const int adopted = stopping_ ? 0 : adopting_.Run(kMostAdopted);
  if (!stopping_) Look();
  const absl::Status dispatched = Dispatch(round, max_jobs, until);
  round->Wait(until - ports_.clock.Elapsed());

  SweepReport report = round->Report();
  report.adopted = adopted;
  if (!dispatched.ok()) return dispatched;
  const auto due = ports_.work.CountDue();
  if (!due.ok()) return due.status();
  report.remaining_due = *due;
  auto lanes = ports_.lanes.Closed();
  if (!lanes.ok()) return lanes.status();
  report.closed_lanes = *std::move(lanes);
  if (!settings_.generation_enabled) report.closed_lanes.push_back(SwitchedOff());
  report.duration = ports_.clock.Elapsed() - began;
  return report;
}

std::optional<absl::Duration> Sweeping::NextDueIn() {
  if (stopping_) return std::nullopt;
  const auto due_in = ports_.work.NextDueIn();
  return due_in.ok() ? *due_in : std::nullopt;
}

// A setting of this process, never stored: other replicas may have it on.
ClosedLane Sweeping::SwitchedOff() const {
  ClosedLane lane;
  const VideoGenerator& door = ports_.generators.chosen();
  lane.key = {door.provider(), door.ModelId(settings_.default_model)};
  lane.reason = LaneReason::kSwitchedOff;
  lane.detail = "VIDEO_GENERATION_ENABLED=false on this server";
  lane.closed_until = absl::InfiniteFuture();
  lane.remaining = absl::InfiniteDuration();
  return lane;
}

absl::Status Sweeping::Dispatch(const std::shared_ptr<Round>& round, int max_jobs, absl::Duration until) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return absl::OkStatus();
    ++dispatching_;
  }
  const absl::Status dispatched = ClaimAndTake(round, max_jobs, until);
  const std::lock_guard lock(mutex_);
  --dispatching_;
  changed_.notify_all();
  return dispatched;
}

absl::Status Sweeping::ClaimAndTake(const std::shared_ptr<Round>& round, int max_jobs, absl::Duration until) {
  for (bool first = true; max_jobs > 0; first = false) {
    // A caller with next to no time gets one claim's worth of work all the same.
    if (!first && ports_.clock.Elapsed() >= until) return absl::OkStatus();
    const int room = WaitForRoom(until);
    if (room == 0 || stopping_) return absl::OkStatus();
    const absl::Duration asked_at = ports_.clock.Elapsed();
    auto claimed =
        ports_.work.Claim(std::min({max_jobs, room, kMostPerClaim}), ports_.ids.NewSecretName(), settings_.lease);
    if (!claimed.ok()) return claimed.status();
    if (claimed->empty()) return absl::OkStatus();
    max_jobs -= static_cast<int>(claimed->size());
    for (ClaimedJob& job : *claimed) Take(round, std::move(job), asked_at);
  }
  return absl::OkStatus();
}

// Waits until this replica may take on more, and says how much; 0 when `until` comes first.
int Sweeping::WaitForRoom(absl::Duration until) {
  std::unique_lock lock(mutex_);
  WaitUntil(lock, changed_, until - ports_.clock.Elapsed(), [this] { return in_work_ < most_in_work_ || stopping_; });
  return std::max(most_in_work_ - in_work_, 0);
}

// Free questions about lanes and lost starts, which may take as long as they like: nothing that is due waits for them.
void Sweeping::Look() {
  LookAside(checking_under_way_, [this] { checking_.Run(); });
  LookAside(healing_under_way_, [this] { healing_.Run(); });
  LookAside(settling_under_way_, [this] { settling_.Run(); });
}

void Sweeping::LookAside(std::atomic<bool>& under_way, std::function<void()> look) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || under_way.exchange(true)) return;
    ++dispatching_;
  }
  calls_.Submit([this, &under_way, look = std::move(look)] {
    if (!stopping_) look();
    under_way = false;
    const std::lock_guard lock(mutex_);
    --dispatching_;
    changed_.notify_all();
  });
}

void Sweeping::Take(std::shared_ptr<Round> round, ClaimedJob claimed, absl::Duration claimed_at) {
  leases_.Add(claimed.lease, claimed_at);
  const auto held = std::make_shared<HeldJob>(ports_, settings_, leases_, round, std::move(claimed), claimed_at);
  round->Begin();
  {
    const std::lock_guard lock(mutex_);
    ++in_work_;
  }
  calls_.Submit([this, held, round] { RunCalls(held, round); });
}

void Sweeping::RunCalls(const std::shared_ptr<HeldJob>& held, const std::shared_ptr<Round>& round) {
  if (!stopping_) starting_.Run(*held);
  if (!stopping_) polling_.Run(*held);
  const bool delivers = !held->abandoned() && !stopping_ && Delivering::IsDue(*held);
  if (delivers && TakesDelivery()) {
    return deliveries_.Submit([this, held, round] {
      if (!stopping_) delivering_.Run(*held);
      Finish(held, round);
      EndDelivery();
    });
  }
  if (delivers) delivering_.Postpone(*held);
  Finish(held, round);
  EndCalls();
}

// What waits for a storage that hangs takes no room from starts and polls.
bool Sweeping::TakesDelivery() {
  const std::lock_guard lock(mutex_);
  if (deliveries_in_work_ >= settings_.most_deliveries) return false;
  ++deliveries_in_work_;
  --in_work_;
  changed_.notify_all();
  return true;
}

void Sweeping::EndDelivery() {
  const std::lock_guard lock(mutex_);
  --deliveries_in_work_;
  changed_.notify_all();
}

void Sweeping::Finish(const std::shared_ptr<HeldJob>& held, const std::shared_ptr<Round>& round) {
  if (!held->abandoned()) {
    ReleasedJob released = stopping_ ? held->HandedBack() : held->Released();
    const auto due_in = released.due_in;
    releases_.Release(std::move(released));
    if (due_in && !stopping_) wake_in_(std::max(*due_in, kLeastWake));
  }
  leases_.Remove(held->lease());
  round->End();
}

void Sweeping::EndCalls() {
  const std::lock_guard lock(mutex_);
  --in_work_;
  changed_.notify_all();
}

bool Sweeping::Stop(absl::Duration grace) {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
  return WaitUntil(lock, changed_, grace,
                   [this] { return in_work_ == 0 && deliveries_in_work_ == 0 && dispatching_ == 0; });
}

}  // namespace videojobs
