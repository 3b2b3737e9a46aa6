#include "tests/structure/unnamed_files.h"

#include <algorithm>
#include <string_view>

#include "tests/structure/source_tree.h"

namespace videojobs::structure {
namespace fs = std::filesystem;
namespace {

bool IsPartOfAName(char c) { return std::string_view(" \t\n\r()\"'").find(c) == std::string_view::npos; }

// Whether `text` has `name` as a whole word; a path in front of it ("./", "${CMAKE_CURRENT_SOURCE_DIR}/") is allowed.
bool Names(std::string_view text, std::string_view name) {
  for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const auto end = at + name.size();
    const auto before = text.substr(0, at);
    const bool begins =
        before.empty() || !IsPartOfAName(before.back()) || before.ends_with("}/") || before.ends_with("./");
    if (begins && (end == text.size() || !IsPartOfAName(text[end]))) return true;
  }
  return false;
}

bool FolderNames(const fs::path& folder, const fs::path& file, const std::vector<std::string>& lists) {
  const std::string name = fs::relative(file, folder).generic_string();
  return std::any_of(lists.begin(), lists.end(),
                     [&](const std::string& list) { return Names(ReadText(folder / list), name); });
}

bool IsNamed(const fs::path& root, const fs::path& file, const std::vector<std::string>& lists) {
  for (fs::path folder = file.parent_path();; folder = folder.parent_path()) {
    if (FolderNames(folder, file, lists)) return true;
    if (folder == root) return false;
  }
}

}  // namespace

std::vector<std::string> UnnamedFiles(const fs::path& root) {
  std::vector<std::string> unnamed;
  for (const std::string& file : FilesIn(root)) {
    const bool is_source = file.ends_with(".cc");
    const bool is_node_test = file.ends_with(".test.mjs");
    if (!is_source && !is_node_test) continue;
    const std::vector<std::string> lists = is_source ? std::vector<std::string>{"CMakeLists.txt"}
                                                     : std::vector<std::string>{"CMakeLists.txt", "package.json"};
    if (!IsNamed(root, root / file, lists)) unnamed.push_back(file);
  }
  return unnamed;
}

}  // namespace videojobs::structure
