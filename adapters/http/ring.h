// A bounded first-in-first-out buffer of bytes for one writer and one reader. It has no lock: calls are serialized by
// the owner, but the bytes behind Readable() and Writable() may be used outside the owner's lock, since neither side
// touches the other's part until Consume() or Commit().
#ifndef VIDEOJOBS_ADAPTERS_HTTP_RING_H_
#define VIDEOJOBS_ADAPTERS_HTTP_RING_H_

#include <cstddef>
#include <memory>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace videojobs::http {

class Ring {
 public:
  // `capacity` is in bytes, at least 1. The memory is taken with the first byte written.
  explicit Ring(size_t capacity) : capacity_(capacity) {}

  size_t size() const { return size_; }
  size_t free() const { return capacity_ - size_; }
  size_t capacity() const { return capacity_; }

  // The oldest bytes, as many as lie in one piece; empty only when the ring is.
  absl::string_view Readable() const;
  // Forgets the oldest `count` bytes, at most size().
  void Consume(size_t count);

  // Free room, as much as lies in one piece; empty only when the ring is full.
  absl::Span<char> Writable();
  // Keeps the first `count` bytes of Writable().
  void Commit(size_t count);

  // Copies as much of `bytes` as there is room for, and says how much.
  size_t Write(absl::string_view bytes);
  // Copies out and forgets up to `count` of the oldest bytes, and says how many.
  size_t Read(char* buffer, size_t count);

 private:
  const size_t capacity_;
  std::unique_ptr<char[]> bytes_;
  size_t begin_ = 0;
  size_t size_ = 0;
};

}  // namespace videojobs::http

#endif  // VIDEOJOBS_ADAPTERS_HTTP_RING_H_
