// Runs one target over its corpus: what fuzzing once found stays mended, with any compiler.

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "tests/fuzz/fuzz.h"

namespace {

std::vector<std::uint8_t> BytesOf(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Corpus, EveryFile_PropertiesHold) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(VIDEOJOBS_CORPUS)) {
    SCOPED_TRACE(entry.path());
    const std::vector<std::uint8_t> bytes = BytesOf(entry.path());
    EXPECT_EQ(LLVMFuzzerTestOneInput(bytes.data(), bytes.size()), 0);
    ++files;
  }
  EXPECT_GT(files, 0);
}

TEST(Corpus, NoBytesAtAll_PropertiesHold) { EXPECT_EQ(LLVMFuzzerTestOneInput(nullptr, 0), 0); }

}  // namespace
