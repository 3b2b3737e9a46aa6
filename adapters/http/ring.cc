#include "adapters/http/ring.h"

#include <algorithm>
#include <cstring>
#include <memory>

namespace videojobs::http {

absl::string_view Ring::Readable() const {
  return absl::string_view(bytes_.get() + begin_, std::min(size_, capacity_ - begin_));
}

void Ring::Consume(size_t count) {
  begin_ = (begin_ + count) % capacity_;
  size_ -= count;
}

absl::Span<char> Ring::Writable() {
  if (!bytes_) bytes_ = std::make_unique_for_overwrite<char[]>(capacity_);
  const size_t end = (begin_ + size_) % capacity_;
  return absl::MakeSpan(bytes_.get() + end, std::min(free(), capacity_ - end));
}

void Ring::Commit(size_t count) { size_ += count; }

size_t Ring::Write(absl::string_view bytes) {
  size_t written = 0;
  while (written < bytes.size() && free() > 0) {
    absl::Span<char> room = Writable();
    const size_t count = std::min(room.size(), bytes.size() - written);
    std::memcpy(room.data(), bytes.data() + written, count);
    Commit(count);
    written += count;
  }
  return written;
}

size_t Ring::Read(char* buffer, size_t count) {
  size_t taken = 0;
  while (taken < count && size_ > 0) {
    const absl::string_view piece = Readable().substr(0, count - taken);
    std::memcpy(buffer + taken, piece.data(), piece.size());
    Consume(piece.size());
    taken += piece.size();
  }
  return taken;
}

}  // namespace videojobs::http
