#ifndef VIDEOJOBS_TESTS_STORAGE_MEMORY_GROWTH_H_
#define VIDEOJOBS_TESTS_STORAGE_MEMORY_GROWTH_H_

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "absl/status/statusor.h"
#include "adapters/byte_stream.h"

namespace videojobs {

// Resident memory of this process, in bytes. Takes none itself: a sanitizer keeps freed memory for a while.
inline std::int64_t ResidentBytes() {
  char text[128] = {};
  const int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  const ssize_t size = read(file, text, sizeof(text) - 1);
  close(file);
  long long total = 0;
  long long resident = 0;
  if (size <= 0 || std::sscanf(text, "%lld %lld", &total, &resident) != 2) std::abort();
  return resident * sysconf(_SC_PAGESIZE);
}

// Gives `bytes` bytes made up as they are read, and watches the process's memory meanwhile.
class LargeSource : public ByteSource {
 public:
  explicit LargeSource(std::int64_t bytes) : rest_(bytes), begin_(ResidentBytes()) {}

  absl::StatusOr<std::size_t> Read(char* buffer, std::size_t capacity) override {
    const auto count = static_cast<std::size_t>(std::min<std::int64_t>(rest_, static_cast<std::int64_t>(capacity)));
    std::fill_n(buffer, count, static_cast<char>(rest_));
    rest_ -= static_cast<std::int64_t>(count);
    growth_ = std::max(growth_, ResidentBytes() - begin_);
    return count;
  }

  // How much memory the process had more, at most, than when this source was made.
  std::int64_t growth() const { return growth_; }

 private:
  std::int64_t rest_;
  const std::int64_t begin_;
  std::int64_t growth_ = 0;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_STORAGE_MEMORY_GROWTH_H_
