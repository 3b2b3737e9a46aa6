#ifndef VIDEOJOBS_TESTS_STORAGE_TEMP_FOLDER_H_
#define VIDEOJOBS_TESTS_STORAGE_TEMP_FOLDER_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>

namespace videojobs {

// A folder of its own for a test, removed with all it holds.
class TempFolder {
 public:
  TempFolder() : path_(testing::TempDir() + "videojobs-XXXXXX") {
    if (mkdtemp(path_.data()) == nullptr) std::abort();
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::string& path() const { return path_; }

  // Everything in `folder`, hidden files too.
  static std::size_t Entries(const std::string& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
  }

 private:
  std::string path_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_STORAGE_TEMP_FOLDER_H_
