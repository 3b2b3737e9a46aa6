#ifndef VIDEOJOBS_SERVER_ENGINE_RELEASE_QUEUE_H_
#define VIDEOJOBS_SERVER_ENGINE_RELEASE_QUEUE_H_

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <vector>

#include "adapters/job_work.h"
#include "adapters/log.h"

namespace videojobs {

// Gives jobs back in as few statements as possible: while one statement runs, what comes meanwhile waits and goes into
// the next. Thread-safe.
class ReleaseQueue {
 public:
  ReleaseQueue(JobWork& work, Log& log) : work_(work), log_(log) {}

  // Returns when `job` is given back. A failure is logged; the lease then ends by itself.
  void Release(ReleasedJob job);

 private:
  void ReleaseAll(const std::vector<ReleasedJob>& batch);

  JobWork& work_;
  Log& log_;
  std::mutex mutex_;  // guards all below
  std::condition_variable done_one_;
  std::vector<ReleasedJob> waiting_;
  bool running_ = false;
  std::int64_t next_ticket_ = 0;  // of the next job to come
  std::int64_t done_ = 0;         // every ticket below is given back
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_RELEASE_QUEUE_H_
