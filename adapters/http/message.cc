#include "adapters/http/message.h"

#include "absl/strings/match.h"

namespace videojobs::http {

const std::string* Response::FindHeader(absl::string_view name) const {
  for (const Header& header : headers) {
    if (absl::EqualsIgnoreCase(header.name, name)) return &header.value;
  }
  return nullptr;
}

}  // namespace videojobs::http
