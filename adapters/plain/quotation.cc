#include "adapters/plain/quotation.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace videojobs::plain {
namespace {

constexpr char kEllipsis[] = "…";

// " « » “ ” „ ‟ ❝ ❞ 〝 〞 〟 ＂
constexpr std::array<char32_t, 13> kDoubleQuotes = {U'"',      U'\u00AB', U'\u00BB', U'\u201C', U'\u201D',
                                                    U'\u201E', U'\u201F', U'\u275D', U'\u275E', U'\u301D',
                                                    U'\u301E', U'\u301F', U'\uFF02'};

constexpr absl::string_view kSentenceEnds[] = {". ", "! ", "? ", "… ", "。", "！", "？", "।"};

// How many bytes the character at the beginning of `text` has; 0 where there is none that is well-formed.
std::size_t CharacterLength(absl::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 && lead < 0xF5 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead >= 0xF5 || (lead >= 0x80 && lead < 0xC2) || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return 0;
  }
  return length;
}

// The code point of one well-formed character.
char32_t CodePoint(absl::string_view character) {
  constexpr unsigned char kLeadBits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  char32_t point = static_cast<unsigned char>(character[0]) & kLeadBits[character.size()];
  for (const char next : character.substr(1)) point = point << 6 | (static_cast<unsigned char>(next) & 0x3F);
  return point;
}

bool IsDoubleQuote(char32_t point) {
  return std::find(kDoubleQuotes.begin(), kDoubleQuotes.end(), point) != kDoubleQuotes.end();
}

bool IsSpace(char32_t point) {
  return point == U' ' || (point >= 0x09 && point <= 0x0D) || point == 0x85 || point == 0xA0 || point == 0x2028 ||
         point == 0x2029 || point == 0x3000;
}

// Control characters, and those that change the direction of what follows. The joiners inside words and emoji stay.
bool IsUnprintable(char32_t point) {
  return point < 0x20 || (point >= 0x7F && point <= 0x9F) || point == 0x200B || point == 0x200E || point == 0x200F ||
         (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) || point == 0xFEFF;
}

void AppendQuotable(absl::string_view character, std::string& out) {
  const char32_t point = CodePoint(character);
  if (IsSpace(point)) {
    if (!out.empty() && out.back() != ' ') out += ' ';
  } else if (IsDoubleQuote(point)) {
    out += '\'';
  } else if (!IsUnprintable(point)) {
    absl::StrAppend(&out, character);
  }
}

// `text` up to `bytes`, less the rest of a character that would be split.
absl::string_view WholeCharacters(absl::string_view text, std::size_t bytes) {
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

// Where the last sentence of `text` ends; 0 where none does. The text goes on behind it.
std::size_t LastSentenceEnd(absl::string_view text) {
  std::size_t last = 0;
  for (const absl::string_view end : kSentenceEnds) {
    const std::size_t at = text.rfind(end);
    if (at != absl::string_view::npos) last = std::max(last, at + absl::StripTrailingAsciiWhitespace(end).size());
  }
  return last;
}

}  // namespace

std::string Quotable(absl::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = CharacterLength(text);
    if (length > 0) AppendQuotable(text.substr(0, length), out);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  absl::StripTrailingAsciiWhitespace(&out);
  return out;
}

std::string CutTo(absl::string_view text, std::size_t most_bytes) {
  if (text.size() <= most_bytes) return std::string(text);
  const std::string ellipsis = absl::StrCat(" ", kEllipsis);
  if (most_bytes < ellipsis.size()) return "";
  const absl::string_view room = WholeCharacters(text, most_bytes - ellipsis.size());
  const std::size_t sentence = LastSentenceEnd(room);
  if (sentence >= room.size() / 2 && sentence > 0) return absl::StrCat(room.substr(0, sentence), ellipsis);
  const std::size_t word = text[room.size()] == ' ' ? room.size() : room.rfind(' ');
  if (word != absl::string_view::npos && word > 0) return absl::StrCat(room.substr(0, word), ellipsis);
  return absl::StrCat(room, kEllipsis);
}

}  // namespace videojobs::plain
