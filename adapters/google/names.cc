#include "adapters/google/names.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace videojobs::google {
namespace {

constexpr std::size_t kMaxModelId = 100;

bool IsNameCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.';
}

}  // namespace

bool IsSegment(absl::string_view text) {
  return !text.empty() && absl::ascii_isalnum(static_cast<unsigned char>(text.front())) &&
         std::all_of(text.begin(), text.end(), IsNameCharacter);
}

bool IsModelId(absl::string_view id) { return id.size() <= kMaxModelId && IsSegment(id); }

}  // namespace videojobs::google
