#ifndef VIDEOJOBS_ADAPTERS_VERTEX_TOKEN_CACHE_H_
#define VIDEOJOBS_ADAPTERS_VERTEX_TOKEN_CACHE_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/clock.h"
#include "adapters/vertex/token_sources.h"

namespace videojobs::vertex {

// An access token that is kept while it lives, and renewed some minutes ahead of its end by one caller: the others go
// on with the one that still lives, and wait only where there is none; they share what came of it. Thread-safe.
class TokenCache {
 public:
  using Fetch = std::function<absl::StatusOr<AccessToken>()>;

  // `clock` is borrowed.
  TokenCache(Fetch fetch, Clock& clock) : fetch_(std::move(fetch)), clock_(clock) {}

  // A token that lives for a while yet. Errors as FetchToken, and only where no token lives any more.
  absl::StatusOr<std::string> Get();
  // `token` was refused: the next caller gets another one.
  void Forget(const std::string& token);

 private:
  bool LivesFor(absl::Duration at_least) const;

  const Fetch fetch_;
  Clock& clock_;
  std::mutex mutex_;  // guards all below
  std::condition_variable renewed_;
  bool renewing_ = false;
  absl::Status renewal_;  // how the last one went
  std::string token_;
  absl::Duration ends_;  // on the clock's Elapsed()
};

}  // namespace videojobs::vertex

#endif  // VIDEOJOBS_ADAPTERS_VERTEX_TOKEN_CACHE_H_
