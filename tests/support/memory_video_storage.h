#ifndef VIDEOJOBS_TESTS_SUPPORT_MEMORY_VIDEO_STORAGE_H_
#define VIDEOJOBS_TESTS_SUPPORT_MEMORY_VIDEO_STORAGE_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "adapters/byte_stream.h"
#include "adapters/video_storage.h"

namespace videojobs {

// A storage in memory, which passes the contract of all storages and fails on demand. Thread-safe.
class MemoryVideoStorage : public VideoStorage {
 public:
  // What PublicUrl() begins with, e.g. "https://cdn.example/"; empty for a private storage.
  explicit MemoryVideoStorage(std::string public_base = "") : public_base_(std::move(public_base)) {}

  absl::Status Put(const std::string& object_name, ByteSource& source, std::int64_t bytes) override;
  absl::StatusOr<std::int64_t> Size(const std::string& object_name) override;
  absl::StatusOr<std::string> PublicUrl(const std::string& object_name) override;
  // A redirect to "memory://" and the name, or to the public URL.
  absl::StatusOr<VideoAddress> Address(const std::string& object_name) override;
  absl::Status Remove(const std::string& object_name) override;

  // The next Put(), PublicUrl() or Size() does nothing and answers with `error`. Errors queue up.
  void FailNextPut(absl::Status error);
  void FailNextPublicUrl(absl::Status error);
  void FailNextSize(absl::Status error);
  // Called at the beginning of each Put(), outside the lock. Set before the first.
  std::function<void()> on_put;

  // What is stored under a name, if anything.
  std::optional<std::string> Content(const std::string& object_name) const;
  std::size_t ObjectCount() const;
  // Calls of Put() so far, failed ones included.
  int PutCount() const;

 private:
  const std::string public_base_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> objects_;
  std::deque<absl::Status> put_errors_;
  std::deque<absl::Status> public_url_errors_;
  std::deque<absl::Status> size_errors_;
  int puts_ = 0;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_SUPPORT_MEMORY_VIDEO_STORAGE_H_
