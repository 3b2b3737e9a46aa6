#include "server/doors/host_names.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace videojobs {
namespace {

// "[::1]:80", "name:80" and "name" without what follows the host, and without brackets.
std::string HostOf(absl::string_view authority) {
  if (absl::ConsumePrefix(&authority, "[")) return absl::AsciiStrToLower(authority.substr(0, authority.find(']')));
  return absl::AsciiStrToLower(authority.substr(0, authority.find(':')));
}

// "https://videos.example.org:8443/x" → "videos.example.org"
std::string HostOfUrl(absl::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == absl::string_view::npos) return "";
  url.remove_prefix(scheme + 3);
  return HostOf(url.substr(0, url.find_first_of("/?#")));
}

bool IsLoopbackOrAny(const std::string& host) {
  return host == "localhost" || absl::StartsWith(host, "127.") || host == "::1" || host == "0.0.0.0" || host == "::";
}

}  // namespace

HostNames::HostNames(const std::string& listen, absl::string_view public_url, const std::vector<std::string>& others) {
  const std::string host = absl::AsciiStrToLower(listen);
  names_.insert(host);
  if (IsLoopbackOrAny(host)) names_.insert({"localhost", "127.0.0.1", "::1"});
  names_.insert(HostOfUrl(public_url));
  for (const std::string& other : others) names_.insert(HostOf(other));
  names_.erase("");
}

bool HostNames::Allow(absl::string_view host_header, absl::string_view local_address) const {
  const std::string host = HostOf(host_header);
  return !host.empty() && (host == local_address || names_.count(host) > 0);
}

}  // namespace videojobs
