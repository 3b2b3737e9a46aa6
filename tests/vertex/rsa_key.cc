#include "tests/vertex/rsa_key.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>

namespace videojobs::vertex {
namespace {

using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
using Bio = std::unique_ptr<BIO, int (*)(BIO*)>;

std::string TextIn(const Bio& memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string Pem(EVP_PKEY* key, const EVP_CIPHER* cipher, const std::string& password) {
  const Bio memory(BIO_new(BIO_s_mem()), BIO_free);
  const char* word = cipher == nullptr ? nullptr : password.c_str();
  PEM_write_bio_PKCS8PrivateKey(memory.get(), key, cipher, word, static_cast<int>(password.size()), nullptr, nullptr);
  return TextIn(memory);
}

EVP_PKEY* TheRsaKey() {
  static const Key key(EVP_RSA_gen(2048), EVP_PKEY_free);
  return key.get();
}

// As only its owner's readers have it.
std::string PublicPem() {
  const Bio memory(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_PUBKEY(memory.get(), TheRsaKey());
  return TextIn(memory);
}

}  // namespace

std::string RsaKey() { return Pem(TheRsaKey(), nullptr, ""); }

std::string EllipticKey() {
  const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  return Pem(key.get(), nullptr, "");
}

std::string EncryptedRsaKey() { return Pem(TheRsaKey(), EVP_aes_256_cbc(), "a password"); }

bool IsSignedByRsaKey(const std::string& text, const std::string& signature) {
  const std::string pem = PublicPem();
  const Bio memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  const Key key(PEM_read_bio_PUBKEY(memory.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> digest(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  return EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
         EVP_DigestVerify(digest.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                          reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
}

}  // namespace videojobs::vertex
