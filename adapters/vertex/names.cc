#include "adapters/vertex/names.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "adapters/google/names.h"

namespace videojobs::vertex {
namespace {

constexpr absl::string_view kScheme = "gs://";
constexpr std::size_t kMostPrefix = 300;

bool IsAlnum(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); }

}  // namespace

bool IsLocation(absl::string_view text) {
  return !text.empty() && text.size() <= 40 && IsAlnum(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return IsAlnum(c) || c == '-'; });
}

bool IsProject(absl::string_view text) {
  return text.size() <= 100 && !text.empty() && IsAlnum(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return IsAlnum(c) || c == '-' || c == '.' || c == ':'; });
}

std::optional<OperationName> ParseOperationName(absl::string_view name) {
  if (name.size() > google::kMaxOperationName) return std::nullopt;
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() != 10 || parts[0] != "projects" || parts[2] != "locations" || parts[4] != "publishers" ||
      parts[5] != "google" || parts[6] != "models" || parts[8] != "operations") {
    return std::nullopt;
  }
  if (!IsProject(parts[1]) || !IsLocation(parts[3]) || !google::IsModelId(parts[7]) || !google::IsSegment(parts[9])) {
    return std::nullopt;
  }
  return OperationName{std::string(parts[1]), std::string(parts[3]), std::string(parts[7]), std::string(parts[9])};
}

std::string ModelOf(absl::string_view name) {
  const auto parts = ParseOperationName(name);
  return parts ? parts->model : "";
}

std::string BaseUrlOf(absl::string_view location) {
  if (location == "global") return "https://aiplatform.googleapis.com";
  if (location == "us" || location == "eu") return absl::StrCat("https://aiplatform.", location, ".rep.googleapis.com");
  return absl::StrCat("https://", location, "-aiplatform.googleapis.com");
}

std::optional<Folder> ParseFolder(absl::string_view uri) {
  if (!absl::ConsumePrefix(&uri, kScheme)) return std::nullopt;
  const std::size_t slash = uri.find('/');
  Folder folder;
  folder.bucket = std::string(uri.substr(0, slash));
  if (!google::IsSegment(folder.bucket)) return std::nullopt;
  if (slash == absl::string_view::npos) return folder;
  folder.prefix = std::string(uri.substr(slash + 1));
  const bool printable = std::all_of(folder.prefix.begin(), folder.prefix.end(),
                                     [](char c) { return absl::ascii_isgraph(static_cast<unsigned char>(c)); });
  // Counted without a '/' at its end, which is added where it was left out.
  if (!printable || absl::StripSuffix(folder.prefix, "/").size() > kMostPrefix) return std::nullopt;
  if (!folder.prefix.empty() && !absl::EndsWith(folder.prefix, "/")) folder.prefix.push_back('/');
  return folder;
}

std::string ToString(const Folder& folder) { return absl::StrCat(kScheme, folder.bucket, "/", folder.prefix); }

Folder FolderOf(const Folder& output, absl::string_view start_id) {
  return {output.bucket, absl::StrCat(output.prefix, start_id, "/")};
}

}  // namespace videojobs::vertex
