#include "tests/structure/source_tree.h"

#include <stdlib.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <system_error>

namespace videojobs::structure {
namespace fs = std::filesystem;
namespace {

bool IsForeign(const fs::path& folder) {
  const std::string name = folder.filename().string();
  return name.starts_with(".") || name == "build" || name == "node_modules";
}

}  // namespace

std::vector<std::string> FilesIn(const fs::path& root) {
  std::vector<std::string> files;
  for (auto entry = fs::recursive_directory_iterator(root); entry != fs::recursive_directory_iterator(); ++entry) {
    if (entry->is_directory() && IsForeign(entry->path())) entry.disable_recursion_pending();
    if (entry->is_regular_file()) files.push_back(fs::relative(entry->path(), root).generic_string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string ReadText(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

TemporaryTree::TemporaryTree() {
  std::string pattern = (fs::temp_directory_path() / "videojobs-tree-XXXXXX").string();
  root_ = ::mkdtemp(pattern.data());
}

TemporaryTree::~TemporaryTree() {
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

void TemporaryTree::Write(const std::string& path, const std::string& text) {
  fs::create_directories((root_ / path).parent_path());
  std::ofstream(root_ / path) << text;
}

}  // namespace videojobs::structure
