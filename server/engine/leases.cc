#include "server/engine/leases.h"

#include <set>
#include <string>
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
  const auto renewal = work_.Renew(asked, duration_);
  if (!renewal.ok()) {
    log_.Write({Severity::kWarning,
                Component::kWorker,
                "leases could not be renewed; tried again shortly",
                {{"leases", absl::StrCat(asked.size())}, {"error", std::string(renewal.status().message())}}});
    return;
  }
  Learn(asked, *renewal, asked_at + duration_);
}

void Leases::Learn(const std::vector<Lease>& asked, const Renewal& renewal, absl::Duration until) {
  std::set<std::string> skipped;
  for (const Lease& lease : renewal.skipped) skipped.insert(lease.job_id);
  const std::lock_guard lock(mutex_);
  for (const Lease& lease : asked) {
    const auto held = held_.find(lease.job_id);
    const bool extended = skipped.count(lease.job_id) == 0;
    if (extended && held != held_.end() && held->second.first == lease.token) held->second.second = until;
  }
  for (const Lease& lease : renewal.lost) {
    const auto held = held_.find(lease.job_id);
    if (held != held_.end() && held->second.first == lease.token) held_.erase(held);
  }
}

}  // namespace videojobs
