#include "adapters/vertex/token_cache.h"

namespace videojobs::vertex {
namespace {

constexpr absl::Duration kRenewAhead = absl::Minutes(5);
// A call that goes out with less would meet a dead token.
constexpr absl::Duration kLeastLife = absl::Seconds(30);

}  // namespace

bool TokenCache::LivesFor(absl::Duration at_least) const {
  return !token_.empty() && ends_ - clock_.Elapsed() >= at_least;
}

absl::StatusOr<std::string> TokenCache::Get() {
  std::unique_lock lock(mutex_);
  if (LivesFor(kRenewAhead)) return token_;
  if (renewing_) {
    if (LivesFor(kLeastLife)) return token_;
    renewed_.wait(lock, [this] { return !renewing_; });
    if (LivesFor(kLeastLife)) return token_;
    // Asking again, each in turn, would have the last one wait for all of them.
    if (!renewal_.ok()) return renewal_;
  }
  renewing_ = true;
  lock.unlock();
  const absl::Duration asked = clock_.Elapsed();
  absl::StatusOr<AccessToken> fetched = fetch_();
  lock.lock();
  renewing_ = false;
  renewal_ = fetched.status();
  renewed_.notify_all();
  if (fetched.ok()) {
    token_ = fetched->value;
    // One that lives shorter than that is renewed before each call.
    ends_ = asked + fetched->lives;
    return token_;
  }
  if (LivesFor(kLeastLife)) return token_;
  return fetched.status();
}

void TokenCache::Forget(const std::string& token) {
  const std::lock_guard lock(mutex_);
  if (token_ == token) token_.clear();
}

}  // namespace videojobs::vertex
