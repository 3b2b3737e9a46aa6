#ifndef VIDEOJOBS_ADAPTERS_SYSTEM_RANDOM_ID_SOURCE_H_
#define VIDEOJOBS_ADAPTERS_SYSTEM_RANDOM_ID_SOURCE_H_

#include <atomic>
#include <cstdint>
#include <string>

#include "adapters/clock.h"
#include "adapters/id_source.h"

namespace videojobs {

// Ids from the kernel's randomness (https://man7.org/linux/man-pages/man2/getrandom.2.html). A new id sorts after every
// earlier one of this object, even when the clock is set back: the 12 bits beside the milliseconds count on
// (https://www.rfc-editor.org/rfc/rfc9562#section-6.2, method 3). Thread-safe.
// Throws std::system_error where the kernel gives no randomness (before Linux 3.17).
class RandomIdSource : public IdSource {
 public:
  // `clock` is borrowed.
  explicit RandomIdSource(Clock& clock) : clock_(clock) {}

  std::string NewId() override;
  std::string NewSecretName() override;
  double NewFraction() override;

 private:
  std::uint64_t NextTick();

  Clock& clock_;
  std::atomic<std::uint64_t> last_tick_{0};  // in 1/4096 ms since 1970
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_SYSTEM_RANDOM_ID_SOURCE_H_
