#ifndef VIDEOJOBS_TESTS_VERTEX_RSA_KEY_H_
#define VIDEOJOBS_TESTS_VERTEX_RSA_KEY_H_

#include <string>

namespace videojobs::vertex {

// Private keys in PEM, made when first asked for.
std::string RsaKey();
std::string EllipticKey();
// RsaKey() behind a password.
std::string EncryptedRsaKey();

// Whether RsaKey() signed `text` so, with SHA-256.
bool IsSignedByRsaKey(const std::string& text, const std::string& signature);

}  // namespace videojobs::vertex

#endif  // VIDEOJOBS_TESTS_VERTEX_RSA_KEY_H_
