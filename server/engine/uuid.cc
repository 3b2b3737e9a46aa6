#include "server/engine/uuid.h"

#include <cstddef>

#include "absl/strings/ascii.h"

namespace videojobs {

std::optional<std::string> NormalUuid(absl::string_view text) {
  constexpr absl::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (text.size() != kForm.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (kForm[i] == '-' ? c != '-' : !absl::ascii_isxdigit(c)) return std::nullopt;
  }
  return absl::AsciiStrToLower(text);
}

std::string NormalEscalationId(absl::string_view id) { return NormalUuid(id).value_or(std::string(id)); }

}  // namespace videojobs
