#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "adapters/sqlite/migrator.h"
#include "adapters/sqlite/sqlite_store.h"
#include "gmock/gmock.h"
#include "tests/store/sqlite_support.h"

namespace videojobs::sqlite {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kSchema[] = "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY name";

// As the sqlite3 program would run it.
absl::Status RunFile(SqliteShell& shell, const std::string& name) {
  std::ifstream file(std::filesystem::path(VIDEOJOBS_MIGRATIONS) / name);
  EXPECT_TRUE(file.good()) << name;
  return shell.Run(std::string(std::istreambuf_iterator<char>(file), {}));
}

class SqliteMigratorTest : public ::testing::Test {
 protected:
  std::string path() const { return folder_.DatabasePath(); }
  std::vector<std::vector<std::string>> Schema() { return SqliteShell(path()).Rows(kSchema).value(); }

  TestFolder folder_;
};

TEST_F(SqliteMigratorTest, Migrate_EmptyFile_RunsAllInOrder) {
  EXPECT_THAT(*PendingMigrations(path()),
              ElementsAre("0001_create_job_tables", "0002_enforce_legal_moves", "0003_add_probes_and_limits",
                          "0004_add_doors_to_google", "0005_follow_late_answers", "0006_refuse_the_same",
                          "0007_follow_what_was_accepted"));
  EXPECT_THAT(Migrate(path())->done,
              ElementsAre("0001_create_job_tables", "0002_enforce_legal_moves", "0003_add_probes_and_limits",
                          "0004_add_doors_to_google", "0005_follow_late_answers", "0006_refuse_the_same",
                          "0007_follow_what_was_accepted"));
  EXPECT_THAT(*PendingMigrations(path()), IsEmpty());
}

TEST_F(SqliteMigratorTest, Migrate_Twice_DoesNothingMore) {
  ASSERT_TRUE(Migrate(path()).ok());
  EXPECT_THAT(Migrate(path())->done, IsEmpty());
}

TEST_F(SqliteMigratorTest, Migrate_UpDownUp_EndsWithTheSameSchema) {
  ASSERT_TRUE(Migrate(path()).ok());
  const auto first = Schema();
  EXPECT_THAT(MigrateDown(path(), 0)->done,
              ElementsAre("0007_follow_what_was_accepted", "0006_refuse_the_same", "0005_follow_late_answers",
                          "0004_add_doors_to_google", "0003_add_probes_and_limits", "0002_enforce_legal_moves",
                          "0001_create_job_tables"));
  EXPECT_THAT(Schema(), IsEmpty());
  ASSERT_TRUE(Migrate(path()).ok());
  EXPECT_EQ(Schema(), first);
}

TEST_F(SqliteMigratorTest, MigrateDown_ToANumber_KeepsWhatIsBelow) {
  ASSERT_TRUE(Migrate(path()).ok());
  EXPECT_THAT(MigrateDown(path(), 1)->done,
              ElementsAre("0007_follow_what_was_accepted", "0006_refuse_the_same", "0005_follow_late_answers",
                          "0004_add_doors_to_google", "0003_add_probes_and_limits", "0002_enforce_legal_moves"));
  EXPECT_THAT(*PendingMigrations(path()),
              ElementsAre("0002_enforce_legal_moves", "0003_add_probes_and_limits", "0004_add_doors_to_google",
                          "0005_follow_late_answers", "0006_refuse_the_same", "0007_follow_what_was_accepted"));
}

TEST_F(SqliteMigratorTest, MigrateDown_WithJobs_TakesThemAlong) {
  TestClock clock;
  NewJob asked;
  asked.job.id = "job";
  ASSERT_TRUE(SqliteStore::Open(path(), {}, clock).value()->intake().Create({"request", "print", {asked}}).ok());
  ASSERT_TRUE(MigrateDown(path(), 0).ok());
  EXPECT_THAT(Schema(), IsEmpty());
}

TEST_F(SqliteMigratorTest, Migrate_AfterAFileRunByHand_SeesIt) {
  {
    SqliteShell shell(path());
    ASSERT_EQ(RunFile(shell, "0001_create_job_tables.up.sql"), absl::OkStatus());
  }
  EXPECT_THAT(Migrate(path())->done,
              ElementsAre("0002_enforce_legal_moves", "0003_add_probes_and_limits", "0004_add_doors_to_google",
                          "0005_follow_late_answers", "0006_refuse_the_same", "0007_follow_what_was_accepted"));
  SqliteShell shell(path());
  EXPECT_EQ(RunFile(shell, "0007_follow_what_was_accepted.down.sql"), absl::OkStatus());
  EXPECT_EQ(RunFile(shell, "0006_refuse_the_same.down.sql"), absl::OkStatus());
  EXPECT_EQ(RunFile(shell, "0005_follow_late_answers.down.sql"), absl::OkStatus());
  EXPECT_EQ(RunFile(shell, "0004_add_doors_to_google.down.sql"), absl::OkStatus());
  EXPECT_EQ(RunFile(shell, "0003_add_probes_and_limits.down.sql"), absl::OkStatus());
  EXPECT_THAT(*PendingMigrations(path()),
              ElementsAre("0003_add_probes_and_limits", "0004_add_doors_to_google", "0005_follow_late_answers",
                          "0006_refuse_the_same", "0007_follow_what_was_accepted"));
}

TEST_F(SqliteMigratorTest, Migrate_FileFails_LeavesNothingOfIt) {
  ASSERT_TRUE(Migrate(path()).ok());
  ASSERT_TRUE(MigrateDown(path(), 1).ok());
  // Stands in the way of something in the middle of the file.
  ASSERT_TRUE(SqliteShell(path()).Run("CREATE TABLE video_clip_edges (other TEXT)").ok());
  EXPECT_FALSE(Migrate(path()).ok());
  EXPECT_EQ(SqliteShell(path()).Value("SELECT count(*) FROM sqlite_schema WHERE name = 'video_job_edges'"), "0");
  EXPECT_THAT(*PendingMigrations(path()),
              ElementsAre("0002_enforce_legal_moves", "0003_add_probes_and_limits", "0004_add_doors_to_google",
                          "0005_follow_late_answers", "0006_refuse_the_same", "0007_follow_what_was_accepted"));
}

TEST_F(SqliteMigratorTest, Migrate_ServerHasTheFile_IsRefused) {
  TestClock clock;
  const auto server = SqliteStore::Open(path(), {}, clock);
  ASSERT_TRUE(server.ok());
  EXPECT_EQ(Migrate(path()).status().code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace videojobs::sqlite
