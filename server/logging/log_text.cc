#include "server/logging/log_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace videojobs::logging {
namespace {

constexpr std::array<absl::string_view, 4> kLowerLevels = {"debug", "info", "warning", "error"};
constexpr std::array<absl::string_view, 3> kComponents = {"Video Worker", "Video Generator", "Video Poll API"};
constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr absl::string_view kEllipsis = "\xE2\x80\xA6";     // U+2026

absl::string_view Level(Severity severity) { return kLowerLevels[static_cast<std::size_t>(severity)]; }
absl::string_view Tag(Component component) { return kComponents[static_cast<std::size_t>(component)]; }

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 0;  // 0: not UTF-8
};

std::size_t SequenceLength(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// The code point that `text` begins with. https://www.rfc-editor.org/rfc/rfc3629
CodePoint Decode(absl::string_view text) {
  constexpr std::array<std::uint32_t, 5> kLeadBits = {0, 0x7F, 0x1F, 0x0F, 0x07};
  constexpr std::array<std::uint32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = SequenceLength(lead);
  if (length == 0 || length > text.size()) return {};
  std::uint32_t value = lead & kLeadBits[length];
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0) != 0x80) return {};
    value = value << 6 | (next & 0x3Fu);
  }
  const bool is_surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kLeast[length] || value > 0x10FFFF || is_surrogate) return {};
  return {value, length};
}

// Moves a terminal's cursor, ends a line or reorders text.
bool IsHarmful(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

void AppendEscaped(std::uint32_t c, std::string& out) {
  if (c == '\n') {
    out += "\\n";
  } else if (c == '\t') {
    out += "\\t";
  } else {
    absl::StrAppendFormat(&out, "\\u%04x", c);
  }
}

// `text` made harmless; `quoted`: for between quotation marks.
std::string Harmless(absl::string_view text, bool quoted) {
  std::string out;
  while (!text.empty()) {
    if (out.size() >= kMostBytes) return absl::StrCat(out, kEllipsis);
    const CodePoint point = Decode(text);
    if (point.bytes == 0) {
      absl::StrAppend(&out, kReplacement);
    } else if (IsHarmful(point.value)) {
      AppendEscaped(point.value, out);
    } else {
      if (quoted && (point.value == '"' || point.value == '\\')) out += '\\';
      absl::StrAppend(&out, text.substr(0, point.bytes));
    }
    text.remove_prefix(std::max<std::size_t>(point.bytes, 1));
  }
  return out;
}

std::string Quoted(absl::string_view text) { return absl::StrCat("\"", Harmless(text, /*quoted=*/true), "\""); }

bool NeedsQuotes(absl::string_view value) {
  return value.empty() || std::any_of(value.begin(), value.end(), [](char c) {
           return c == '"' || c == '\\' || c == '=' || !absl::ascii_isgraph(static_cast<unsigned char>(c));
         });
}

std::string Value(absl::string_view value) {
  return NeedsQuotes(value) ? Quoted(value) : Harmless(value, /*quoted=*/false);
}

}  // namespace

std::string TextLine(const LogLine& line) {
  std::string text = absl::StrCat(absl::AsciiStrToUpper(Level(line.severity)), " [", Tag(line.component), "] ",
                                  Harmless(line.message, /*quoted=*/false));
  for (const auto& [name, value] : line.fields) {
    absl::StrAppend(&text, " ", Harmless(name, /*quoted=*/false), "=", Value(value));
  }
  return text;
}

std::string JsonMembers(const LogLine& line) {
  std::string text =
      absl::StrCat("\"level\":", Quoted(Level(line.severity)), ",\"component\":", Quoted(Tag(line.component)),
                   ",\"message\":", Quoted(line.message));
  for (const auto& [name, value] : line.fields) absl::StrAppend(&text, ",", Quoted(name), ":", Quoted(value));
  return text;
}

}  // namespace videojobs::logging
