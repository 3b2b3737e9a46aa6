#include "server/engine/text_check.h"

#include <cstddef>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace videojobs {
namespace {

// The length of the sequence that a lead byte begins, and the smallest code point it may stand for; 0 for a byte that
// can't lead.
struct Lead {
  int length;
  std::uint32_t bits;
  std::uint32_t least;
};

Lead LeadOf(unsigned char byte) {
  if (byte < 0x80) return {1, byte, 0};
  if (byte >= 0xC0 && byte < 0xE0) return {2, byte & 0x1Fu, 0x80};
  if (byte >= 0xE0 && byte < 0xF0) return {3, byte & 0x0Fu, 0x800};
  if (byte >= 0xF0 && byte < 0xF8) return {4, byte & 0x07u, 0x10000};
  return {0, 0, 0};
}

// The length of the character that `text` begins with; 0 where it does not begin with one.
std::size_t CharacterLength(absl::string_view text) {
  const Lead lead = LeadOf(static_cast<unsigned char>(text[0]));
  const auto length = static_cast<std::size_t>(lead.length);
  if (length == 0 || length > text.size()) return 0;
  std::uint32_t code = lead.bits;
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return 0;
    code = code << 6 | (byte & 0x3Fu);
  }
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  return code < lead.least || surrogate || code > 0x10FFFF ? 0 : length;
}

}  // namespace

std::optional<int> CountCharacters(absl::string_view text) {
  int count = 0;
  while (!text.empty()) {
    const std::size_t length = CharacterLength(text);
    if (length == 0) return std::nullopt;
    text.remove_prefix(length);
    ++count;
  }
  return count;
}

std::string TextProblem(absl::string_view text, int least, int most) {
  const auto count = CountCharacters(text);
  if (!count) return "is not valid UTF-8; send the text UTF-8 encoded";
  if (text.find('\0') != absl::string_view::npos) return "contains a NUL character; remove it";
  if (*count == 0 && least > 0) return absl::StrCat("is empty; it must have ", least, " to ", most, " characters");
  if (*count < least || *count > most) {
    return absl::StrFormat("has %d characters; it must have %d to %d", *count, least, most);
  }
  return "";
}

std::string AsLine(absl::string_view text) {
  constexpr std::size_t kMostBytes = 300;
  constexpr absl::string_view kReplacement = "\xef\xbf\xbd";
  std::string line;
  while (!text.empty()) {
    const std::size_t length = CharacterLength(text);
    absl::string_view character = length == 0 ? kReplacement : text.substr(0, length);
    if (length == 1 && absl::ascii_iscntrl(static_cast<unsigned char>(text[0]))) character = " ";
    if (line.size() + character.size() > kMostBytes) break;
    absl::StrAppend(&line, character);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return line;
}

}  // namespace videojobs
