// The database refuses illegal moves by itself, whoever makes them.

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "statemachine/clip_machine.h"
#include "statemachine/edges.h"
#include "statemachine/job_machine.h"
#include "tests/store/store_contract.h"

namespace videojobs {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

// The two databases name some columns in their own ways.
bool IsPostgres(StoreUnderTest& store) { return store.QuerySql("SELECT stored_micros FROM video_clips").ok(); }

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

TEST_P(StoreContract, JobEdges_InSql_AreThoseOfTheTable) { EXPECT_EQ(EdgesIn(store(), "video_job_edges"), JobEdges()); }

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
  const std::string length = IsPostgres(store()) ? "stored_micros" : "stored_duration";
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

// One raw statement that breaks one rule, and the words by which each database names that rule. {job} is a processing
// job of escalation "E" whose clip runs and whose start is accepted; {open} one whose start is open.
struct RawStatement {
  const char* name;
  const char* sql;
  const char* postgres;
  const char* sqlite;
};

// A second start for the clip of {open}, with what follows in place of attempt, price, outcome, its time and operation,
// and what is settled.
#define INSERT_START(VALUES)                                                                                           \
  "INSERT INTO video_starts (start_id, mock, job_id, clip, attempt, lease_token, provider, model, intended_at, price," \
  " outcome, outcome_at, operation_name, settled) SELECT 'raw', mock, job_id, clip, 2, lease_token, provider, model,"  \
  " intended_at, " VALUES " FROM video_starts WHERE job_id = '{open}'"

constexpr RawStatement kBrokenRules[] = {
    {"JobStateUnknown",
     "INSERT INTO video_job_edges VALUES ('processing', 'nonsense');"
     "UPDATE video_jobs SET status = 'nonsense' WHERE id = '{job}'",
     "video_jobs_status_known", "status IN ('pending'"},
    {"JobMoveIllegal", "UPDATE video_jobs SET status = 'pending' WHERE id = '{job}'", "no legal move",
     "illegal move of a job"},
    {"JobFinishedTooEarly", "UPDATE video_jobs SET finished_at = created_at WHERE id = '{job}'",
     "video_jobs_finished_has_time", "= (finished_at IS NOT NULL)"},
    {"JobFinishedWithoutTime", "UPDATE video_jobs SET status = 'failed', reason = 'CANCELLED' WHERE id = '{job}'",
     "video_jobs_finished_has_time", "= (finished_at IS NOT NULL)"},
    {"JobReasonWithoutFailure", "UPDATE video_jobs SET reason = 'CANCELLED' WHERE id = '{job}'",
     "video_jobs_failed_has_reason", "(status = 'failed') = (reason <> '')"},
    {"JobFailedWithoutReason", "UPDATE video_jobs SET status = 'failed', finished_at = created_at WHERE id = '{job}'",
     "video_jobs_failed_has_reason", "(status = 'failed') = (reason <> '')"},
    {"JobCompletedWithoutUrl",
     "UPDATE video_jobs SET status = 'completed', finished_at = created_at WHERE id = '{job}'",
     "video_jobs_completed_has_url", "video_jobs_completed_has_url"},
    {"JobUrlTooEarly", "UPDATE video_jobs SET video_url = 'https://x' WHERE id = '{job}'",
     "video_jobs_completed_has_url", "status = 'completed' OR"},
    {"JobPlaceholderTooEarly", "UPDATE video_jobs SET video_is_placeholder = (1 = 1) WHERE id = '{job}'",
     "video_jobs_placeholder_completes", "status = 'completed' OR"},
    {"JobLeaseWithoutEnd", "UPDATE video_jobs SET lease_until = NULL WHERE id = '{job}'", "video_jobs_lease_has_end",
     "(lease_token IS NULL) = (lease_until IS NULL)"},
    {"JobStopUnknown", "UPDATE video_jobs SET stop_requested = 'WHIM' WHERE id = '{job}'", "video_jobs_stop_known",
     "stop_requested IN"},
    {"JobHashShort", "UPDATE video_jobs SET response_sha256 = 'abc' WHERE id = '{job}'", "video_jobs_response_hashed",
     "length(response_sha256) = 64"},
    {"JobHashNoHex", "UPDATE video_jobs SET response_sha256 = 'Z' || substr(response_sha256, 2) WHERE id = '{job}'",
     "video_jobs_response_hashed", "video_jobs_response_hashed"},
    {"JobSecondUnfinished",
     "INSERT INTO video_jobs (id, status, escalation_id, response_text, response_sha256, model, provider, created_at,"
     " updated_at, pending_since) SELECT 'raw', 'pending', escalation_id, response_text, response_sha256, model,"
     " provider, created_at, updated_at, pending_since FROM video_jobs WHERE id = '{job}'",
     "video_jobs_one_unfinished",
     "UNIQUE constraint failed: video_jobs.tenant, video_jobs.mock, video_jobs.escalation"},
    {"JobBornCompleted",
     "INSERT INTO video_jobs (id, status, finished_at, video_url, response_text, response_sha256, model, provider,"
     " created_at, updated_at, pending_since) SELECT 'raw', 'completed', created_at, 'https://x', response_text,"
     " response_sha256, model, provider, created_at, updated_at, pending_since FROM video_jobs WHERE id = '{job}'",
     "no legal move", "a job does not begin in this status"},

    {"ClipStateUnknown",
     "INSERT INTO video_clip_edges VALUES ('running', 'nonsense');"
     "UPDATE video_clips SET state = 'nonsense' WHERE job_id = '{job}'",
     "video_clips_state_known", "state IN ('planned'"},
    {"ClipMoveIllegal", "UPDATE video_clips SET state = 'planned' WHERE job_id = '{job}'", "no legal move",
     "illegal move of a clip"},
    {"ClipReasonWithoutEnd", "UPDATE video_clips SET reason = 'FILTERED' WHERE job_id = '{job}'",
     "video_clips_reason_of_end", "OR reason = ''"},
    {"ClipAcceptedAtNoTime", "UPDATE video_clips SET accepted_at = NULL WHERE job_id = '{job}'",
     "video_clips_accepted_has_operation", "video_clips_accepted_has_operation"},
    {"ClipRunsWithoutOperation",
     "UPDATE video_clips SET operation_name = '', accepted_at = NULL WHERE job_id = '{job}'",
     "video_clips_running_has_operation", "state <> 'running' OR operation_name <> ''"},
    {"ClipStoredNowhere",
     "UPDATE video_clips SET state = 'ready' WHERE job_id = '{job}';"
     "UPDATE video_clips SET state = 'stored' WHERE job_id = '{job}'",
     "video_clips_stored_has_object", "(state = 'stored') = (stored_object IS NOT NULL)"},
    {"ClipStoredInPart",
     "UPDATE video_clips SET state = 'ready' WHERE job_id = '{job}';"
     "UPDATE video_clips SET state = 'stored', stored_object = 'o' WHERE job_id = '{job}'",
     "video_clips_stored_whole", "(stored_object IS NULL) = (stored_bytes IS NULL)"},
    {"ClipStoredHashNoHex",
     "UPDATE video_clips SET state = 'ready' WHERE job_id = '{job}';"
     "UPDATE video_clips SET state = 'stored', stored_object = 'o', stored_bytes = 1, {length} = 1, stored_sha256 ="
     " (SELECT 'Z' || substr(response_sha256, 2) FROM video_jobs WHERE id = job_id) WHERE job_id = '{job}'",
     "video_clips_stored_hashed", "video_clips_stored_hashed"},
    {"ClipAttemptsNegative", "UPDATE video_clips SET attempts = -1 WHERE job_id = '{job}'", "video_clips_counts",
     "attempts >= 0"},
    {"ClipPollsNegative", "UPDATE video_clips SET polls = -1 WHERE job_id = '{job}'", "video_clips_counts",
     "polls >= 0"},
    {"ClipTroublesNegative", "UPDATE video_clips SET troubles = -1 WHERE job_id = '{job}'", "video_clips_counts",
     "troubles >= 0"},
    {"ClipIndexNegative",
     "INSERT INTO video_clips (job_id, clip, state, prompt, duration_seconds, object_stem) VALUES"
     " ('{job}', -1, 'planned', 'a scene', 6, 'stem')",
     "video_clips_counts", "clip >= 0"},
    {"ClipBornStored",
     "INSERT INTO video_clips (job_id, clip, state, prompt, duration_seconds, object_stem) VALUES"
     " ('{job}', 1, 'stored', 'a scene', 6, 'stem')",
     "no legal move", "a clip does not begin in this state"},

    {"StartOutcomeUnknown",
     "UPDATE video_starts SET outcome = 'nonsense', outcome_at = intended_at WHERE job_id = '{open}'",
     "video_starts_outcome_known", "outcome IN ('open'"},
    {"StartOutcomeAtNoTime", "UPDATE video_starts SET outcome = 'refused' WHERE job_id = '{open}'",
     "video_starts_outcome_has_time", "(outcome = 'open') = (outcome_at IS NULL)"},
    {"StartOpenAtSomeTime", "UPDATE video_starts SET outcome_at = intended_at WHERE job_id = '{open}'",
     "video_starts_outcome_has_time", "(outcome = 'open') = (outcome_at IS NULL)"},
    {"StartAcceptedWithoutOperation",
     "UPDATE video_starts SET outcome = 'accepted', outcome_at = intended_at WHERE job_id = '{open}'",
     "video_starts_accepted_has_operation", "(outcome = 'accepted') = (operation_name <> '')"},
    {"StartRefusedWithOperation",
     "UPDATE video_starts SET outcome = 'refused', outcome_at = intended_at, operation_name = 'o'"
     " WHERE job_id = '{open}'",
     "video_starts_accepted_has_operation", "(outcome = 'accepted') = (operation_name <> '')"},
    {"StartSettledBelowNothing", "UPDATE video_starts SET settled = -1 WHERE job_id = '{job}'",
     "video_starts_money_not_negative", "settled >= 0"},
    {"StartPriceBelowNothing", INSERT_START("-1, 'open', NULL, '', NULL"), "video_starts_money_not_negative",
     "price >= 0"},
    {"StartSecondOpen", INSERT_START("price, 'open', NULL, '', NULL"), "video_starts_one_open",
     "UNIQUE constraint failed: video_starts.job_id, video_starts.clip"},
    {"StartBornAccepted", INSERT_START("price, 'accepted', intended_at, 'o', NULL"), "recorded before its outcome",
     "recorded before its outcome"},
    {"StartBornRefused", INSERT_START("price, 'refused', intended_at, '', NULL"), "recorded before its outcome",
     "recorded before its outcome"},
    {"StartBornSettled", INSERT_START("price, 'open', NULL, '', 0"), "recorded before its outcome",
     "recorded before its outcome"},
    {"StartAttemptNone",
     "INSERT INTO video_starts (start_id, mock, job_id, clip, attempt, lease_token, provider, model, intended_at,"
     " price) SELECT 'raw', mock, job_id, clip, 0, lease_token, provider, model, intended_at, price FROM video_starts"
     " WHERE job_id = '{job}'",
     "video_starts_attempt_counts", "attempt >= 1"},
    {"StartIntentChanged", "UPDATE video_starts SET price = 0 WHERE job_id = '{job}'", "the intent of a start",
     "what a start intended"},
    {"StartAnswerUnsaid", "UPDATE video_starts SET outcome = 'unknown', operation_name = '' WHERE job_id = '{job}'",
     "cannot become", "only an open or unknown outcome"},
    {"StartOperationChanged", "UPDATE video_starts SET operation_name = 'other' WHERE job_id = '{job}'",
     "operation of an accepted start", "only an open or unknown outcome"},
    {"StartStatusChanged", "UPDATE video_starts SET http_status = 418 WHERE job_id = '{job}'", "the answer to a start",
     "only an open or unknown outcome"},
    {"StartTimeChanged", "UPDATE video_starts SET outcome_at = NULL WHERE job_id = '{job}'", "the answer to a start",
     "only an open or unknown outcome"},
    {"StartDetailChanged", "UPDATE video_starts SET detail = 'other words' WHERE job_id = '{job}'",
     "the answer to a start", "the answer to a start"},
    {"StartDeleted", "DELETE FROM video_starts WHERE job_id = '{job}'", "is append-only", "a start is never deleted"},

    {"EventChanged", "UPDATE video_job_events SET event = 'delivered' WHERE job_id = '{job}'", "is append-only",
     "events are only appended"},
    {"EventDeleted", "DELETE FROM video_job_events WHERE job_id = '{job}'", "is append-only",
     "events are only appended"},
    {"EventBeforeTheFirst",
     "INSERT INTO video_job_events (job_id, seq, at, event, from_state, to_state)"
     " SELECT id, 0, created_at, 'e', '', '' FROM video_jobs WHERE id = '{job}'",
     "video_job_events_seq_counts", "seq >= 1"},

    {"LaneNeverClosed", "UPDATE video_lanes SET closures = 0", "video_lanes_closed_once", "closures >= 1"},
    {"LaneReasonUnknown", "UPDATE video_lanes SET reason = 'WHIM'", "video_lanes_reason_known", "reason IN ('QUOTA'"},
    {"LaneCheckWithoutEnd", "UPDATE video_lanes SET check_token = 'mine'", "video_lanes_check_has_end",
     "video_lanes_check_has_end"},

    {"RequestWithoutAName", "UPDATE video_requests SET request_id = ''", "video_requests_named", "request_id <> ''"},
};
#undef INSERT_START

// A check that is added must be shown to refuse something.
void ExpectAllIn(absl::Span<const RawStatement> rules, StoreUnderTest& store) {
  const auto checks = store.QuerySql(
      "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid::regclass::text LIKE 'video\\_%'");
  ASSERT_TRUE(checks.ok()) << checks.status();
  ASSERT_FALSE(checks->empty());
  for (const auto& check : *checks) {
    const auto refuses = [&check](const RawStatement& rule) { return check[0] == rule.postgres; };
    EXPECT_TRUE(std::any_of(rules.begin(), rules.end(), refuses)) << check[0];
  }
}

TEST_P(StoreContract, RawStatement_ThatBreaksARule_IsRefusedByThatRule) {
  const bool is_postgres = IsPostgres(store());
  const std::string job = Running().job.id;
  const ClaimedJob planned = Planned();
  Intended(planned);
  const std::string open_job = planned.job.id;
  ASSERT_TRUE(
      store().ExecuteSql(absl::StrCat("UPDATE video_jobs SET escalation_id = 'E' WHERE id = '", job, "'")).ok());
  ASSERT_TRUE(lanes().Close({"gemini", "veo"}, LaneReason::kQuota, "", {.duration = absl::Minutes(1)}).ok());
  ASSERT_TRUE(intake().Create({"asked", "print", {Asked()}}).ok());
  for (const RawStatement& broken : kBrokenRules) {
    SCOPED_TRACE(broken.name);
    const std::string sql = absl::StrReplaceAll(
        broken.sql,
        {{"{job}", job}, {"{open}", open_job}, {"{length}", is_postgres ? "stored_micros" : "stored_duration"}});
    // All of it or nothing: Postgres runs several statements in one transaction, SQLite wants to be told.
    const absl::Status refused = store().ExecuteSql(is_postgres ? sql : absl::StrCat("BEGIN;", sql, ";COMMIT"));
    EXPECT_THAT(std::string(refused.message()), HasSubstr(is_postgres ? broken.postgres : broken.sqlite));
  }
  // SQLite keeps no list of its checks; their names in Postgres stand for both.
  if (is_postgres) ExpectAllIn(kBrokenRules, store());
}

TEST_P(StoreContract, Evidence_Emptied_IsRefusedByTheDatabase) {
  Running();
  for (const char* table : {"video_starts", "video_job_events"}) {
    EXPECT_THAT(std::string(store().ExecuteSql(absl::StrCat("DELETE FROM ", table)).message()),
                AnyOf(HasSubstr("append"), HasSubstr("never deleted"), HasSubstr("permission denied")));
  }
  // What SQLite has no statement for.
  const std::vector<const char*> at_once = {"video_starts", "video_job_events", "video_clips CASCADE",
                                            "video_jobs CASCADE"};
  for (const char* table : IsPostgres(store()) ? at_once : std::vector<const char*>()) {
    const absl::Status refused = store().ExecuteSql(absl::StrCat("TRUNCATE ", table));
    EXPECT_THAT(std::string(refused.message()), AnyOf(HasSubstr("is append-only"), HasSubstr("permission denied")));
    // A role with all rights is refused as well.
    EXPECT_FALSE(store().ExecuteSql(absl::StrCat("RESET ROLE; TRUNCATE ", table)).ok());
  }
}

}  // namespace
}  // namespace videojobs
