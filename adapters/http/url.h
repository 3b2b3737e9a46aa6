// URLs taken apart and put together by libcurl's own parser, so that what is checked here is what is connected to.
// Pure functions, safe on any thread.
#ifndef VIDEOJOBS_ADAPTERS_HTTP_URL_H_
#define VIDEOJOBS_ADAPTERS_HTTP_URL_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace videojobs::http {

struct Url {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case; an IPv6 address keeps its brackets
  uint16_t port = 0;   // the scheme's own where the text names none
  std::string path;    // percent-encoded, begins with '/', free of "." and ".." segments
  std::string query;   // percent-encoded, without its '?'; may be empty
};

// An absolute http or https URL. A fragment is dropped. INVALID_ARGUMENT for anything else, also for a URL that
// carries a user name or password (they would be sent as credentials); the message never repeats the text, which
// may hold a signature.
absl::StatusOr<Url> ParseUrl(absl::string_view text);

// What `reference`, absolute or relative (a Location header), means when it is met at `base`. Failures as ParseUrl.
absl::StatusOr<Url> ResolveUrl(const Url& base, absl::string_view reference);

// The whole URL, query included: for sending, never for a message or a log.
std::string ToString(const Url& url);

// Scheme, host, port and path: for messages. A query may hold a signature or a key and is left out.
std::string Describe(const Url& url);

// Same scheme, host and port: what may be told the same secrets. https://www.rfc-editor.org/rfc/rfc6454#section-5
bool SameOrigin(const Url& a, const Url& b);

// Whether the host is this machine by its text alone: "localhost", 127.0.0.0/8, [::1]. A name that DNS happens to
// resolve to such an address is not.
bool IsLoopback(const Url& url);

// Percent-encodes all but RFC 3986's unreserved characters, '/' included, so that `text` stays one segment. "." and
// ".." mean a move in any spelling: a caller whose segment may be one of them must refuse it.
std::string EncodePathSegment(absl::string_view text);

}  // namespace videojobs::http

#endif  // VIDEOJOBS_ADAPTERS_HTTP_URL_H_
