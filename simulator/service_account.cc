#include "simulator/service_account.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace videojobs::simulator {
namespace {

using nlohmann::json;

constexpr unsigned kKeyBits = 2048;
constexpr int64_t kMaxLifetime = 3600;
constexpr int64_t kClockSkew = 300;  // Google allows for clocks that differ.

GrantError Invalid(std::string description) { return {"invalid_grant", std::move(description)}; }

// The JSON object in a part of a JWT; discarded when it is none.
json ReadPart(absl::string_view part) {
  std::string text;
  if (!absl::WebSafeBase64Unescape(part, &text)) return json(json::value_t::discarded);
  return json::parse(text, nullptr, /*allow_exceptions=*/false);
}

int64_t SecondsIn(const json& claims, const char* name) {
  const auto found = claims.find(name);
  return found != claims.end() && found->is_number() ? found->get<int64_t>() : 0;
}

std::string TextIn(const json& claims, const char* name) {
  const auto found = claims.find(name);
  return found != claims.end() && found->is_string() ? found->get<std::string>() : "";
}

std::optional<GrantError> RefuseTimes(const json& claims, absl::Time now) {
  const int64_t issued = SecondsIn(claims, "iat");
  const int64_t expires = SecondsIn(claims, "exp");
  const int64_t seconds = absl::ToUnixSeconds(now);
  if (issued > seconds + kClockSkew || expires <= seconds - kClockSkew || expires <= issued ||
      expires - issued > kMaxLifetime) {
    return Invalid(
        "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and "
        "exp values in the JWT claim.");
  }
  return std::nullopt;
}

bool HasScope(const std::string& scopes) {
  for (const absl::string_view scope : absl::StrSplit(scopes, ' ')) {
    if (scope == kCloudPlatformScope) return true;
  }
  return false;
}

// Made once, since it takes most of a second.
EVP_PKEY* TheKey() {
  static EVP_PKEY* const key = EVP_RSA_gen(kKeyBits);
  return key;
}

}  // namespace

std::string ServiceAccount::email() const { return absl::StrCat("videojobs@", kProject, ".iam.gserviceaccount.com"); }

std::string ServiceAccount::key_id() const { return "5117a7ed5117a7ed5117a7ed5117a7ed5117a7ed"; }

std::string ServiceAccount::PrivateKeyPem() {
  const std::unique_ptr<BIO, int (*)(BIO*)> memory(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_PKCS8PrivateKey(memory.get(), TheKey(), nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const auto size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<size_t>(size)};
}

bool ServiceAccount::IsSigned(std::string_view text, const std::string& signature) {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  if (EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, TheKey()) != 1) return false;
  return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                          reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
}

std::optional<GrantError> ServiceAccount::RefuseAssertion(std::string_view assertion, std::string_view audience,
                                                          absl::Time now) {
  const std::vector<absl::string_view> parts =
      absl::StrSplit(absl::string_view(assertion.data(), assertion.size()), '.');
  if (parts.size() != 3) return Invalid("Bad Request");
  const json header = ReadPart(parts[0]);
  const json claims = ReadPart(parts[1]);
  std::string signature;
  if (!header.is_object() || !claims.is_object() || !absl::WebSafeBase64Unescape(parts[2], &signature)) {
    return Invalid("Bad Request");
  }
  if (TextIn(header, "alg") != "RS256") return Invalid("Invalid JWT: Unsupported signature algorithm.");
  if (TextIn(claims, "iss") != email()) return Invalid("Invalid grant: account not found");
  const std::string key = TextIn(header, "kid");
  const bool is_other_key = !key.empty() && key != key_id();
  if (is_other_key || !IsSigned(assertion.substr(0, assertion.rfind('.')), signature)) {
    return Invalid("Invalid JWT Signature.");
  }
  if (TextIn(claims, "aud") != audience) return Invalid("Invalid JWT: Failed audience check.");
  if (auto refusal = RefuseTimes(claims, now)) return refusal;
  if (!HasScope(TextIn(claims, "scope"))) {
    return GrantError{"invalid_scope", "Invalid OAuth scope or ID token audience provided."};
  }
  return std::nullopt;
}

}  // namespace videojobs::simulator
