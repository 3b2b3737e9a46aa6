#include "adapters/interactions/names.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "adapters/google/names.h"

namespace videojobs::interactions {
namespace {

constexpr absl::string_view kFolder = "interactions/";

bool IsIdCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || absl::string_view("-._~=").find(c) != std::string::npos;
}

}  // namespace

std::string OperationName(absl::string_view id) { return absl::StrCat(kFolder, id); }

bool IsOperationName(absl::string_view name) {
  if (name.size() > google::kMaxOperationName || !absl::ConsumePrefix(&name, kFolder)) return false;
  // Begins with a letter or digit, so that it is neither "." nor "..".
  return !name.empty() && absl::ascii_isalnum(static_cast<unsigned char>(name.front())) &&
         std::all_of(name.begin(), name.end(), IsIdCharacter);
}

}  // namespace videojobs::interactions
