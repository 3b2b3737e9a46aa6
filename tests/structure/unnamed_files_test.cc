#include "tests/structure/unnamed_files.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/structure/source_tree.h"

namespace videojobs::structure {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(UnnamedFiles, OfThisTree_AreNone) { EXPECT_THAT(UnnamedFiles(VIDEOJOBS_SOURCE_DIR), IsEmpty()); }

TEST(UnnamedFiles, PlantedOnes_AreFound) {
  TemporaryTree tree;
  tree.Write("tests/store/CMakeLists.txt", "videojobs_test(store_test SOURCES a_test.cc support/b.cc)\n");
  tree.Write("tests/store/a_test.cc", "");
  tree.Write("tests/store/support/b.cc", "");
  tree.Write("tests/store/forgotten_test.cc", "");
  tree.Write("tests/store/more_a_test.cc", "");
  tree.Write("tests/wire/package.json", R"({"scripts": {"test": "node --test sdk.test.mjs"}})");
  tree.Write("tests/wire/sdk.test.mjs", "");
  tree.Write("tests/wire/forgotten.test.mjs", "");
  tree.Write("adapters/http/client.cc", "");
  EXPECT_THAT(UnnamedFiles(tree.root()), ElementsAre("adapters/http/client.cc", "tests/store/forgotten_test.cc",
                                                     "tests/store/more_a_test.cc", "tests/wire/forgotten.test.mjs"));
}

TEST(UnnamedFiles, NamedInACommentOnly_AreFound) {
  TemporaryTree tree;
  tree.Write("CMakeLists.txt", "# a.cc comes later\n");
  tree.Write("a.cc", "");
  EXPECT_THAT(UnnamedFiles(tree.root()), ElementsAre("a.cc"));
}

TEST(UnnamedFiles, NamedFromAnotherFolder_AreNotFound) {
  TemporaryTree tree;
  tree.Write("CMakeLists.txt", "add_library(a ${CMAKE_CURRENT_SOURCE_DIR}/deep/down/a.cc \"deep/down/b.cc\")\n");
  tree.Write("deep/CMakeLists.txt", "add_library(c ../other/c.cc ${PROJECT_SOURCE_DIR}/other/d.cc)\n");
  for (const char* file : {"deep/down/a.cc", "deep/down/b.cc", "other/c.cc", "other/d.cc"}) tree.Write(file, "");
  EXPECT_THAT(UnnamedFiles(tree.root()), IsEmpty());
}

}  // namespace
}  // namespace videojobs::structure
