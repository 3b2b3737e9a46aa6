// What the doctor finds in a data folder, beside a server and without one, and that it leaves it as it was.

#include "server/doctor/doctor.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "adapters/sqlite/sqlite_store.h"
#include "gmock/gmock.h"
#include "tests/store/sqlite_support.h"

namespace videojobs {
namespace {

using ::testing::HasSubstr;

// A clock that can be told to be late.
class LateClock : public Clock {
 public:
  absl::Time Now() override { return absl::Now() - late; }
  absl::Duration Elapsed() override { return Now() - absl::UnixEpoch(); }
  void Sleep(absl::Duration) override {}

  absl::Duration late = absl::ZeroDuration();
};

class DoctorTest : public ::testing::Test {
 protected:
  std::vector<Finding> Ask(std::map<std::string, std::string> more = {}) {
    std::map<std::string, std::string> env = {{"MOCK_MODE", "true"}, {"VIDEOJOBS_DATA_DIR", folder_.path().string()}};
    more.merge(env);
    std::vector<Finding> findings = Examine(more);
    for (const Finding& finding : findings) {
      EXPECT_EQ(finding.mend.empty(), finding.health == Health::kWell) << finding.subject << ": " << finding.words;
    }
    return findings;
  }

  // The first finding about `subject` with these words, or one without any.
  static Finding About(const std::vector<Finding>& findings, const std::string& subject, const std::string& words) {
    for (const Finding& finding : findings) {
      if (finding.subject == subject && finding.words.find(words) != std::string::npos) return finding;
    }
    return {};
  }

  std::unique_ptr<SqliteStore> OpenStore() {
    return SqliteStore::Open(folder_.DatabasePath(), {.mock = true}, clock_).value();
  }

  // As a server that came by `ago` left it: due, and done by nobody.
  void CreateJob(SqliteStore& store, const std::string& id, absl::Duration ago) {
    clock_.late = ago;
    NewJob asked;
    asked.job.id = id;
    asked.job.mock = true;
    asked.job.response_text = "The exam's second part is open book.";
    asked.job.options.model = "veo";
    asked.job.provider = "gemini";
    ASSERT_TRUE(store.intake().Create({.request_id = "", .fingerprint = "", .jobs = {asked}}).ok());
    clock_.late = absl::ZeroDuration();
  }

