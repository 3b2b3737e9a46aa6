#include "server/engine/leases.h"

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

namespace videojobs {

void Leases::Add(const Lease& lease, absl::Duration asked_at) {
  const std::lock_guard lock(mutex_);
  held_[lease.job_id] = {lease.token, asked_at + duration_};
}

void Leases::Remove(const Lease& lease) {
  const std::lock_guard lock(mutex_);
  const auto held = held_.find(lease.job_id);
  if (held != held_.end() && held->second.first == lease.token) held_.erase(held);
}

absl::Duration Leases::Remaining(const Lease& lease) const {
  const std::lock_guard lock(mutex_);
  const auto held = held_.find(lease.job_id);
  if (held == held_.end() || held->second.first != lease.token) return absl::ZeroDuration();
  return held->second.second - clock_.Elapsed();
}

void Leases::Renew() {
  std::vector<Lease> asked;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [job_id, held] : held_) asked.push_back({job_id, held.first});
  }
  if (asked.empty()) return;
  const absl::Duration asked_at = clock_.Elapsed();
  const auto lost = work_.Renew(asked, duration_);
  if (!lost.ok()) {
    log_.Write({Severity::kWarning,
                Component::kWorker,
                "leases could not be renewed; tried again shortly",
                {{"leases", absl::StrCat(asked.size())}, {"error", std::string(lost.status().message())}}});
    return;
  }
  const std::lock_guard lock(mutex_);
  for (const Lease& lease : asked) {
    const auto held = held_.find(lease.job_id);
    if (held != held_.end() && held->second.first == lease.token) held->second.second = asked_at + duration_;
  }
  for (const Lease& lease : *lost) {
    const auto held = held_.find(lease.job_id);
    if (held != held_.end() && held->second.first == lease.token) held_.erase(held);
  }
}

}  // namespace videojobs
