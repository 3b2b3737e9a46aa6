#include "adapters/vertex/object_store.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "adapters/google/answers.h"
#include "adapters/google/json.h"
#include "adapters/google/names.h"
#include "adapters/http/redirect.h"

namespace videojobs::vertex {
namespace {

using google::Json;
using google::Member;
using google::TextOf;

constexpr http::Limits kListLimits{absl::Seconds(10), absl::Seconds(20), absl::Seconds(20), absl::Seconds(60)};
// https://cloud.google.com/storage/docs/access-control/iam-roles
constexpr char kRoles[] =
    "the account needs roles/storage.objectViewer on it to read videos, and roles/storage.objectAdmin to have them "
    "written there";

}  // namespace

http::Request ObjectStore::Ask(const std::string& path, const std::string& query, const http::Limits& limits,
                               const std::vector<http::Header>& authorization) const {
  http::Url url = base_;
  absl::StrAppend(&url.path, "/storage/v1/b/", path);
  url.query = query;
  http::Request get;
  get.url = http::ToString(url);
  get.secret_headers = authorization;
  get.limits = limits;
  return get;
}

absl::StatusOr<std::string> FirstVideoIn(const Folder& folder, absl::string_view listing) {
  const Json listed = google::ParseJson(listing);
  if (!listed.is_object()) return absl::UnavailableError("the answer is not a list of objects in JSON");
  for (const Json& item : Member(listed, "items")) {
    const std::string name = TextOf(Member(item, "name"));
    const bool inside = absl::StartsWith(name, folder.prefix) && google::IsAddress(name);
    if (inside && absl::EndsWith(name, ".mp4")) return absl::StrCat("gs://", folder.bucket, "/", name);
  }
  return absl::NotFoundError("there is no video in the folder");
}

absl::StatusOr<std::string> ObjectStore::FindVideo(const Folder& folder, const std::vector<http::Header>& authorization,
                                                   const google::Hidden& hidden) const {
  const auto response =
      client_.Send(Ask(absl::StrCat(folder.bucket, "/o"),
                       absl::StrCat("prefix=", http::EncodePathSegment(folder.prefix)), kListLimits, authorization));
  if (!response.ok()) return absl::UnavailableError(response.status().message());
  const int status = response->status;
  if (status == 401) return absl::UnauthenticatedError(google::WordsOf(*response, hidden));
  if (status == 403 || status == 404) {
    return absl::PermissionDeniedError(absl::StrCat("the bucket ", folder.bucket,
                                                    " of VIDEOJOBS_VERTEX_OUTPUT: ", google::WordsOf(*response, hidden),
                                                    "; ", status == 403 ? kRoles : "there must be such a bucket"));
  }
  if (!response->ok()) return absl::UnavailableError(google::WordsOf(*response, hidden));
  return FirstVideoIn(folder, response->body);
}

absl::Status ObjectStore::Download(const std::string& uri, const std::vector<http::Header>& authorization,
                                   const google::Hidden& hidden, const http::Limits& limits, ByteSink& sink) const {
  absl::string_view rest = uri;
  absl::ConsumePrefix(&rest, "gs://");
  const std::size_t slash = rest.find('/');
  const absl::string_view object = slash == absl::string_view::npos ? "" : rest.substr(slash + 1);
  // "." and ".." would be moves in the URL's path.
  if (!google::IsSegment(rest.substr(0, slash)) || object.empty() || object == "." || object == "..") {
    return absl::UnavailableError("the video's address is not one of the object store");
  }
  http::Request get = Ask(absl::StrCat(rest.substr(0, slash), "/o/", http::EncodePathSegment(object)), "alt=media",
                          limits, authorization);
  get.max_redirects = http::kMaxRedirects;
  const auto response = client_.Download(get, sink);
  if (!response.ok()) return google::StatusOfNoDownload(response.status());
  if (response->status == 401) return absl::UnauthenticatedError(google::WordsOf(*response, hidden));
  // The bucket is the user's own: a role that is missing today says nothing about the video, which still lies there.
  if (response->status == 403) {
    return absl::PermissionDeniedError(absl::StrCat("the bucket ", std::string(rest.substr(0, slash)), ": ",
                                                    google::WordsOf(*response, hidden), "; ", kRoles));
  }
  return response->ok() ? absl::OkStatus() : google::StatusOfDownload(*response, hidden);
}

}  // namespace videojobs::vertex
