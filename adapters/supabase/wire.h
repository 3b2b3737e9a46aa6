// The wire format of Supabase Storage, as pure functions: requests are built and answers read here, nothing is sent.
// https://supabase.github.io/storage/ has the API, https://github.com/supabase/storage what the server really does.
#ifndef VIDEOJOBS_ADAPTERS_SUPABASE_WIRE_H_
#define VIDEOJOBS_ADAPTERS_SUPABASE_WIRE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "adapters/byte_stream.h"
#include "adapters/http/message.h"

namespace videojobs::supabase {

// One bucket of one project.
struct Endpoint {
  std::string base;    // e.g. "https://abcdefgh.supabase.co/storage/v1"
  std::string key;     // the project's service_role (or secret) key: sent in headers that stay on that host
  std::string bucket;  // as it is called, not encoded
};

// What the user has set, checked. INVALID_ARGUMENT names the variable, what is wrong and what is right; it never
// contains the key. `url` is the project's, e.g. "https://abcdefgh.supabase.co".
absl::StatusOr<Endpoint> MakeEndpoint(absl::string_view url, absl::string_view key, absl::string_view bucket,
                                      bool plain_http = false);

// Object names below are those that CheckObjectName() lets pass: they need no encoding. An answer that is not what it
// should be is FAILED_PRECONDITION: something else than Supabase Storage gave it.

// Stores a new object; one that is there is left alone, or replaced. `source` is borrowed for the call.
http::Request UploadRequest(const Endpoint& endpoint, absl::string_view object, ByteSource& source, std::int64_t bytes,
                            bool replace = false);
// What is known of an object, and its size in the answer..
http::Request InfoRequest(const Endpoint& endpoint, absl::string_view object);
absl::StatusOr<std::int64_t> SizeFromInfo(absl::string_view body);
// What is known of the bucket, and whether everyone may read from it.
http::Request BucketRequest(const Endpoint& endpoint);
absl::StatusOr<bool> IsPublicFromBucket(absl::string_view body);
// The bucket's own limit on an object's bytes, where it has one.
absl::StatusOr<std::optional<std::int64_t>> LargestFromBucket(absl::string_view body);
// Takes an object away.
http::Request RemoveRequest(const Endpoint& endpoint, absl::string_view object);
// A URL by which anyone can read a private object for `lifetime`, in whole seconds, at least one.
http::Request SignRequest(const Endpoint& endpoint, absl::string_view object, absl::Duration lifetime);
absl::StatusOr<std::string> UrlFromSigned(const Endpoint& endpoint, absl::string_view body);
// Where everyone reads an object of a public bucket.
std::string PublicObjectUrl(const Endpoint& endpoint, absl::string_view object);

}  // namespace videojobs::supabase

#endif  // VIDEOJOBS_ADAPTERS_SUPABASE_WIRE_H_
