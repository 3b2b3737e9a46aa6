#include "adapters/video_storage.h"

#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace videojobs {
namespace {

constexpr std::size_t kLongestName = 200;

bool IsNameCharacter(unsigned char c) {
  return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '.' || c == '-';
}

bool IsObjectName(absl::string_view name) {
  return !name.empty() && name.size() <= kLongestName && absl::ascii_isalnum(static_cast<unsigned char>(name[0])) &&
         std::all_of(name.begin(), name.end(), IsNameCharacter) && absl::EndsWith(name, ".mp4");
}

}  // namespace

absl::Status CheckObjectName(absl::string_view name) {
  if (IsObjectName(name)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("object_name \"", absl::CHexEscape(name.substr(0, kLongestName)),
                                                 "\" is no name for a video: it has 5 to 200 characters of [0-9a-z.-], "
                                                 "begins with a letter or digit and ends in .mp4"));
}

absl::Status CheckPut(absl::string_view name, std::int64_t bytes) {
  if (bytes > 0) return CheckObjectName(name);
  return absl::InvalidArgumentError(absl::StrCat("bytes is ", bytes, ": a video has at least one byte"));
}

absl::Status SameObject(absl::string_view name, std::int64_t stored, std::int64_t bytes) {
  if (stored == bytes) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("the storage holds another object called ", name, ": it has ", stored,
                                             " bytes, this video has ", bytes));
}

}  // namespace videojobs
