#include "adapters/vertex/signed_claim.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstdint>
#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "adapters/google/json.h"

namespace videojobs::vertex {
namespace {

using google::Json;

constexpr std::int64_t kSeconds = 3600;  // the most that Google allows

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* held) const {
    Free(held);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;

absl::Status BadKey() {
  ERR_clear_error();
  return absl::InvalidArgumentError(
      "the service account's private_key is not an RSA key in PEM; make a new key file for the service account");
}

absl::StatusOr<std::string> Signed(const std::string& pem, absl::string_view text) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  // An encrypted key would have a password asked for at the terminal: "" answers in its place.
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, const_cast<char*>("")));
  if (!key || EVP_PKEY_base_id(key.get()) != EVP_PKEY_RSA) return BadKey();
  const Digest digest(EVP_MD_CTX_new());
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  if (EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
      EVP_DigestSign(digest.get(), nullptr, &size, bytes, text.size()) != 1) {
    return BadKey();
  }
  std::string signature(size, '\0');
  if (EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes, text.size()) !=
      1) {
    return BadKey();
  }
  signature.resize(size);
  return signature;
}

std::string Part(const Json& value) { return absl::WebSafeBase64Escape(google::TextIn(value)); }

}  // namespace

absl::StatusOr<std::string> SignedClaim(const Credentials& service_account, absl::string_view scope, absl::Time now) {
  Json header = {{"alg", "RS256"}, {"typ", "JWT"}};
  if (!service_account.private_key_id.empty()) header["kid"] = service_account.private_key_id;
  const std::int64_t issued = absl::ToUnixSeconds(now);
  const Json claim = {{"iss", service_account.client_email},
                      {"scope", std::string(scope)},
                      {"aud", service_account.token_uri},
                      {"iat", issued},
                      {"exp", issued + kSeconds}};
  const std::string text = absl::StrCat(Part(header), ".", Part(claim));
  const auto signature = Signed(service_account.private_key, text);
  if (!signature.ok()) return signature.status();
  return absl::StrCat(text, ".", absl::WebSafeBase64Escape(*signature));
}

}  // namespace videojobs::vertex
