#ifndef VIDEOJOBS_ADAPTERS_VIDEO_STORAGE_H_
#define VIDEOJOBS_ADAPTERS_VIDEO_STORAGE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "adapters/byte_stream.h"

namespace videojobs {

// How a stored video reaches a browser that asked our own door for it: exactly one of the two is set.
struct VideoAddress {
  std::string local_path;    // a file to be served
  std::string redirect_url;  // where to send the browser; may be short-lived
};

// The user's own storage. Object names are flat: [0-9a-z.-]{1,200}, random, ending in ".mp4". Thread-safe.
// Errors: PERMISSION_DENIED, NOT_FOUND (the bucket is missing), RESOURCE_EXHAUSTED (too large, or full) and
// INVALID_ARGUMENT say in words what to do; UNAVAILABLE and DEADLINE_EXCEEDED are passing.
class VideoStorage {
 public:
  virtual ~VideoStorage() = default;

  // Stores `bytes` bytes of `source` as `object_name`, whole or not at all, and reads back that they are there. An
  // object of that name and size that is there already is success: names carry a hash of the content. ALREADY_EXISTS:
  // one of another size is.
  virtual absl::Status Put(const std::string& object_name, ByteSource& source, std::int64_t bytes) = 0;
  // The size of a stored object, in bytes. NOT_FOUND: there is none.
  virtual absl::StatusOr<std::int64_t> Size(const std::string& object_name) = 0;
  // The URL to keep in the job: it works for as long as the object exists. Empty where only our own door can serve it. May
  // ask the storage, the first time, whether its objects are public.
  virtual absl::StatusOr<std::string> PublicUrl(const std::string& object_name) = 0;
  // For our own door. NOT_FOUND: there is no such object.
  virtual absl::StatusOr<VideoAddress> Address(const std::string& object_name) = 0;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_VIDEO_STORAGE_H_
