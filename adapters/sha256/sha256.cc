#include "adapters/sha256/sha256.h"

#include <openssl/evp.h>

#include <array>
#include <memory>
#include <new>
#include <string>

#include "absl/strings/escaping.h"

namespace videojobs {
namespace {

struct FreeDigest {
  void operator()(EVP_MD_CTX* digest) const { EVP_MD_CTX_free(digest); }
};

// With a known algorithm and a live context, memory is all that EVP can lack.
void Require(bool worked) {
  if (!worked) throw std::bad_alloc();
}

}  // namespace

struct Sha256::Context {
  std::unique_ptr<EVP_MD_CTX, FreeDigest> digest{EVP_MD_CTX_new()};

  void Begin() { Require(digest && EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) == 1); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) { context_->Begin(); }
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::Update(absl::string_view bytes) {
  Require(EVP_DigestUpdate(context_->digest.get(), bytes.data(), bytes.size()) == 1);
}

std::string Sha256::FinishHex() {
  std::array<unsigned char, 32> hash;
  Require(EVP_DigestFinal_ex(context_->digest.get(), hash.data(), nullptr) == 1);
  context_->Begin();
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(hash.data()), hash.size()));
}

std::string Sha256Hex(absl::string_view bytes) {
  Sha256 hash;
  hash.Update(bytes);
  return hash.FinishHex();
}

}  // namespace videojobs
