#include "adapters/http/url.h"

#include <curl/curl.h>

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "adapters/http/curl_handles.h"

namespace videojobs::http {
namespace {

uint16_t DefaultPort(absl::string_view scheme) { return scheme == "https" ? 443 : 80; }

std::string Origin(const Url& url) {
  std::string port = url.port == DefaultPort(url.scheme) ? "" : absl::StrCat(":", url.port);
  return absl::StrCat(url.scheme, "://", url.host, port);
}

std::string Part(CURLU* handle, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(handle, part, &text, flags) != CURLUE_OK) return "";
  CurlString owner(text);
  return text;
}

absl::Status Bad(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("URL ", what, "; expected http(s)://host[:port]/path[?query]"));
}

// Sets `text` over what `handle` already holds, which makes a relative reference absolute.
absl::Status Set(CURLU* handle, absl::string_view text) {
  if (absl::StrContains(text, absl::string_view("\0", 1))) return Bad("contains a NUL character");
  CURLUcode code = curl_url_set(handle, CURLUPART_URL, std::string(text).c_str(), CURLU_URLENCODE);
  if (code != CURLUE_OK) return Bad(absl::StrCat("cannot be used (", curl_url_strerror(code), ")"));
  return absl::OkStatus();
}

absl::StatusOr<Url> TakeApart(CURLU* handle) {
  Url url;
  url.scheme = Part(handle, CURLUPART_SCHEME);
  if (url.scheme != "http" && url.scheme != "https") return Bad("has a scheme other than http and https");
  if (!Part(handle, CURLUPART_USER).empty() || !Part(handle, CURLUPART_PASSWORD).empty()) {
    return Bad("carries a user name or password");
  }
  url.host = absl::AsciiStrToLower(Part(handle, CURLUPART_HOST));
  uint32_t port = 0;
  if (!absl::SimpleAtoi(Part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT), &port) || port == 0 || port > UINT16_MAX) {
    return Bad("has a port outside 1 to 65535");
  }
  url.port = static_cast<uint16_t>(port);
  url.path = Part(handle, CURLUPART_PATH);
  url.query = Part(handle, CURLUPART_QUERY);
  return url;
}

}  // namespace

absl::StatusOr<Url> ParseUrl(absl::string_view text) {
  CurlUrl handle(curl_url());
  if (absl::Status set = Set(handle.get(), text); !set.ok()) return set;
  return TakeApart(handle.get());
}

absl::StatusOr<Url> ResolveUrl(const Url& base, absl::string_view reference) {
  CurlUrl handle(curl_url());
  if (absl::Status set = Set(handle.get(), ToString(base)); !set.ok()) return set;
  if (absl::Status set = Set(handle.get(), reference); !set.ok()) return set;
  return TakeApart(handle.get());
}

std::string ToString(const Url& url) {
  return absl::StrCat(Origin(url), url.path, url.query.empty() ? "" : "?", url.query);
}

std::string Describe(const Url& url) { return absl::StrCat(Origin(url), url.path); }

bool SameOrigin(const Url& a, const Url& b) { return a.scheme == b.scheme && a.host == b.host && a.port == b.port; }

bool IsLoopback(const Url& url) {
  if (url.host == "localhost" || url.host == "[::1]") return true;
  // libcurl has turned every spelling of an IPv4 address into four decimal numbers; a name may begin with "127." too.
  return absl::StartsWith(url.host, "127.") && url.host.find_first_not_of("0123456789.") == std::string::npos;
}

std::string EncodePathSegment(absl::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string encoded;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || absl::StrContains("-._~", c)) {
      encoded.push_back(c);
    } else {
      encoded.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return encoded;
}

}  // namespace videojobs::http
