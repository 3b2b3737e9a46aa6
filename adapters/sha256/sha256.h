#ifndef VIDEOJOBS_ADAPTERS_SHA256_SHA256_H_
#define VIDEOJOBS_ADAPTERS_SHA256_SHA256_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace videojobs {

// The SHA-256 of bytes as they come (FIPS 180-4, https://doi.org/10.6028/NIST.FIPS.180-4), computed by OpenSSL. Used by
// one thread at a time. Throws std::bad_alloc where memory is short; nothing else fails.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void Update(absl::string_view bytes);
  // The hash of all bytes so far, as 64 lower-case hex digits. The object then begins anew.
  std::string FinishHex();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// The same for bytes that are all there.
std::string Sha256Hex(absl::string_view bytes);

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_SHA256_SHA256_H_
