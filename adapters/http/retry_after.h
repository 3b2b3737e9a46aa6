// The Retry-After header. https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
#ifndef VIDEOJOBS_ADAPTERS_HTTP_RETRY_AFTER_H_
#define VIDEOJOBS_ADAPTERS_HTTP_RETRY_AFTER_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace videojobs::http {

// How long a server asks to be left alone: `value` is a number of seconds or a date in any of the three forms of HTTP,
// measured from `now`; a date in the past is zero. Nothing when it is neither. The answer is what the server said, up
// to an infinite duration: the caller bounds it. Pure.
std::optional<absl::Duration> ParseRetryAfter(absl::string_view value, absl::Time now);

}  // namespace videojobs::http

#endif  // VIDEOJOBS_ADAPTERS_HTTP_RETRY_AFTER_H_
