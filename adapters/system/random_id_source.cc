#include "adapters/system/random_id_source.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace videojobs {
namespace {

std::uint64_t RandomBits() {
  std::uint64_t bits = 0;
  // Up to 256 bytes come whole or not at all.
  while (getrandom(&bits, sizeof(bits), 0) != sizeof(bits)) {
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
  }
  return bits;
}

std::string Hex(std::uint64_t value) { return absl::StrCat(absl::Hex(value, absl::kZeroPad16)); }

}  // namespace

std::uint64_t RandomIdSource::NextTick() {
  const std::int64_t nanos = std::max<std::int64_t>(0, absl::ToUnixNanos(clock_.Now()));
  const std::uint64_t millis = static_cast<std::uint64_t>(nanos) / 1'000'000;
  const std::uint64_t fraction = static_cast<std::uint64_t>(nanos) % 1'000'000 * 4096 / 1'000'000;
  std::uint64_t last = last_tick_.load();
  std::uint64_t next;
  do {
    next = std::max(millis << 12 | fraction, last + 1);
  } while (!last_tick_.compare_exchange_weak(last, next));
  return next;
}

std::string RandomIdSource::NewId() {
  const std::uint64_t tick = NextTick();
  const std::string head = Hex((tick >> 12) << 16 | 0x7000 | (tick & 0xfff));
  const std::string tail = Hex((RandomBits() & 0x3fff'ffff'ffff'ffff) | 0x8000'0000'0000'0000);
  const absl::string_view h = head;
  const absl::string_view t = tail;
  return absl::StrCat(h.substr(0, 8), "-", h.substr(8, 4), "-", h.substr(12), "-", t.substr(0, 4), "-", t.substr(4));
}

std::string RandomIdSource::NewSecretName() { return Hex(RandomBits()) + Hex(RandomBits()); }

double RandomIdSource::NewFraction() { return static_cast<double>(RandomBits() >> 11) * 0x1p-53; }

}  // namespace videojobs
