#ifndef VIDEOJOBS_ADAPTERS_VIDEO_STORAGE_H_
#define VIDEOJOBS_ADAPTERS_VIDEO_STORAGE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "adapters/byte_stream.h"

namespace videojobs {

// How a stored video reaches a browser that asked our own door for it: exactly one of the two is set.
struct VideoAddress {
  std::string local_path;    // a file to be served
  std::string redirect_url;  // where to send the browser; may be short-lived
};

// The user's own storage. Object names are flat and random, see CheckObjectName(). Thread-safe.
// Errors: PERMISSION_DENIED, NOT_FOUND (the bucket or folder is missing), RESOURCE_EXHAUSTED (too large, or full),
// FAILED_PRECONDITION (not the service that was expected) and INVALID_ARGUMENT (also every name that is no object's)
// say in words what to do; UNAVAILABLE and DEADLINE_EXCEEDED are passing.
class VideoStorage {
 public:
  virtual ~VideoStorage() = default;

  // Stores `bytes` (> 0) bytes of `source` as `object_name`, whole or not at all, and reads back that they are there.
  // An object of that name and size that is there already is success, and `source` need not have been read: names carry
  // a hash of the content. One of another size is what a broken upload left, and is replaced. UNAVAILABLE: what was
  // stored reads back with another size; the next call replaces it. DATA_LOSS: `source` has fewer bytes, or more. An
  // error of `source` comes back unchanged.
  virtual absl::Status Put(const std::string& object_name, ByteSource& source, std::int64_t bytes) = 0;
  // The size of a stored object, in bytes. NOT_FOUND: there is none.
  virtual absl::StatusOr<std::int64_t> Size(const std::string& object_name) = 0;
  // The URL to keep in the job: it works for as long as the object exists. Empty where only our own door can serve it.
  // May ask the storage whether it is public, now; so it can fail as every other call, and is to be repeated then.
  // Does not look whether the object is there.
  virtual absl::StatusOr<std::string> PublicUrl(const std::string& object_name) = 0;
  // For our own door. NOT_FOUND: there is no such object.
  virtual absl::StatusOr<VideoAddress> Address(const std::string& object_name) = 0;
  // Takes a stored object away. One that is not there is success.
  virtual absl::Status Remove(const std::string& object_name) = 0;
};

// What every storage asks of a name, so that none of them can be led elsewhere by it: 5 to 200 characters of
// [0-9a-z.-], a letter or digit first, ".mp4" last. INVALID_ARGUMENT otherwise. Pure, as are the next two.
absl::Status CheckObjectName(absl::string_view name);
// The same, and that there is something to store.
absl::Status CheckPut(absl::string_view name, std::int64_t bytes);
// What Put() answers where it reads back an object of `stored` bytes.
absl::Status SameObject(absl::string_view name, std::int64_t stored, std::int64_t bytes);

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_VIDEO_STORAGE_H_
