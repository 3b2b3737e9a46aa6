// The database refuses illegal moves by itself, whoever makes them.

#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "statemachine/clip_machine.h"
#include "statemachine/edges.h"
#include "statemachine/job_machine.h"
#include "tests/store/store_contract.h"

namespace videojobs {
namespace {

Edges EdgesIn(StoreUnderTest& store, const std::string& table) {
  const auto rows = store.QuerySql(absl::StrCat("SELECT from_state, to_state FROM ", table));
  EXPECT_TRUE(rows.ok()) << rows.status();
  Edges edges;
  for (const auto& row : *rows) edges.emplace(row[0], row[1]);
  return edges;
}

// A raw UPDATE to `status` that is well-formed otherwise.
std::string UpdateTo(const std::string& status) {
  const bool finished = status == "completed" || status == "failed";
  return absl::StrCat("UPDATE video_jobs SET status = '", status, "', finished_at = ", finished ? "created_at" : "NULL",
                      ", reason = '", status == "failed" ? "CANCELLED" : "", "', video_url = '",
                      status == "completed" ? "https://x" : "", "'");
}

TEST_P(StoreContract, JobEdges_InSql_AreThoseOfTheTable) {
  EXPECT_EQ(EdgesIn(store(), "video_job_edges"), JobEdges());
}

TEST_P(StoreContract, ClipEdges_InSql_AreThoseOfTheTable) {
  EXPECT_EQ(EdgesIn(store(), "video_clip_edges"), ClipEdges());
}

TEST_P(StoreContract, JobUpdate_EveryPairOfStates_IsAllowedOnlyOverAnEdge) {
  const Edges legal = JobEdges();
  // Ways along legal edges to each state, from pending.
  const std::pair<std::string, std::vector<std::string>> ways[] = {{"pending", {}},
                                                                   {"processing", {"processing"}},
                                                                   {"completed", {"processing", "completed"}},
                                                                   {"failed", {"failed"}}};
  for (const auto& [from, way] : ways) {
    for (const JobState to_state : kJobStates) {
      const std::string to(Name(to_state));
      if (to == from || to.empty()) continue;
      const std::string id = Create(Asked()).id;
      const std::string where = absl::StrCat(" WHERE id = '", id, "'");
      for (const std::string& step : way) ASSERT_TRUE(store().ExecuteSql(UpdateTo(step) + where).ok());
      EXPECT_EQ(store().ExecuteSql(UpdateTo(to) + where).ok(), legal.count({from, to}) == 1) << from << " to " << to;
    }
  }
}

// A raw UPDATE of a clip to `state` that is well-formed otherwise.
std::string ClipTo(const std::string& state, const std::string& length_column) {
  const std::string object = state == "stored" ? "'object'" : "NULL";
  const std::string hash = state == "stored" ? absl::StrCat("'", std::string(64, 'a'), "'") : "NULL";
  const std::string number = state == "stored" ? "1" : "NULL";
  return absl::StrCat("UPDATE video_clips SET state = '", state,
                      "', operation_name = 'o', accepted_at = (SELECT created_at FROM video_jobs WHERE id = job_id),"
                      " reason = '', stored_object = ",
                      object, ", stored_bytes = ", number, ", stored_sha256 = ", hash, ", ", length_column, " = ",
                      number);
}

TEST_P(StoreContract, ClipUpdate_EveryPairOfStates_IsAllowedOnlyOverAnEdge) {
  const Edges legal = ClipEdges();
  // The two databases name this column in their own ways.
  const bool micros = store().QuerySql("SELECT stored_micros FROM video_clips").ok();
  const std::string length = micros ? "stored_micros" : "stored_duration";
  const std::pair<std::string, std::vector<std::string>> ways[] = {
      {"planned", {}},
      {"starting", {"starting"}},
      {"running", {"starting", "running"}},
      {"unknown", {"starting", "unknown"}},
      {"refused", {"starting", "refused"}},
      {"ready", {"starting", "running", "ready"}},
      {"stored", {"starting", "running", "ready", "stored"}},
      {"failed", {"failed"}}};
  for (const auto& [from, way] : ways) {
    for (const ClipState to_state : kClipStates) {
      const std::string to(Name(to_state));
      if (to == from || to.empty()) continue;
      const ClaimedJob claimed = Planned();
      const std::string where = absl::StrCat(" WHERE job_id = '", claimed.job.id, "'");
      for (const std::string& step : way) ASSERT_TRUE(store().ExecuteSql(ClipTo(step, length) + where).ok()) << step;
      EXPECT_EQ(store().ExecuteSql(ClipTo(to, length) + where).ok(), legal.count({from, to}) == 1)
          << from << " to " << to;
    }
  }
  EXPECT_FALSE(store().ExecuteSql("UPDATE video_clips SET state = 'nonsense'").ok());
}

TEST_P(StoreContract, ClipInsert_EveryState_IsAllowedOnlyOverAnEdge) {
  const Edges legal = ClipEdges();
  const std::string job = Create(Asked()).id;
  int clip = 0;
  for (const ClipState state : kClipStates) {
    if (state == ClipState::kNone) continue;
    const bool inserted = store()
                              .ExecuteSql(absl::StrCat(
                                  "INSERT INTO video_clips (job_id, clip, state, prompt, duration_seconds, object_stem,"
                                  " operation_name, accepted_at) "
                                  "VALUES ('",
                                  job, "', ", clip++, ", '", std::string(Name(state)), "', 'a scene', 6, 'stem', 'o', ",
                                  "(SELECT min(created_at) FROM video_jobs))"))
                              .ok();
    EXPECT_EQ(inserted, legal.count({"", std::string(Name(state))}) == 1) << Name(state);
  }
}

TEST_P(StoreContract, Settlement_Changed_IsRefusedByTheDatabase) {
  const ClaimedJob claimed = Planned();
  ASSERT_EQ(ledger().RecordOutcome(Intended(claimed), Accepted()), absl::OkStatus());
  ASSERT_TRUE(store().ExecuteSql("UPDATE video_starts SET settled = 5").ok());
  EXPECT_FALSE(store().ExecuteSql("UPDATE video_starts SET settled = 6").ok());
  EXPECT_FALSE(store().ExecuteSql("UPDATE video_starts SET settled = NULL").ok());
}

TEST_P(StoreContract, JobInsert_AsCompleted_IsRefused) {
  Create(Asked());
  const std::string insert =
      "INSERT INTO video_jobs (id, status, finished_at, video_url, response_text, response_sha256, model, provider,"
      " created_at, updated_at, pending_since) SELECT 'raw', ";
  const std::string rest =
      ", response_text, response_sha256, model, provider, created_at, updated_at, pending_since FROM video_jobs";
  EXPECT_FALSE(store().ExecuteSql(absl::StrCat(insert, "'completed', created_at, 'https://x'", rest)).ok());
  EXPECT_TRUE(store().ExecuteSql(absl::StrCat(insert, "'pending', NULL, ''", rest)).ok());
}

TEST_P(StoreContract, JobUpdate_FinishedWithoutItsTime_IsRefused) {
  Create(Asked());
  EXPECT_FALSE(store().ExecuteSql("UPDATE video_jobs SET status = 'failed', reason = 'CANCELLED'").ok());
  EXPECT_FALSE(store().ExecuteSql("UPDATE video_jobs SET finished_at = created_at").ok());
  EXPECT_FALSE(store().ExecuteSql("UPDATE video_jobs SET status = 'failed', finished_at = created_at").ok());
}

TEST_P(StoreContract, Events_ChangedOrDeleted_AreRefusedByTheDatabase) {
  Create(Asked());
  EXPECT_FALSE(store().ExecuteSql("UPDATE video_job_events SET event = 'delivered'").ok());
  EXPECT_FALSE(store().ExecuteSql("DELETE FROM video_job_events").ok());
}

}  // namespace
}  // namespace videojobs
