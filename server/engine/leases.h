#ifndef VIDEOJOBS_SERVER_ENGINE_LEASES_H_
#define VIDEOJOBS_SERVER_ENGINE_LEASES_H_

#include <map>
#include <mutex>
#include <string>

#include "absl/time/time.h"
#include "adapters/clock.h"
#include "adapters/job_work.h"
#include "adapters/log.h"

namespace videojobs {

// The leases that this replica holds, kept alive while their jobs are worked on. Whoever runs the engine calls `Renew`
// every third of a lease. Thread-safe.
class Leases {
 public:
  Leases(absl::Duration duration, JobWork& work, Clock& clock, Log& log)
      : duration_(duration), work_(work), clock_(clock), log_(log) {}

  // A lease claimed by a call that began when the clock's Elapsed() was `asked_at`: it lasts at least from then.
  void Add(const Lease& lease, absl::Duration asked_at);
  void Remove(const Lease& lease);

  // How much of a lease is surely left, by this process's own clock; zero or less when it may be another's by now.
  absl::Duration Remaining(const Lease& lease) const;

  // Extends all of them in one statement. A failure is logged, and mended by the next call.
  void Renew();

  absl::Duration duration() const { return duration_; }

 private:
  void Learn(const std::vector<Lease>& asked, const Renewal& renewal, absl::Duration until);

  const absl::Duration duration_;
  JobWork& work_;
  Clock& clock_;
  Log& log_;
  mutable std::mutex mutex_;  // guards held_
  // By job: the token, and the Elapsed() until which the lease surely lasts.
  std::map<std::string, std::pair<std::string, absl::Duration>> held_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_LEASES_H_
