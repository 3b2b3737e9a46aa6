#ifndef VIDEOJOBS_SERVER_DOORS_PAGE_TOKEN_H_
#define VIDEOJOBS_SERVER_DOORS_PAGE_TOKEN_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "adapters/job_reader.h"

namespace videojobs {

// The place where a listing goes on, as text that means nothing to a caller (https://google.aip.dev/158). Good on every
// replica and for ever; it carries a hash of its filter, so that it is not mistaken for another listing's.
std::string ToPageToken(const PageEnd& end, const JobFilter& filter);

// The place that `token` stands for. INVALID_ARGUMENT, INVALID_REQUEST on page_token: it is no token, or belongs to
// another filter.
absl::StatusOr<PageEnd> FromPageToken(absl::string_view token, const JobFilter& filter);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_DOORS_PAGE_TOKEN_H_
