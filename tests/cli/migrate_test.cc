// `videojobs migrate`, mostly in the embedded database.

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "cli/exit_code.h"
#include "gmock/gmock.h"
#include "tests/cli/command_line_fixture.h"

namespace videojobs::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class MigrateTest : public CommandLineTest {
 protected:
  MigrateTest() {
    std::string pattern = (std::filesystem::path(::testing::TempDir()) / "videojobs-data-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    env_["VIDEOJOBS_DATA_DIR"] = (folder_ / "data").string();
  }
  ~MigrateTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(MigrateTest, Migrate_AppliesOnceAndIsSafeToRepeat) {
  EXPECT_EQ(Run({"migrate", "--list"}), kOk);
  EXPECT_THAT(out(), StartsWith("pending 0001_"));
  EXPECT_TRUE(std::filesystem::is_empty(folder_)) << "to look makes nothing";
  EXPECT_EQ(Run({"migrate"}), kOk);
  EXPECT_THAT(out(), StartsWith("applied 0001_"));
  EXPECT_EQ(Run({"migrate"}), kOk);
  EXPECT_EQ(out(), "");
  EXPECT_THAT(err(), HasSubstr("up to date"));
  EXPECT_EQ(Run({"migrate", "--down-to", "0"}), kOk);
  EXPECT_THAT(out(), HasSubstr("undone 0001_"));
  EXPECT_EQ(Run({"migrate", "--list"}), kOk);
  EXPECT_THAT(out(), StartsWith("pending 0001_"));
}

TEST_F(MigrateTest, MigrateWithAnotherKindOfUrl_IsAUsageErrorThatKeepsThePassword) {
  env_["DATABASE_URL"] = "mysql://root:hunter2@db/x";
  EXPECT_EQ(Run({"migrate"}), kUsage);
  EXPECT_THAT(err(), AllOf(HasSubstr("postgres://"), Not(HasSubstr("hunter2"))));
}

TEST_F(MigrateTest, MigrateAtAPostgresOutOfReach_IsUnreachable) {
  env_["DATABASE_URL"] = "postgres://me:hunter2@127.0.0.1:1/db";
  EXPECT_EQ(Run({"migrate"}), kUnreachable);
  EXPECT_THAT(err(), Not(HasSubstr("hunter2")));
}

TEST_F(MigrateTest, MigrateInAFolderThatCannotBeMade_IsRefused) {
  std::ofstream(folder_ / "data") << "a file";
  EXPECT_EQ(Run({"migrate"}), kRefused);
  EXPECT_THAT(err(), HasSubstr("data folder"));
}

}  // namespace
}  // namespace videojobs::cli
