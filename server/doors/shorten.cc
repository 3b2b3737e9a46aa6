#include "server/doors/shorten.h"

#include "absl/strings/str_cat.h"

namespace videojobs {
namespace {

constexpr absl::string_view kEllipsis = "\xe2\x80\xa6";

bool ContinuesCharacter(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

}  // namespace

std::string Shorten(absl::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  std::size_t end = most - kEllipsis.size();
  while (end > 0 && ContinuesCharacter(text[end])) --end;
  return absl::StrCat(text.substr(0, end), kEllipsis);
}

}  // namespace videojobs
