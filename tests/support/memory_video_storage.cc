#include "tests/support/memory_video_storage.h"

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "adapters/exact_source.h"

namespace videojobs {
namespace {

absl::Status Pop(std::deque<absl::Status>& errors) {
  if (errors.empty()) return absl::OkStatus();
  absl::Status error = std::move(errors.front());
  errors.pop_front();
  return error;
}

absl::StatusOr<std::string> ReadAll(ByteSource& source) {
  std::string content;
  std::array<char, 4096> buffer;
  while (true) {
    const absl::StatusOr<std::size_t> count = source.Read(buffer.data(), buffer.size());
    if (!count.ok()) return count.status();
    if (*count == 0) return content;
    content.append(buffer.data(), *count);
  }
}

}  // namespace

absl::Status MemoryVideoStorage::Put(const std::string& object_name, ByteSource& source, std::int64_t bytes) {
  if (on_put) on_put();
  {
    const std::lock_guard lock(mutex_);
    ++puts_;
    if (absl::Status error = Pop(put_errors_); !error.ok()) return error;
  }
  if (absl::Status valid = CheckPut(object_name, bytes); !valid.ok()) return valid;
  ExactSource exact(source, bytes);
  absl::StatusOr<std::string> content = ReadAll(exact);
  const std::lock_guard lock(mutex_);
  const auto there = objects_.find(object_name);
  if (there != objects_.end() && static_cast<std::int64_t>(there->second.size()) == bytes) return absl::OkStatus();
  if (!content.ok()) return content.status();
  objects_[object_name] = *std::move(content);
  return absl::OkStatus();
}

absl::StatusOr<std::int64_t> MemoryVideoStorage::Size(const std::string& object_name) {
  {
    const std::lock_guard lock(mutex_);
    if (absl::Status error = Pop(size_errors_); !error.ok()) return error;
  }
  if (absl::Status valid = CheckObjectName(object_name); !valid.ok()) return valid;
  const std::optional<std::string> content = Content(object_name);
  if (!content) return absl::NotFoundError(absl::StrCat("no object ", object_name));
  return static_cast<std::int64_t>(content->size());
}

absl::StatusOr<std::string> MemoryVideoStorage::PublicUrl(const std::string& object_name) {
  const std::lock_guard lock(mutex_);
  if (absl::Status error = Pop(public_url_errors_); !error.ok()) return error;
  if (absl::Status valid = CheckObjectName(object_name); !valid.ok()) return valid;
  return public_base_.empty() ? std::string() : absl::StrCat(public_base_, object_name);
}

absl::StatusOr<VideoAddress> MemoryVideoStorage::Address(const std::string& object_name) {
  if (const auto size = Size(object_name); !size.ok()) return size.status();
  const absl::string_view base = public_base_.empty() ? "memory://" : absl::string_view(public_base_);
  return VideoAddress{.local_path = "", .redirect_url = absl::StrCat(base, object_name)};
}

absl::Status MemoryVideoStorage::Remove(const std::string& object_name) {
  if (absl::Status valid = CheckObjectName(object_name); !valid.ok()) return valid;
  const std::lock_guard lock(mutex_);
  objects_.erase(object_name);
  return absl::OkStatus();
}

void MemoryVideoStorage::FailNextPut(absl::Status error) {
  const std::lock_guard lock(mutex_);
  put_errors_.push_back(std::move(error));
}

void MemoryVideoStorage::FailNextPublicUrl(absl::Status error) {
  const std::lock_guard lock(mutex_);
  public_url_errors_.push_back(std::move(error));
}

void MemoryVideoStorage::FailNextSize(absl::Status error) {
  const std::lock_guard lock(mutex_);
  size_errors_.push_back(std::move(error));
}

std::optional<std::string> MemoryVideoStorage::Content(const std::string& object_name) const {
  const std::lock_guard lock(mutex_);
  const auto found = objects_.find(object_name);
  return found == objects_.end() ? std::nullopt : std::optional(found->second);
}

std::size_t MemoryVideoStorage::ObjectCount() const {
  const std::lock_guard lock(mutex_);
  return objects_.size();
}

int MemoryVideoStorage::PutCount() const {
  const std::lock_guard lock(mutex_);
  return puts_;
}

}  // namespace videojobs
