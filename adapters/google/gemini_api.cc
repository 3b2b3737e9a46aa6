#include "adapters/google/gemini_api.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "adapters/google/answers.h"
#include "adapters/google/names.h"
#include "adapters/http/redirect.h"

namespace videojobs::google {
namespace {

// The host in the URIs of results, whatever the base URL is.
constexpr absl::string_view kGeminiHost = "generativelanguage.googleapis.com";

}  // namespace

absl::StatusOr<http::Url> ParseBaseUrl(const std::string& base_url, bool plain_http) {
  absl::StatusOr<http::Url> url = http::ParseUrl(base_url);
  if (!url.ok()) return absl::InvalidArgumentError(absl::StrCat("base URL: ", std::string(url.status().message())));
  if (url->scheme != "https" && !http::IsLoopback(*url) && !plain_http) {
    return absl::InvalidArgumentError("base URL: is in clear text; must be https, or on this machine");
  }
  if (!url->query.empty()) return absl::InvalidArgumentError("base URL: has a query; must end with its path");
  url->path = std::string(absl::StripSuffix(url->path, "/"));
  return url;
}

absl::Status CheckKey(absl::string_view key) {
  const bool is_header_value =
      std::all_of(key.begin(), key.end(), [](unsigned char c) { return absl::ascii_isgraph(c); });
  if (!key.empty() && is_header_value) return absl::OkStatus();
  return absl::InvalidArgumentError("API key: is empty or has characters that no key has; must be one word");
}

absl::StatusOr<GeminiApi> GeminiApi::Create(const std::string& base_url, std::string api_key, bool plain_http) {
  if (absl::Status checked = CheckKey(api_key); !checked.ok()) return checked;
  absl::StatusOr<http::Url> base = ParseBaseUrl(base_url, plain_http);
  if (!base.ok()) return base.status();
  return GeminiApi(*std::move(base), std::move(api_key));
}

GeminiApi::GeminiApi(http::Url base, std::string api_key) : base_(std::move(base)), key_{std::move(api_key), {}} {}

http::Request GeminiApi::Ask(const std::string& method, const std::string& path, const http::Limits& limits) const {
  http::Url url = base_;
  absl::StrAppend(&url.path, "/v1beta/", path);
  http::Request request;
  request.method = method;
  request.url = http::ToString(url);
  request.secret_headers.push_back({"x-goog-api-key", key_.api_key});
  request.limits = limits;
  return request;
}

absl::Status GeminiApi::Download(http::Client& client, const std::string& uri, const http::Limits& limits,
                                 ByteSink& sink) const {
  const absl::StatusOr<http::Request> get = AskForFile(uri, limits);
  if (!get.ok()) return get.status();
  const absl::StatusOr<http::Response> response = client.Download(*get, sink);
  if (!response.ok()) return StatusOfNoDownload(response.status());
  return response->ok() ? absl::OkStatus() : StatusOfDownload(*response, key_);
}

bool GeminiApi::MayFetch(const http::Url& url) const {
  return http::IsLoopback(url) ? http::IsLoopback(base_) : url.scheme == "https";
}

bool GeminiApi::IsGoogles(const http::Url& url) const {
  return url.host == kGeminiHost || http::SameOrigin(url, base_);
}

std::optional<std::string> GeminiApi::FileAt(absl::string_view uri) const {
  const absl::StatusOr<http::Url> url = http::ParseUrl(uri);
  return url.ok() && IsGoogles(*url) ? FileIdIn(url->path) : std::nullopt;
}

absl::StatusOr<http::Request> GeminiApi::AskForFile(const std::string& uri, const http::Limits& limits) const {
  const absl::StatusOr<http::Url> url = http::ParseUrl(uri);
  if (!url.ok()) return absl::UnavailableError("the video's address is not a URL");
  const std::optional<std::string> file = FileAt(uri);
  http::Request get;
  if (file) {
    get = Ask("GET", absl::StrCat("files/", *file, ":download"), limits);
    absl::StrAppend(&get.url, "?alt=media");
  } else if (MayFetch(*url)) {
    get.url = uri;
    get.limits = limits;
  } else {
    return absl::UnavailableError(absl::StrCat("the video lies at ", http::Describe(*url),
                                               ", which is not fetched: it is in clear text, or on this machine"));
  }
  get.max_redirects = http::kMaxRedirects;
  return get;
}

std::optional<std::string> FileIdIn(absl::string_view path) {
  constexpr absl::string_view kFiles = "/files/";
  const std::size_t found = path.find(kFiles);
  if (found == absl::string_view::npos) return std::nullopt;
  const absl::string_view rest = path.substr(found + kFiles.size());
  const absl::string_view id = rest.substr(0, rest.find(':'));
  if (!IsSegment(id)) return std::nullopt;
  return std::string(id);
}

}  // namespace videojobs::google
