#ifndef VIDEOJOBS_TESTS_SUPPORT_MEMORY_SCRATCH_H_
#define VIDEOJOBS_TESTS_SUPPORT_MEMORY_SCRATCH_H_

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "adapters/byte_stream.h"
#include "adapters/scratch.h"

namespace videojobs {

// Reads a text that outlives it, at most `piece` bytes at a time.
class MemorySource : public ByteSource {
 public:
  explicit MemorySource(absl::string_view text, std::size_t piece = absl::string_view::npos)
      : rest_(text), piece_(piece) {}

  absl::StatusOr<std::size_t> Read(char* buffer, std::size_t capacity) override {
    const std::size_t count = rest_.copy(buffer, std::min(capacity, piece_));
    rest_.remove_prefix(count);
    return count;
  }

 private:
  absl::string_view rest_;
  const std::size_t piece_;
};

// Scratch files in memory, which fail on demand and are counted. Thread-safe, the files are not.
class MemoryScratch : public Scratch {
 public:
  absl::StatusOr<std::unique_ptr<ScratchFile>> Create() override {
    if (full_) return absl::ResourceExhaustedError("the scratch is full");
    return std::make_unique<File>(*this);
  }

  // While full, Create() and every Write() answer RESOURCE_EXHAUSTED.
  void SetFull(bool full) { full_ = full; }
  // While unreadable, OpenForReading() answers UNAVAILABLE.
  void SetUnreadable(bool unreadable) { unreadable_ = unreadable; }
  // Files that exist at the moment.
  int OpenFiles() const { return open_files_; }

 private:
  class File : public ScratchFile {
   public:
    explicit File(MemoryScratch& scratch) : scratch_(scratch) { ++scratch_.open_files_; }
    ~File() override { --scratch_.open_files_; }

    absl::Status Write(absl::string_view bytes) override {
      if (scratch_.full_) return absl::ResourceExhaustedError("the scratch is full");
      content_.append(bytes.data(), bytes.size());
      return absl::OkStatus();
    }
    std::int64_t Size() const override { return static_cast<std::int64_t>(content_.size()); }
    absl::StatusOr<std::unique_ptr<ByteSource>> OpenForReading() override {
      if (scratch_.unreadable_) return absl::UnavailableError("the scratch cannot be read");
      return std::make_unique<MemorySource>(content_);
    }

   private:
    MemoryScratch& scratch_;
    std::string content_;
  };

  std::atomic<bool> full_ = false;
  std::atomic<bool> unreadable_ = false;
  std::atomic<int> open_files_ = 0;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_SUPPORT_MEMORY_SCRATCH_H_
