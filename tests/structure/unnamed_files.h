#ifndef VIDEOJOBS_TESTS_STRUCTURE_UNNAMED_FILES_H_
#define VIDEOJOBS_TESTS_STRUCTURE_UNNAMED_FILES_H_

#include <filesystem>
#include <string>
#include <vector>

namespace videojobs::structure {

// Every source and test file below `root` that is compiled or run by nobody: a .cc file that no CMakeLists.txt names, a
// .test.mjs file that no CMakeLists.txt and no package.json does. A list names a file by its path from its own folder.
std::vector<std::string> UnnamedFiles(const std::filesystem::path& root);

}  // namespace videojobs::structure

#endif  // VIDEOJOBS_TESTS_STRUCTURE_UNNAMED_FILES_H_
