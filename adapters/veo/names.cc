#include "adapters/veo/names.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace videojobs::veo {
namespace {

constexpr std::size_t kMaxModelId = 100;

bool IsNameCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.';
}

// Begins with a letter or digit, so that it is neither "." nor "..".
bool IsSegment(absl::string_view text) {
  return !text.empty() && absl::ascii_isalnum(static_cast<unsigned char>(text.front())) &&
         std::all_of(text.begin(), text.end(), IsNameCharacter);
}

}  // namespace

bool IsOperationName(absl::string_view name) {
  constexpr absl::string_view kMiddle = "/operations/";
  if (name.size() > kMaxOperationName || !absl::ConsumePrefix(&name, "models/")) return false;
  const std::size_t middle = name.find(kMiddle);
  if (middle == absl::string_view::npos) return false;
  return IsSegment(name.substr(0, middle)) && IsSegment(name.substr(middle + kMiddle.size()));
}

bool IsModelId(absl::string_view id) { return id.size() <= kMaxModelId && IsSegment(id); }

std::optional<std::string> FileIdIn(absl::string_view path) {
  constexpr absl::string_view kFiles = "/files/";
  const std::size_t found = path.find(kFiles);
  if (found == absl::string_view::npos) return std::nullopt;
  const absl::string_view rest = path.substr(found + kFiles.size());
  const absl::string_view id = rest.substr(0, rest.find(':'));
  if (!IsSegment(id)) return std::nullopt;
  return std::string(id);
}

}  // namespace videojobs::veo
