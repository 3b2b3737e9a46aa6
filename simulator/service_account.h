// The one service account of the simulated Google, and the reading of what it signs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace videojobs::simulator {

inline constexpr char kProject[] = "veo-simulator";
inline constexpr char kCloudPlatformScope[] = "https://www.googleapis.com/auth/cloud-platform";

// What is wrong with an assertion, in the fields of RFC 6749, 5.2.
struct GrantError {
  std::string error;
  std::string description;
};

// Its key is made when it is first asked for, and lives as long as the process, whose simulators have it in common.
// Thread-safe.
class ServiceAccount {
 public:
  std::string email() const;
  std::string key_id() const;
  std::string PrivateKeyPem();

  // Whether `assertion` is a JWT (RFC 7519) that this account signed with RS256 for `audience` and the scope of Google
  // Cloud, good at `now` and for no more than an hour.
  // https://developers.google.com/identity/protocols/oauth2/service-account#jwt-auth
  std::optional<GrantError> RefuseAssertion(std::string_view assertion, std::string_view audience, absl::Time now);

 private:
  bool IsSigned(std::string_view text, const std::string& signature);
};

}  // namespace videojobs::simulator
