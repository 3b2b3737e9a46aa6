#include "server/setting_values.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"

namespace videojobs {
namespace {

constexpr std::size_t kDecimals = 6;
constexpr std::size_t kMostDollarDigits = 9;
constexpr int kMostPort = 65535;

bool IsAll(absl::string_view text, bool (*accepts)(unsigned char)) {
  return std::all_of(text.begin(), text.end(), [&](char c) { return accepts(static_cast<unsigned char>(c)); });
}

bool IsHostCharacter(unsigned char c) { return absl::ascii_isalnum(c) || c == '.' || c == '-' || c == '_' || c == ':'; }

bool IsUrlCharacter(unsigned char c) {
  return absl::ascii_isgraph(c) &&
         absl::string_view("\"<>\\^`{|}?#@").find(static_cast<char>(c)) == absl::string_view::npos;
}

std::optional<int> ParsePort(absl::string_view text) {
  int port = 0;
  if (text.empty() || !IsAll(text, absl::ascii_isdigit) || !absl::SimpleAtoi(text, &port) || port > kMostPort) {
    return std::nullopt;
  }
  return port;
}

// Splits a host in brackets, or without a colon, from what follows it.
std::optional<std::string> TakeHost(absl::string_view& text) {
  const bool bracketed = absl::ConsumePrefix(&text, "[");
  const auto end = text.find(bracketed ? ']' : ':');
  if (bracketed && end == absl::string_view::npos) return std::nullopt;
  std::string host(text.substr(0, end));
  text.remove_prefix(std::min(text.size(), bracketed ? end + 1 : end));
  if (!IsAll(host, IsHostCharacter)) return std::nullopt;
  return host;
}

}  // namespace

std::optional<bool> ParseYesNo(absl::string_view text) {
  const std::string word = absl::AsciiStrToLower(text);
  if (word == "true" || word == "yes" || word == "1") return true;
  if (word == "false" || word == "no" || word == "0") return false;
  return std::nullopt;
}

std::optional<std::int64_t> ParseDollars(absl::string_view text) {
  const auto point = text.find('.');
  const absl::string_view whole = text.substr(0, point);
  const absl::string_view part = point == absl::string_view::npos ? "" : text.substr(point + 1);
  if (whole.empty() || whole.size() > kMostDollarDigits || part.size() > kDecimals) return std::nullopt;
  if (point != absl::string_view::npos && part.empty()) return std::nullopt;
  if (!IsAll(whole, absl::ascii_isdigit) || !IsAll(part, absl::ascii_isdigit)) return std::nullopt;
  std::string digits(whole);
  digits.append(part.data(), part.size()).append(kDecimals - part.size(), '0');
  std::int64_t micros = 0;
  if (!absl::SimpleAtoi(digits, &micros)) return std::nullopt;
  return micros;
}

std::optional<absl::Duration> ParseSpan(absl::string_view text) {
  absl::Duration span;
  if (!absl::ParseDuration(text, &span)) return std::nullopt;
  if (span < absl::ZeroDuration() || span == absl::InfiniteDuration()) return std::nullopt;
  return span;
}

std::optional<HostPort> ParseHostPort(absl::string_view text) {
  const auto host = TakeHost(text);
  if (!host || !absl::ConsumePrefix(&text, ":")) return std::nullopt;
  const auto port = ParsePort(text);
  if (!port) return std::nullopt;
  return HostPort{*host, *port};
}

bool IsLoopback(absl::string_view host) {
  if (host == "::1" || absl::EqualsIgnoreCase(host, "localhost")) return true;
  return absl::StartsWith(host, "127.") &&
         IsAll(host, [](unsigned char c) { return absl::ascii_isdigit(c) || c == '.'; });
}

bool IsEveryAddress(absl::string_view host) { return host.find_first_not_of("0.:") == absl::string_view::npos; }

std::optional<WebUrl> ParseWebUrl(absl::string_view text) {
  WebUrl url;
  while (absl::ConsumeSuffix(&text, "/")) {
  }
  url.text = std::string(text);
  url.https = absl::ConsumePrefix(&text, "https://");
  if (!url.https && !absl::ConsumePrefix(&text, "http://")) return std::nullopt;
  if (!IsAll(text, IsUrlCharacter)) return std::nullopt;
  absl::string_view authority = text.substr(0, text.find('/'));
  const auto host = TakeHost(authority);
  if (!host || host->empty()) return std::nullopt;
  if (!authority.empty() && !(absl::ConsumePrefix(&authority, ":") && ParsePort(authority))) return std::nullopt;
  url.host = *host;
  return url;
}

}  // namespace videojobs
