#include "server/engine/release_queue.h"

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"

namespace videojobs {

void ReleaseQueue::Release(ReleasedJob job) {
  std::unique_lock lock(mutex_);
  waiting_.push_back(std::move(job));
  const std::int64_t ticket = next_ticket_++;
  done_one_.wait(lock, [this, ticket] { return !running_ || done_ > ticket; });
  if (done_ > ticket) return;
  running_ = true;
  const std::vector<ReleasedJob> batch = std::exchange(waiting_, {});
  const std::int64_t done_after = next_ticket_;
  lock.unlock();

  ReleaseAll(batch);

  lock.lock();
  running_ = false;
  done_ = done_after;
  done_one_.notify_all();
}

// One job that the database does not take must not hold up the others: they go one by one then, without their notes.
void ReleaseQueue::ReleaseAll(const std::vector<ReleasedJob>& batch) {
  const absl::Status released = work_.Release(batch);
  if (released.ok()) return;
  log_.Write({Severity::kError,
              Component::kWorker,
              "jobs could not be given back; where that is so again, their leases end by themselves",
              {{"jobs", absl::StrCat(batch.size())}, {"error", released.ToString()}}});
  if (absl::IsUnavailable(released) || absl::IsUnknown(released)) return;
  for (ReleasedJob job : batch) {
    job.notes.clear();
    work_.Release({job}).IgnoreError();
  }
}

}  // namespace videojobs
