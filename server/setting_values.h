#ifndef VIDEOJOBS_SERVER_SETTING_VALUES_H_
#define VIDEOJOBS_SERVER_SETTING_VALUES_H_

// How the values of settings are written. Pure functions; none where the text is not of that form.

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace videojobs {

// true, yes, 1; false, no, 0; in any case of letters.
std::optional<bool> ParseYesNo(absl::string_view text);

// Dollars with up to six decimals, "25" or "0.40", exactly, as micro-dollars; up to a billion dollars.
std::optional<std::int64_t> ParseDollars(absl::string_view text);

// Like Go's: "15s", "1m30s", "0". Neither negative nor infinite.
std::optional<absl::Duration> ParseSpan(absl::string_view text);

struct HostPort {
  std::string host;  // without the brackets of an IPv6 address; empty: every interface
  int port = 0;      // 0: any free one
};

// "127.0.0.1:50051", "[::1]:0", "localhost:8080", ":8080".
std::optional<HostPort> ParseHostPort(absl::string_view text);

// Whether only this machine reaches `host`: localhost, 127.0.0.0/8, ::1.
bool IsLoopback(absl::string_view host);

// Whether listening on `host` is listening on every address of this machine, so that it names none: 0.0.0.0, ::, in any
// spelling, or nothing.
bool IsEveryAddress(absl::string_view host);

struct WebUrl {
  bool https = false;
  std::string host;  // without port
  std::string text;  // as it was given, without slashes at its end
};

// "https://host[:port][/path]" or http, without user, query and fragment.
std::optional<WebUrl> ParseWebUrl(absl::string_view text);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_SETTING_VALUES_H_
