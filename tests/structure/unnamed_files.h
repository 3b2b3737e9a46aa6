#ifndef VIDEOJOBS_TESTS_STRUCTURE_UNNAMED_FILES_H_
#define VIDEOJOBS_TESTS_STRUCTURE_UNNAMED_FILES_H_

#include <filesystem>
#include <string>
#include <vector>

namespace videojobs::structure {

// Every source and test file below `root` that is compiled or run by nobody: a .cc file that no CMakeLists.txt of its
// folder or one above names, a .test.mjs file that no package.json or CMakeLists.txt there does.
std::vector<std::string> UnnamedFiles(const std::filesystem::path& root);

}  // namespace videojobs::structure

#endif  // VIDEOJOBS_TESTS_STRUCTURE_UNNAMED_FILES_H_
