#include "adapters/filesystem/file_scratch.h"

#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "adapters/byte_stream.h"
#include "adapters/filesystem/file.h"
#include "adapters/filesystem/folder.h"

namespace videojobs {
namespace {

using filesystem::File;

class FileSource : public ByteSource {
 public:
  explicit FileSource(const File& file) : file_(file) {}

  absl::StatusOr<std::size_t> Read(char* buffer, std::size_t capacity) override {
    const absl::StatusOr<std::size_t> count = file_.ReadAt(offset_, buffer, capacity);
    if (count.ok()) offset_ += static_cast<std::int64_t>(*count);
    return count;
  }

 private:
  const File& file_;
  std::int64_t offset_ = 0;
};

class NamelessFile : public ScratchFile {
 public:
  explicit NamelessFile(File file) : file_(std::move(file)) {}

  absl::Status Write(absl::string_view bytes) override {
    if (absl::Status written = file_.Write(bytes); !written.ok()) return written;
    size_ += static_cast<std::int64_t>(bytes.size());
    return absl::OkStatus();
  }
  std::int64_t Size() const override { return size_; }
  absl::StatusOr<std::unique_ptr<ByteSource>> OpenForReading() override { return std::make_unique<FileSource>(file_); }

 private:
  File file_;
  std::int64_t size_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<FileScratch>> FileScratch::Open(const std::string& folder) {
  absl::StatusOr<std::string> path = filesystem::OpenFolder(folder);
  if (!path.ok()) return path.status();
  return absl::WrapUnique(new FileScratch(*std::move(path)));
}

absl::StatusOr<std::unique_ptr<ScratchFile>> FileScratch::Create() {
  absl::StatusOr<File> file = File::CreateUnique(folder_, filesystem::kTemporaryPrefix);
  if (!file.ok()) return file.status();
  // Whoever opens the folder at this very moment may have taken the unlocked name away already.
  if (unlink(file->path().c_str()) != 0 && errno != ENOENT) {
    return filesystem::StatusFromErrno(errno, "unlink", file->path());
  }
  return std::make_unique<NamelessFile>(*std::move(file));
}

}  // namespace videojobs
