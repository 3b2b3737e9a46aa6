#include "simulator/backend.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace videojobs::simulator {
namespace {

std::string Url(const std::string& host, int port) {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return absl::StrCat("http://", is_ipv6 ? "[" + host + "]" : host, ":", port);
}

}  // namespace

std::string KeyOf(const httplib::Request& request) {
  const std::string key = request.get_header_value("x-goog-api-key");
  return key.empty() ? request.get_param_value("key") : key;
}

// Faults and ids draw from sources of their own, so that adding a fault does not change the ids.
Backend::Backend(SimulatorOptions options, uint64_t seed)
    : options(std::move(options)), faults(seed), tokens(seed), nonces_(seed ^ 0x9E3779B97F4A7C15u) {
  faults.Set(this->options.faults);
}

void Backend::Wait(absl::Duration duration) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, absl::ToChronoMilliseconds(duration), [this] { return stopping_; });
}

void Backend::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

uint64_t Backend::NextNonce() {
  const std::lock_guard lock(mutex_);
  return nonces_();
}

KeyTrouble Backend::TroubleWithKey(const httplib::Request& request, const Occasion& occasion) {
  const std::string key = KeyOf(request);
  if (key.empty()) return KeyTrouble::kMissing;
  if (!options.api_key.empty() && key != options.api_key) return KeyTrouble::kInvalid;
  const std::optional<Fault> fault = faults.Draw(Moment::kKey, occasion);
  if (!fault.has_value()) return KeyTrouble::kNone;
  if (fault->kind == FaultKind::kEchoCredential) return KeyTrouble::kEchoed;
  return fault->kind == FaultKind::kForbidden ? KeyTrouble::kForbidden : KeyTrouble::kInvalid;
}

std::optional<Answer> Backend::RefuseKey(const httplib::Request& request, const Occasion& occasion) {
  switch (TroubleWithKey(request, occasion)) {
    case KeyTrouble::kNone:
      return std::nullopt;
    case KeyTrouble::kMissing:
      return KeyMissing();
    case KeyTrouble::kForbidden:
      return Forbidden();
    case KeyTrouble::kEchoed:
      return ForbiddenRepeating(KeyOf(request));
    case KeyTrouble::kInvalid:
      break;
  }
  return KeyInvalid();
}

std::optional<Answer> Backend::RefuseToken(const httplib::Request& request, const Occasion& occasion, bool takes_key) {
  const std::string authorization = request.get_header_value("Authorization");
  if (authorization.empty() && takes_key && !KeyOf(request).empty()) return RefuseKey(request, occasion);
  if (authorization.empty()) return TokenMissing();
  constexpr std::string_view kScheme = "Bearer ";
  if (authorization.substr(0, kScheme.size()) != kScheme) return TokenInvalid();
  const AccessTokens::Standing standing = tokens.Check(authorization.substr(kScheme.size()), Now());
  if (standing == AccessTokens::Standing::kExpired) return TokenExpired();
  if (standing == AccessTokens::Standing::kUnknown) return TokenInvalid();
  const std::optional<Fault> fault = faults.Draw(Moment::kKey, occasion);
  if (!fault.has_value()) return std::nullopt;
  if (fault->kind == FaultKind::kEchoCredential) return ForbiddenRepeating(authorization);
  return fault->kind == FaultKind::kBadKey ? TokenInvalid() : AnswerOf(*fault, occasion.model);
}

void Backend::Delay(const Occasion& occasion) {
  const std::optional<Fault> fault = faults.Draw(Moment::kDelay, occasion);
  if (fault.has_value()) Wait(fault->delay);
}

std::string Backend::OtherHostUrl() const { return Url(options.host == "localhost" ? "127.0.0.1" : "localhost", port); }

std::string Backend::BaseUrl() const { return Url(options.host, port); }

}  // namespace videojobs::simulator
