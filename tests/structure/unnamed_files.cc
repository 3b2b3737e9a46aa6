#include "tests/structure/unnamed_files.h"

#include <algorithm>
#include <set>
#include <sstream>
#include <string_view>

#include "tests/structure/source_tree.h"

namespace videojobs::structure {
namespace fs = std::filesystem;
namespace {

// The words of a list, without its comments.
std::vector<std::string> Words(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    line.erase(std::min(line.find('#'), line.size()));
    std::replace_if(
        line.begin(), line.end(), [](char c) { return std::string_view("()\"',").find(c) != std::string_view::npos; },
        ' ');
    std::istringstream in_line(line);
    for (std::string word; in_line >> word;) words.push_back(word);
  }
  return words;
}

// What `word` in a list of `folder` means, as a path from the top.
std::string Named(const fs::path& folder, std::string word) {
  constexpr std::string_view kHere = "${CMAKE_CURRENT_SOURCE_DIR}/";
  constexpr std::string_view kTop = "${PROJECT_SOURCE_DIR}/";
  if (word.starts_with(kTop)) return fs::path(word.substr(kTop.size())).lexically_normal().generic_string();
  if (word.starts_with(kHere)) word.erase(0, kHere.size());
  return (folder / word).lexically_normal().generic_string();
}

void AddNames(const fs::path& root, const std::string& list, std::set<std::string>& names) {
  for (const std::string& word : Words(ReadText(root / list))) names.insert(Named(fs::path(list).parent_path(), word));
}

}  // namespace

std::vector<std::string> UnnamedFiles(const fs::path& root) {
  const std::vector<std::string> files = FilesIn(root);
  std::set<std::string> in_cmake;
  std::set<std::string> in_npm;
  for (const std::string& file : files) {
    const std::string name = fs::path(file).filename().string();
    if (name == "CMakeLists.txt") AddNames(root, file, in_cmake);
    if (name == "package.json") AddNames(root, file, in_npm);
  }
  std::vector<std::string> unnamed;
  for (const std::string& file : files) {
    const bool is_node_test = file.ends_with(".test.mjs");
    if (!is_node_test && !file.ends_with(".cc")) continue;
    if (!in_cmake.contains(file) && !(is_node_test && in_npm.contains(file))) unnamed.push_back(file);
  }
  return unnamed;
}

}  // namespace videojobs::structure
