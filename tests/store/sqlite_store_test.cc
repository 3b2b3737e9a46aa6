// What is SQLite's own: one process owns the file, and what was committed survives it.

#include "adapters/sqlite/sqlite_store.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/store/sqlite_support.h"

namespace videojobs {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

NewBatch OneJob(const std::string& id, const std::string& escalation_id = "") {
  NewJob asked;
  asked.job.id = id;
  asked.job.escalation_id = escalation_id;
  asked.job.response_text = "The exam's second part is open book.";
  asked.job.options.model = "veo";
  asked.job.provider = "gemini";
  return {.request_id = "", .fingerprint = "", .jobs = {asked}};
}

class SqliteStoreTest : public ::testing::Test {
 protected:
  std::string path() const { return folder_.DatabasePath(); }
  absl::StatusOr<std::unique_ptr<SqliteStore>> Open() { return SqliteStore::Open(path(), {}, clock_); }

  // A claimed job whose one clip has an open start of this id.
  Lease Intend(SqliteStore& store, const std::string& start_id) {
    EXPECT_TRUE(store.intake().Create(OneJob("job")).ok());
    const Lease lease = store.work().Claim(1, "token", absl::Minutes(1)).value().at(0).lease;
    EXPECT_EQ(store.work().WriteStoryboardIfHeld(lease, {{{"prompt", 6}, "stem"}}), absl::OkStatus());
    StartIntent intent;
    intent.lease = lease;
    intent.start_id = start_id;
    intent.provider = "gemini";
    intent.model = "veo";
    EXPECT_EQ(store.ledger().RecordIntent(intent).value().answer, IntentAnswer::kRecorded);
    return lease;
  }

  TestFolder folder_;
  TestClock clock_;
};

TEST_F(SqliteStoreTest, Open_Memory_IsAStoreOfItsOwn) {
  auto one = SqliteStore::Open(":memory:", {}, clock_).value();
  auto other = SqliteStore::Open(":memory:", {}, clock_).value();
  ASSERT_TRUE(one->intake().Create(OneJob("job")).ok());
  EXPECT_EQ(*one->work().CountDue(), 1);
  EXPECT_EQ(*other->work().CountDue(), 0);
}

TEST_F(SqliteStoreTest, Open_FolderMissing_MakesItForItsOwnerOnly) {
  const std::string path = (folder_.path() / "new" / "data" / "videojobs.db").string();
  ASSERT_TRUE(SqliteStore::Open(path, {}, clock_).ok());
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(path).permissions(), perms::owner_read | perms::owner_write);
}

TEST_F(SqliteStoreTest, Open_FileInUse_NamesFolderAndProcess) {
  const auto owner = Open();
  ASSERT_TRUE(owner.ok()) << owner.status();
  const absl::Status refused = Open().status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.message()), HasSubstr(folder_.path().string()));
  EXPECT_THAT(std::string(refused.message()), HasSubstr(absl::StrCat("process ", getpid())));
}

TEST_F(SqliteStoreTest, Open_AfterTheOwnerEnded_FindsEverything) {
  ASSERT_TRUE(Open().value()->intake().Create(OneJob("job", "label")).ok());
  const auto store = Open().value();
  EXPECT_EQ(store->reader().NewestOf("label")->id, "job");
  EXPECT_EQ(store->reader().Check(), absl::OkStatus());
}

TEST_F(SqliteStoreTest, Open_AfterKill_HasTheIntentAndNoLease) {
  const pid_t child = fork();
  if (child == 0) {
    const auto store = Open();
    if (store.ok()) Intend(**store, "start");
    kill(getpid(), SIGKILL);
  }
  int ended = 0;
  ASSERT_EQ(waitpid(child, &ended, 0), child);
  ASSERT_TRUE(WIFSIGNALED(ended));
  const auto store = Open();
  ASSERT_TRUE(store.ok()) << store.status();
  const auto claimed = (*store)->work().Claim(1, "next", absl::Minutes(1));
  ASSERT_THAT(*claimed, SizeIs(1));
  const Clip& clip = claimed->at(0).job.clips.at(0);
  EXPECT_EQ(clip.state, ClipState::kStarting);
  EXPECT_EQ(clip.start_id, "start");
  EXPECT_EQ(clip.start_lease_token, "token");
}

