// Access tokens that need no memory: each carries when it expires, under a seal that follows from the simulator's seed,
// so that a restarted simulator with the same seed knows them. The secrets of the authorized user follow from it too.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace videojobs::simulator {

// Thread-safe.
class AccessTokens {
 public:
  enum class Standing { kGood, kExpired, kUnknown };

  struct Counts {
    int64_t issued = 0;
    int64_t refused = 0;
    std::map<std::string, int64_t> by_grant;  // Issued, by "jwt_bearer", "refresh_token" or "metadata".
  };

  explicit AccessTokens(uint64_t seed);

  // A token that is good until `expiry`, in whole seconds; no two are the same within a process.
  std::string Issue(absl::Time expiry, const std::string& grant);
  Standing Check(std::string_view token, absl::Time now) const;
  void CountRefused();

  std::string client_id() const;
  std::string client_secret() const;
  std::string refresh_token() const;

  Counts counts() const;
  void ResetCounts();

 private:
  std::string Seal(std::string_view text) const;

  const std::string secret_;
  mutable std::mutex mutex_;
  int64_t serial_ = 0;
  Counts counts_;
};

}  // namespace videojobs::simulator
