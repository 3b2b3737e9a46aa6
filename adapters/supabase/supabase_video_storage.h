#ifndef VIDEOJOBS_ADAPTERS_SUPABASE_SUPABASE_VIDEO_STORAGE_H_
#define VIDEOJOBS_ADAPTERS_SUPABASE_SUPABASE_VIDEO_STORAGE_H_

#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/http/client.h"
#include "adapters/supabase/wire.h"
#include "adapters/video_storage.h"

namespace videojobs {

// Videos in a bucket of Supabase Storage (https://supabase.com/docs/guides/storage). A bucket that is missing, private
// today or public tomorrow is met when it is used, and never keeps a server from starting. An object is replaced only
// where it was read back with another size than its video has.
// PublicUrl() asks whether the bucket is public. Address() is a fresh signed URL, which works for public buckets, too.
// The key appears in no error.
class SupabaseVideoStorage : public VideoStorage {
 public:
  static constexpr absl::Duration kSignedUrlLifetime = absl::Hours(1);

  // `client` is borrowed. `endpoint` comes from supabase::MakeEndpoint().
  SupabaseVideoStorage(http::Client& client, supabase::Endpoint endpoint)
      : client_(client), endpoint_(std::move(endpoint)) {}

  absl::Status Put(const std::string& object_name, ByteSource& source, std::int64_t bytes) override;
  absl::StatusOr<std::int64_t> Size(const std::string& object_name) override;
  absl::StatusOr<std::string> PublicUrl(const std::string& object_name) override;
  absl::StatusOr<VideoAddress> Address(const std::string& object_name) override;
  absl::Status Remove(const std::string& object_name) override;

  // The largest object that the bucket itself takes, in bytes; nothing where only the project's own limit counts.
  absl::StatusOr<std::optional<std::int64_t>> LargestObject();

 private:
  absl::StatusOr<http::Response> Send(const http::Request& request);
  bool IsBroken(const std::string& object_name);
  void NoteBroken(const std::string& object_name, bool broken);

  http::Client& client_;
  const supabase::Endpoint endpoint_;
  std::mutex mutex_;              // guards the next
  std::set<std::string> broken_;  // objects of another size than their video, to be replaced
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_SUPABASE_SUPABASE_VIDEO_STORAGE_H_