  TestFolder folder_;
  LateClock clock_;
};

TEST_F(DoctorTest, Examine_FolderThatIsNotThere_IsFineAndNotMade) {
  const std::string missing = (folder_.path() / "a" / "b").string();
  const auto findings = Ask({{"VIDEOJOBS_DATA_DIR", missing}});
  EXPECT_THAT(About(findings, "database", "SQLite").words, HasSubstr("not there yet"));
  EXPECT_THAT(About(findings, "storage", missing).words, HasSubstr("not there yet"));
  EXPECT_EQ(About(findings, "disk", missing).health, Health::kWell);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(DoctorTest, Examine_FolderThatCannotBeMade_IsIll) {
  std::ofstream(folder_.path() / "file") << "x";
  const auto findings = Ask({{"VIDEOJOBS_DATA_DIR", (folder_.path() / "file" / "data").string()}});
  EXPECT_EQ(About(findings, "disk", "cannot be written").health, Health::kIll);
  EXPECT_EQ(About(findings, "storage", "cannot be written").health, Health::kIll);
}

TEST_F(DoctorTest, Examine_Storage_IsWrittenReadAndLeftEmpty) {
  const auto videos = folder_.path() / "videos";
  std::filesystem::create_directories(videos);
  for (int time = 0; time < 2; ++time) {
    const auto findings = Ask({{"STORAGE_URL", absl::StrCat("file://", videos.string())}});
    EXPECT_EQ(About(findings, "storage", "written, read back and taken away").health, Health::kWell);
    EXPECT_TRUE(std::filesystem::is_empty(videos));
  }
}

TEST_F(DoctorTest, Examine_BesideItsServer_TellsOfJobsWithoutDisturbingIt) {
  const auto store = OpenStore();
  CreateJob(*store, "in-work", absl::Minutes(10));
  ASSERT_EQ(store->work().Claim(1, "token", absl::Minutes(1))->size(), 1u);
  EXPECT_EQ(About(Ask(), "jobs", "none is overdue").health, Health::kWell);
  CreateJob(*store, "left", absl::Minutes(10));
  const Finding stuck = About(Ask(), "jobs", "1 are overdue: nobody sweeps");
  EXPECT_EQ(stuck.health, Health::kWarning);
  EXPECT_THAT(stuck.mend, HasSubstr("PollAll"));
  EXPECT_EQ(*store->work().CountDue(), 1) << "the lease of the other still stands";
}

TEST_F(DoctorTest, Examine_AfterItsServer_EndsNoLease) {
  {
    const auto store = OpenStore();
    CreateJob(*store, "job", absl::ZeroDuration());
    ASSERT_EQ(store->work().Claim(1, "token", absl::Hours(1))->size(), 1u);
  }
  EXPECT_EQ(About(Ask(), "jobs", "none is overdue").health, Health::kWell);
  EXPECT_EQ(SqliteShell(folder_.DatabasePath()).Value("SELECT lease_token FROM video_jobs"), "token");
}

TEST_F(DoctorTest, Examine_ClosedLane_SaysWhyJobsWait) {
  const auto store = OpenStore();
  ASSERT_TRUE(SqliteShell(folder_.DatabasePath())
                  .Run("INSERT INTO video_lanes (mock, provider, model, reason, detail, closed_until) VALUES "
                       "(1, 'gemini', 'veo', 'BAD_KEY', 'the key is refused', 0)")
                  .ok());
  EXPECT_EQ(About(Ask(), "lanes", "gemini veo wait: BAD_KEY, the key is refused").health, Health::kWarning);
}

TEST_F(DoctorTest, Examine_LaneClosedByASpendingLimit_NamesTheLimits) {
  const auto store = OpenStore();
  const std::string tomorrow = absl::StrCat(absl::ToUnixMicros(absl::Now() + absl::Hours(24)));
  ASSERT_TRUE(SqliteShell(folder_.DatabasePath())
                  .Run("INSERT INTO video_lanes (mock, provider, model, reason, detail, closed_until) VALUES "
                       "(1, 'gemini', 'veo', 'SPENDING_CAP', 'the daily limit', " +
                       tomorrow + ")")
                  .ok());
  const Finding capped = About(Ask(), "lanes", "gemini veo wait: SPENDING_CAP, the daily limit");
  EXPECT_EQ(capped.health, Health::kWarning);
  EXPECT_THAT(capped.mend, ::testing::AllOf(HasSubstr("VIDEO_DAILY_SPEND_LIMIT_USD or VIDEO_TOTAL_SPEND_LIMIT_USD"),
                                            ::testing::Not(HasSubstr("a single start"))));
}

TEST_F(DoctorTest, Examine_DatabaseOfANewerProgram_IsIll) {
  OpenStore();
  SqliteShell(folder_.DatabasePath())
      .Run("INSERT INTO videojobs_migrations (number, name) VALUES (9999, 'later')")
      .IgnoreError();
  const Finding newer = About(Ask(), "database", "9999");
  EXPECT_EQ(newer.health, Health::kIll);
}

TEST_F(DoctorTest, Examine_DatabaseOfAnOlderProgram_IsLeftAsItIs) {
  OpenStore();
  SqliteShell shell(folder_.DatabasePath());
  ASSERT_TRUE(shell.Run("DELETE FROM videojobs_migrations WHERE number = 2").ok());
  const Finding older = About(Ask(), "database", "lacks migrations");
  EXPECT_EQ(older.health, Health::kWarning);
  EXPECT_THAT(older.mend, HasSubstr("brings it up to date"));
  EXPECT_EQ(shell.Value("SELECT count(*) FROM videojobs_migrations WHERE number = 2"), "0");
}

TEST_F(DoctorTest, Examine_MockMode_RefusesWhatTheServerRefuses) {
  const std::string file = (folder_.path() / "prices.json").string();
  std::ofstream(file) << "{";
  const std::vector<std::map<std::string, std::string>> wrong = {
      {{"VIDEOJOBS_PRICE_FILE", file}},
      {{"VIDEO_PROVIDER", "vertex"}, {"VEO_MODEL", "omni"}},
      {{"VIDEO_PROVIDER", "vertex"}, {"VIDEOJOBS_VERTEX_PARAMETERS", R"({"sampleCount": 4})"}},
      {{"VIDEO_PROVIDER", "vertex"}, {"GOOGLE_CLOUD_LOCATION", "no/where"}}};
  for (const auto& env : wrong) {
    int ill = 0;
    for (const Finding& finding : Ask(env)) ill += finding.health == Health::kIll;
    EXPECT_EQ(ill, 1) << env.rbegin()->first;
  }
}

TEST_F(DoctorTest, Examine_MockMode_SaysThatNoRealVideoIsMade) {
  EXPECT_EQ(About(Ask(), "switches", "MOCK_MODE=true").health, Health::kWarning);
  EXPECT_EQ(About(Ask({{"VIDEO_GENERATION_ENABLED", "false"}}), "switches", "VIDEO_GENERATION_ENABLED").health,
            Health::kWarning);
}

}  // namespace
}  // namespace videojobs
