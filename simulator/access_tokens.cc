#include "simulator/access_tokens.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "simulator/absl_view.h"

namespace videojobs::simulator {
namespace {

constexpr std::string_view kStart = "ya29.simulated-";  // Google's tokens begin with ya29 too.

}  // namespace

AccessTokens::AccessTokens(uint64_t seed) : secret_(absl::StrCat("veo-simulator ", seed)) {}

std::string AccessTokens::Seal(std::string_view text) const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> seal{};
  unsigned size = 0;
  HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), seal.data(), &size);
  return absl::BytesToHexString({reinterpret_cast<const char*>(seal.data()), size});
}

std::string AccessTokens::Issue(absl::Time expiry, const std::string& grant) {
  int64_t serial = 0;
  {
    const std::lock_guard lock(mutex_);
    serial = ++serial_;
    ++counts_.issued;
    ++counts_.by_grant[grant];
  }
  const std::string text = absl::StrCat(Absl(kStart), absl::ToUnixSeconds(expiry), "-", serial);
  return absl::StrCat(text, "-", Seal(text));
}

AccessTokens::Standing AccessTokens::Check(std::string_view token, absl::Time now) const {
  const size_t end = token.rfind('-');
  if (end == std::string_view::npos || token.substr(0, kStart.size()) != kStart) return Standing::kUnknown;
  const std::string_view text = token.substr(0, end);
  if (token.substr(end + 1) != Seal(text)) return Standing::kUnknown;
  int64_t expiry = 0;
  const std::string_view number = text.substr(kStart.size(), text.rfind('-') - kStart.size());
  if (!absl::SimpleAtoi(Absl(number), &expiry)) return Standing::kUnknown;
  return now < absl::FromUnixSeconds(expiry) ? Standing::kGood : Standing::kExpired;
}

void AccessTokens::CountRefused() {
  const std::lock_guard lock(mutex_);
  ++counts_.refused;
}

std::string AccessTokens::client_id() const { return "veo-simulator.apps.googleusercontent.com"; }

std::string AccessTokens::client_secret() const { return absl::StrCat("secret-", Seal("client_secret").substr(0, 24)); }

std::string AccessTokens::refresh_token() const { return absl::StrCat("1//", Seal("refresh_token")); }

AccessTokens::Counts AccessTokens::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void AccessTokens::ResetCounts() {
  const std::lock_guard lock(mutex_);
  counts_ = Counts();
}

}  // namespace videojobs::simulator
