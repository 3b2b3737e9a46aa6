#ifndef VIDEOJOBS_TESTS_STRUCTURE_SOURCE_TREE_H_
#define VIDEOJOBS_TESTS_STRUCTURE_SOURCE_TREE_H_

#include <filesystem>
#include <string>
#include <vector>

namespace videojobs::structure {

// The files below `root`, as sorted paths relative to it; without hidden folders, build/ and node_modules/.
std::vector<std::string> FilesIn(const std::filesystem::path& root);

std::string ReadText(const std::filesystem::path& file);

// A tree of files that lives as long as this: for showing a test what it must find.
class TemporaryTree {
 public:
  TemporaryTree();
  ~TemporaryTree();
  TemporaryTree(const TemporaryTree&) = delete;
  TemporaryTree& operator=(const TemporaryTree&) = delete;

  void Write(const std::string& path, const std::string& text);
  const std::filesystem::path& root() const { return root_; }

 private:
  std::filesystem::path root_;
};

}  // namespace videojobs::structure

#endif  // VIDEOJOBS_TESTS_STRUCTURE_SOURCE_TREE_H_
