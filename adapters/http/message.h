// What goes out and what comes back.
#ifndef VIDEOJOBS_ADAPTERS_HTTP_MESSAGE_H_
#define VIDEOJOBS_ADAPTERS_HTTP_MESSAGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "adapters/byte_stream.h"

namespace videojobs::http {

struct Header {
  std::string name = {};
  std::string value = {};
};

// Time limits, each positive; absl::InfiniteDuration() turns one off. Time in which the other side waits for us (a slow
// sink or source) counts for `total` only.
struct Limits {
  absl::Duration connect = absl::Seconds(10);     // resolving, connecting and the TLS handshake together, of each hop
  absl::Duration first_byte = absl::Seconds(60);  // silence between the request's last byte and the answer's first
  absl::Duration stall = absl::Seconds(30);       // silence while a request or an answer is under way
  absl::Duration total = absl::Seconds(120);      // the whole call with all its redirects
};

// A request body read from a source instead of memory. The source is borrowed for the call and read on the caller's
// thread. It cannot be rewound, so such a request takes a connection of its own.
struct Upload {
  ByteSource* source = nullptr;
  // Becomes Content-Length; the source must then give exactly as many bytes, and a source that does not fails the call
  // before the last byte is sent. Without it the body goes out in chunks.
  std::optional<int64_t> size = {};
};

struct Request {
  std::string method = "GET";
  std::string url = {};  // absolute http or https, without user name and password
  std::vector<Header> headers = {};
  // Sent as the others, but to the scheme, host and port of `url` only: a redirect to elsewhere drops them for good.
  std::vector<Header> secret_headers = {};
  std::string body = {};
  std::optional<Upload> upload = {};  // instead of `body`

  // A connection made for this request and closed after it. Needed where a request must not arrive twice: libcurl sends
  // any request again, a POST too, when a kept connection closes under it before an answer.
  bool fresh_connection = false;

  // Past any proxy, whatever the environment says: for a host that answers each machine for itself.
  bool direct = false;

  // How many redirects to follow, 0 to 5, and for GET and HEAD only: any other method gets the 3xx as its answer. With
  // 0 everything does. A hop must be https, or stay on this machine.
  int max_redirects = 0;

  Limits limits = {};
  int64_t max_body_bytes = int64_t{1} << 20;    // of a body kept in Response::body
  int64_t max_stream_bytes = int64_t{1} << 30;  // of a body given to a sink
};

struct Response {
  int status = 0;  // 200 to 599
  std::vector<Header> headers = {};
  std::string body = {};
  // The body was longer than Request::max_body_bytes and only its beginning is here: never so with a 2xx status.
  bool body_truncated = false;

  bool ok() const { return status >= 200 && status < 300; }

  // The value of the first header of that name, in any case; null if there is none. Valid as long as the response.
  const std::string* FindHeader(absl::string_view name) const;
};

}  // namespace videojobs::http

#endif  // VIDEOJOBS_ADAPTERS_HTTP_MESSAGE_H_
