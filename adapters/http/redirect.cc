#include "adapters/http/redirect.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace videojobs::http {
namespace {

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool MayFollow(const Url& from, const Url& to) {
  if (IsLoopback(to)) return IsLoopback(from);
  return to.scheme == "https";
}

}  // namespace

absl::StatusOr<std::optional<Url>> NextHop(absl::string_view method, const Url& here, const Response& response) {
  const std::string* location = response.FindHeader("Location");
  if (!IsRedirect(response.status) || location == nullptr || (method != "GET" && method != "HEAD")) return std::nullopt;
  absl::StatusOr<Url> next = ResolveUrl(here, *location);
  if (!next.ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat("redirected by ", response.status, ": ", next.status().message()));
  }
  if (!MayFollow(here, *next)) {
    return absl::FailedPreconditionError(absl::StrCat("redirected to ", Describe(*next),
                                                      ", which is not followed: only https is, and nothing from "
                                                      "elsewhere into this machine"));
  }
  return *next;
}

}  // namespace videojobs::http
