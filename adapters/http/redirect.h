// Where an answer sends its reader. Redirects are followed by hand, because libcurl would carry a secret header to
// another host (only Authorization and Cookie are dropped: https://curl.se/libcurl/c/CURLOPT_FOLLOWLOCATION.html).
#ifndef VIDEOJOBS_ADAPTERS_HTTP_REDIRECT_H_
#define VIDEOJOBS_ADAPTERS_HTTP_REDIRECT_H_

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "adapters/http/message.h"
#include "adapters/http/url.h"

namespace videojobs::http {

inline constexpr int kMaxRedirects = 5;

// The next URL if `response`, got at `here` for `method`, is a redirect that may be followed: a GET or HEAD answered by
// 301, 302, 303, 307 or 308 with a Location. Nothing if it is the answer itself. FAILED_PRECONDITION if it must not be
// followed: it leads to clear text, or from elsewhere into this machine, or its Location is not a URL we take. Pure.
absl::StatusOr<std::optional<Url>> NextHop(absl::string_view method, const Url& here, const Response& response);

}  // namespace videojobs::http

#endif  // VIDEOJOBS_ADAPTERS_HTTP_REDIRECT_H_
