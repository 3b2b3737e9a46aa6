#include "adapters/supabase/wire.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "adapters/http/url.h"

namespace videojobs::supabase {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestBucket = 100;  // of Supabase's own dashboard

absl::StatusOr<std::string> BaseOf(absl::string_view url, bool plain_http) {
  absl::StatusOr<http::Url> parsed = http::ParseUrl(url);
  if (!parsed.ok() || !parsed->query.empty()) {
    return absl::InvalidArgumentError("SUPABASE_URL is not the URL of a project, such as https://abcdefgh.supabase.co");
  }
  if (parsed->scheme != "https" && !http::IsLoopback(*parsed) && !plain_http) {
    return absl::InvalidArgumentError(
        "SUPABASE_URL begins with http://, which would send the key in clear: it must begin with https://, unless "
        "VIDEOJOBS_INSECURE=yes allows it");
  }
  return absl::StrCat(absl::StripSuffix(http::ToString(*parsed), "/"), "/storage/v1");
}

bool IsGraphic(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return absl::ascii_isgraph(c); });
}

absl::Status CheckKey(absl::string_view key) {
  if (!key.empty() && IsGraphic(key)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "SUPABASE_SERVICE_ROLE_KEY ", key.empty() ? "is empty" : "has spaces, line ends or other characters no key has",
      ": set the project's service_role or secret key (Dashboard, Project Settings, API Keys)"));
}

absl::Status CheckBucket(absl::string_view bucket) {
  const bool printable = std::none_of(bucket.begin(), bucket.end(),
                                      [](unsigned char c) { return absl::ascii_iscntrl(c) || c == '/' || c == '\\'; });
  if (printable && !bucket.empty() && bucket.size() <= kLongestBucket && bucket != "." && bucket != "..") {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat("SUPABASE_STORAGE_BUCKET is \"",
                                                 absl::CHexEscape(bucket.substr(0, kLongestBucket)),
                                                 "\": a bucket's name has 1 to 100 characters and no slash"));
}

http::Request Ask(const Endpoint& endpoint, absl::string_view method, absl::string_view path) {
  http::Request request;
  request.method = std::string(method);
  request.url = absl::StrCat(endpoint.base, path);
  // The hosted gateway looks at apikey, the storage server behind it at Authorization.
  request.secret_headers = {{"Authorization", absl::StrCat("Bearer ", endpoint.key)}, {"apikey", endpoint.key}};
  return request;
}

std::string ObjectPath(const Endpoint& endpoint, absl::string_view kind, absl::string_view object) {
  return absl::StrCat("/object/", kind, http::EncodePathSegment(endpoint.bucket), "/", object);
}

absl::Status NotSupabase(absl::string_view what) {
  return absl::FailedPreconditionError(
      absl::StrCat("the answer ", what, ": check that SUPABASE_URL is the URL of a Supabase project"));
}

const json* Find(const json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

json Parse(absl::string_view body) {
  return json::parse(body.begin(), body.end(), nullptr, /*allow_exceptions=*/false);
}

}  // namespace

absl::StatusOr<Endpoint> MakeEndpoint(absl::string_view url, absl::string_view key, absl::string_view bucket,
                                      bool plain_http) {
  absl::StatusOr<std::string> base = BaseOf(url, plain_http);
  if (!base.ok()) return base.status();
  if (absl::Status valid = CheckKey(key); !valid.ok()) return valid;
  if (absl::Status valid = CheckBucket(bucket); !valid.ok()) return valid;
  return Endpoint{.base = *base, .key = std::string(key), .bucket = std::string(bucket)};
}

http::Request UploadRequest(const Endpoint& endpoint, absl::string_view object, ByteSource& source, std::int64_t bytes,
                            bool replace) {
  http::Request request = Ask(endpoint, "POST", ObjectPath(endpoint, "", object));
  request.headers = {
      {"Content-Type", "video/mp4"}, {"Cache-Control", "max-age=3600"}, {"x-upsert", replace ? "true" : "false"}};
  request.upload = http::Upload{.source = &source, .size = bytes};
  // A video of 4k over a slow line takes as long as it takes; one that stands still ends by the limit on that.
  request.limits.total = absl::InfiniteDuration();
  return request;
}

http::Request InfoRequest(const Endpoint& endpoint, absl::string_view object) {
  return Ask(endpoint, "GET", ObjectPath(endpoint, "info/", object));
}

absl::StatusOr<std::int64_t> SizeFromInfo(absl::string_view body) {
  const json answer = Parse(body);
  const json* size = Find(answer, "size");
  if (size == nullptr || !size->is_number_integer()) return NotSupabase("has no object's size");
  return size->get<std::int64_t>();
}

http::Request BucketRequest(const Endpoint& endpoint) {
  return Ask(endpoint, "GET", absl::StrCat("/bucket/", http::EncodePathSegment(endpoint.bucket)));
}

absl::StatusOr<bool> IsPublicFromBucket(absl::string_view body) {
  const json answer = Parse(body);
  const json* is_public = Find(answer, "public");
  if (is_public == nullptr || !is_public->is_boolean()) return NotSupabase("does not say whether the bucket is public");
  return is_public->get<bool>();
}

absl::StatusOr<std::optional<std::int64_t>> LargestFromBucket(absl::string_view body) {
  const json answer = Parse(body);
  if (!answer.is_object()) return NotSupabase("does not describe the bucket");
  const json* limit = Find(answer, "file_size_limit");
  if (limit == nullptr || !limit->is_number_integer()) return std::optional<std::int64_t>();
  return std::optional(limit->get<std::int64_t>());
}

http::Request RemoveRequest(const Endpoint& endpoint, absl::string_view object) {
  return Ask(endpoint, "DELETE", ObjectPath(endpoint, "", object));
}

http::Request SignRequest(const Endpoint& endpoint, absl::string_view object, absl::Duration lifetime) {
  http::Request request = Ask(endpoint, "POST", ObjectPath(endpoint, "sign/", object));
  request.headers = {{"Content-Type", "application/json"}};
  // Asked while somebody waits to see the video, by a thread that answers others too.
  request.limits = {.connect = absl::Seconds(2),
                    .first_byte = absl::Seconds(5),
                    .stall = absl::Seconds(5),
                    .total = absl::Seconds(10)};
  request.body = json{{"expiresIn", std::max<std::int64_t>(1, absl::ToInt64Seconds(lifetime))}}.dump();
  return request;
}

absl::StatusOr<std::string> UrlFromSigned(const Endpoint& endpoint, absl::string_view body) {
  const json answer = Parse(body);
  const json* signed_url = Find(answer, "signedURL");
  const std::string path = signed_url != nullptr && signed_url->is_string() ? signed_url->get<std::string>() : "";
  // Browsers are sent there: nothing but this path will do, and nothing that would end a header.
  if (!absl::StartsWith(path, "/object/sign/") || !IsGraphic(path)) return NotSupabase("has no signed URL");
  return absl::StrCat(endpoint.base, path);
}

std::string PublicObjectUrl(const Endpoint& endpoint, absl::string_view object) {
  return absl::StrCat(endpoint.base, ObjectPath(endpoint, "public/", object));
}

}  // namespace videojobs::supabase
