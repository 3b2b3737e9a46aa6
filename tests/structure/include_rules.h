#ifndef VIDEOJOBS_TESTS_STRUCTURE_INCLUDE_RULES_H_
#define VIDEOJOBS_TESTS_STRUCTURE_INCLUDE_RULES_H_

#include <filesystem>
#include <string>
#include <vector>

namespace videojobs::structure {

// Every #include below `root` that the dependency rule (BUILD.md) forbids, as "file:line: includes X, which ROOM may
// not". Empty: the tree keeps the rule. tests/ and bench/ may include what they test.
std::vector<std::string> ForbiddenIncludes(const std::filesystem::path& root);

}  // namespace videojobs::structure

#endif  // VIDEOJOBS_TESTS_STRUCTURE_INCLUDE_RULES_H_