TEST_F(SqliteStoreTest, Open_NoDatabase_IsDataLoss) {
  std::ofstream(path()) << std::string(4096, 'x');
  EXPECT_EQ(Open().status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(SqliteStoreTest, Open_FileWhereTheFolderShouldBe_SaysSo) {
  std::ofstream(folder_.path() / "file") << "x";
  const std::string path = (folder_.path() / "file" / "videojobs.db").string();
  const absl::Status refused = SqliteStore::Open(path, {}, clock_).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(std::string(refused.message()), HasSubstr((folder_.path() / "file").string()));
}

TEST_F(SqliteStoreTest, Open_NewerProgramWasHere_IsRefused) {
  ASSERT_TRUE(Open().ok());
  ASSERT_TRUE(SqliteShell(path()).Run("INSERT INTO videojobs_migrations (number, name) VALUES (9999, 'later')").ok());
  const absl::Status refused = Open().status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("9999"));
}

TEST_F(SqliteStoreTest, OpenToLook_BesideItsOwner_ReadsAndChangesNothing) {
  const auto owner = Open().value();
  ASSERT_TRUE(owner->intake().Create(OneJob("job", "label")).ok());
  ASSERT_THAT(*owner->work().Claim(1, "token", absl::Minutes(1)), SizeIs(1));
  const auto looking = SqliteStore::OpenToLook(path(), {}, clock_);
  ASSERT_TRUE(looking.ok()) << looking.status();
  EXPECT_EQ((*looking)->reader().Check(), absl::OkStatus());
  EXPECT_EQ((*looking)->reader().NewestOf("label")->id, "job");
  EXPECT_EQ((*looking)->intake().Create(OneJob("another")).status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(*owner->work().CountDue(), 0) << "the lease still stands";
}

TEST_F(SqliteStoreTest, OpenToLook_WithoutAnOwner_EndsNoLeaseAndMigratesNothing) {
  {
    const auto owner = Open().value();
    ASSERT_TRUE(owner->intake().Create(OneJob("job", "label")).ok());
    ASSERT_THAT(*owner->work().Claim(1, "token", absl::Hours(1)), SizeIs(1));
  }
  const auto looking = SqliteStore::OpenToLook(path(), {}, clock_);
  ASSERT_TRUE(looking.ok()) << looking.status();
  EXPECT_EQ(*(*looking)->work().CountDue(), 0) << "the lease still stands";
  ASSERT_TRUE(SqliteShell(path()).Run("DELETE FROM videojobs_migrations WHERE number = 2").ok());
  EXPECT_EQ(SqliteStore::OpenToLook(path(), {}, clock_).status().code(), absl::StatusCode::kOutOfRange);
  ASSERT_TRUE(SqliteShell(path()).Run("INSERT INTO videojobs_migrations (number, name) VALUES (9999, 'later')").ok());
  EXPECT_EQ(SqliteStore::OpenToLook(path(), {}, clock_).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(SqliteStoreTest, OpenToLook_NoFile_MakesNone) {
  EXPECT_EQ(SqliteStore::OpenToLook(path(), {}, clock_).status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(SqliteStoreTest, Check_MigrationsUndoneUnderneath_NamesThem) {
  const auto store = Open().value();
  ASSERT_TRUE(SqliteShell(path()).Run("DELETE FROM videojobs_migrations WHERE number = 2").ok());
  const absl::Status refused = store->reader().Check();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("0002_enforce_legal_moves"));
}

TEST_F(SqliteStoreTest, Read_WhileAnotherWrites_DoesNotWait) {
  const auto store = Open().value();
  ASSERT_TRUE(store->intake().Create(OneJob("job")).ok());
  SqliteShell writer(path());
  ASSERT_TRUE(writer.Run("BEGIN IMMEDIATE; UPDATE video_jobs SET detail = 'not committed'").ok());
  const auto read = store->reader().Get({"job"});
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->at(0).detail, "");
}

TEST_F(SqliteStoreTest, Evidence_InsertedOrReplaced_IsRefused) {
  const auto store = Open().value();
  Intend(*store, "start");
  SqliteShell shell(path());
  EXPECT_FALSE(shell.Run("INSERT OR REPLACE INTO video_starts SELECT * FROM video_starts").ok());
  EXPECT_FALSE(shell.Run("INSERT OR REPLACE INTO video_job_events SELECT * FROM video_job_events").ok());
  EXPECT_EQ(shell.Value("SELECT count(*) FROM video_starts WHERE outcome = 'open'"), "1");
}

TEST_F(SqliteStoreTest, Response_Stored_IsKeptWithItsSha256) {
  ASSERT_TRUE(Open().value()->intake().Create(OneJob("job")).ok());
  // printf %s "The exam's second part is open book." | sha256sum
  EXPECT_EQ(SqliteShell(path()).Value("SELECT response_sha256 FROM video_jobs"),
            "dbf1264fabfac29f63bec7d6ac25ae0dbab2525a222b7f7a19d50af0d0fa89a2");
}

}  // namespace
}  // namespace videojobs
