#ifndef VIDEOJOBS_ADAPTERS_VERTEX_OBJECT_STORE_H_
#define VIDEOJOBS_ADAPTERS_VERTEX_OBJECT_STORE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "adapters/byte_stream.h"
#include "adapters/google/detail.h"
#include "adapters/http/client.h"
#include "adapters/http/url.h"
#include "adapters/vertex/names.h"

namespace videojobs::vertex {

inline constexpr char kGoogleStorageUrl[] = "https://storage.googleapis.com";

// Google's object store as far as Vertex writes videos to it (https://cloud.google.com/storage/docs/json_api). Every
// call takes the headers that authorize it, and what of them to keep out of words. Immutable, thread-safe.
class ObjectStore {
 public:
  // `client` is borrowed.
  ObjectStore(http::Url base, http::Client& client) : base_(std::move(base)), client_(client) {}

  // The first video (.mp4) in a folder, by name. NOT_FOUND: there is none. UNAUTHENTICATED: the token is refused.
  // PERMISSION_DENIED: 403, or there is no such bucket. UNAVAILABLE: else.
  absl::StatusOr<std::string> FindVideo(const Folder& folder, const std::vector<http::Header>& authorization,
                                        const google::Hidden& hidden) const;
  // Streams the object at "gs://…" into `sink`. UNAUTHENTICATED: the token is refused. NOT_FOUND: there is no such
  // object. UNAVAILABLE also where it may not be read: it names the role that is missing. Else errors as
  // VideoGenerator::Fetch.
  absl::Status Download(const std::string& uri, const std::vector<http::Header>& authorization,
                        const google::Hidden& hidden, const http::Limits& limits, ByteSink& sink) const;

 private:
  http::Request Ask(const std::string& path, const std::string& query, const http::Limits& limits,
                    const std::vector<http::Header>& authorization) const;

  const http::Url base_;
  http::Client& client_;
};

// The first video (.mp4) in a listing of `folder`, as FindVideo. Pure.
absl::StatusOr<std::string> FirstVideoIn(const Folder& folder, absl::string_view listing);

}  // namespace videojobs::vertex

#endif  // VIDEOJOBS_ADAPTERS_VERTEX_OBJECT_STORE_H_
