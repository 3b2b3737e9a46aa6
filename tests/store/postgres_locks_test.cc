// Rows that somebody else has locked for as long as they like: nothing of ours waits for them, or not for long. And the
// app's one wish, read by two replicas.

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "adapters/refusal.h"
#include "gmock/gmock.h"
#include "server/engine/cancelling.h"
#include "server/engine/retrying.h"
#include "tests/store/postgres_database.h"

namespace videojobs {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kHeldRow[] = "10000000-0000-4000-8000-000000000001";
constexpr char kFreeRow[] = "10000000-0000-4000-8000-000000000002";
constexpr char kWaiting[] = "SELECT count(*) FROM pg_locks WHERE NOT granted";

// Another program, which holds what a statement locks until it goes or is told to end.
class Holder {
 public:
  Holder(const PostgresDatabase& database, const std::string& sql)
      : connection_(database.Url()), work_(std::make_unique<pqxx::work>(connection_)) {
    work_->exec(sql);
  }
  void Commit() { std::exchange(work_, nullptr)->commit(); }
  void LetGo() { work_.reset(); }

 private:
  pqxx::connection connection_;
  std::unique_ptr<pqxx::work> work_;
};

class PostgresLocks : public ::testing::Test {
 protected:
  void Sql(const std::string& sql) { ASSERT_EQ(database_.Execute(sql), absl::OkStatus()); }

  void Answered(const std::string& id) {
    Sql(absl::StrCat("INSERT INTO escalations (id, query, response) VALUES ('", id, "', 'why?', 'the answer')"));
  }
  std::string Shown(const std::string& id = kHeldRow) {
    return database_.Value(absl::StrCat("SELECT video_generation_status FROM escalations WHERE id = '", id, "'"));
  }
  void AppSetsPending() { Sql("UPDATE escalations SET video_generation_status = 'pending'"); }

  NewJob JobFor(const std::string& id) {
    NewJob n;
    n.job.id = absl::StrCat("20000000-0000-7000-8000-00000000000", ++jobs_);
    n.job.escalation_id = id;
    n.job.state = JobState::kPending;
    n.job.response_text = "the answer";
    n.job.options.model = "veo";
    n.job.provider = "gemini";
    return n;
  }
  std::string Adopted(const std::string& id = kHeldRow) {
    Answered(id);
    const NewJob n = JobFor(id);
    EXPECT_EQ(*store_->intake().Adopt({n}), 1);
    return n.job.id;
  }
  // The job fails over its start "start-1", whose answer was lost; it is still held.
  void LoseItsStart(const Lease& lease) {
    ASSERT_EQ(store_->work().WriteStoryboardIfHeld(lease, {{{"a scene", 6}, "stem"}}), absl::OkStatus());
    StartIntent intent;
    intent.start_id = "start-1";
    intent.lease = lease;
    intent.provider = "gemini";
    intent.model = "veo";
    ASSERT_EQ(store_->ledger().RecordIntent(intent)->answer, IntentAnswer::kRecorded);
    ASSERT_EQ(store_->ledger().RecordOutcome("start-1", StartOutcome()), absl::OkStatus());
    ASSERT_EQ(store_->work().MoveIfHeld(lease, kGivesUp), absl::OkStatus());
  }
  Lease Claim() { return store_->work().Claim(1, "token", absl::Hours(1))->at(0).lease; }
  void Fail() {
    const Lease lease = Claim();
    ASSERT_EQ(store_->work().MoveIfHeld(lease, kFails), absl::OkStatus());
    ASSERT_EQ(store_->work().Release({{lease, std::nullopt, {}}}), absl::OkStatus());
  }
  int Keep() { return store_->intake().KeepMirrors()->mirrors_restored; }

  // Whether it comes back while `holder` holds on. Where it waits, the holder lets go so that the test ends.
  static bool Passes(Holder& holder, const std::function<void()>& call) {
    auto called = std::async(std::launch::async, call);
    const bool passed = called.wait_for(std::chrono::seconds(20)) == std::future_status::ready;
    if (!passed) holder.LetGo();
    called.wait();
    return passed;
  }

  const Moves kFails{
      {}, MoveOf(JobState::kPending, JobEvent::kStartDeadlinePassed, JobState::kFailed, FailureReason::kDeadline)};
  const Moves kGivesUp{
      {}, MoveOf(JobState::kPending, JobEvent::kStartsExhausted, JobState::kFailed, FailureReason::kStartUnknown)};
  PostgresDatabase database_{DatabaseKind::kWebAppMigrated};
  std::unique_ptr<PostgresStore> store_ = database_.Open();
  std::unique_ptr<PostgresStore> replica_ = database_.Open();
  int jobs_ = 0;
};

TEST_F(PostgresLocks, Renew_OneJobsRowLocked_ExtendsTheOthersAndSaysWhichItSkipped) {
  Adopted(kHeldRow);
  Adopted(kFreeRow);
  const auto claimed = *store_->work().Claim(2, "token", absl::Seconds(30));
  ASSERT_THAT(claimed, SizeIs(2));
  const std::string locked = claimed[0].lease.job_id, free = claimed[1].lease.job_id;
  Holder holder(database_, absl::StrCat("SELECT FROM video_jobs WHERE id = '", locked, "' FOR UPDATE"));
  Renewal renewal;
  const auto renew = [&] {
    renewal = *store_->work().Renew({claimed[0].lease, claimed[1].lease, {free, "lost"}}, absl::Hours(1));
  };
  ASSERT_TRUE(Passes(holder, renew));
  ASSERT_THAT(renewal.skipped, SizeIs(1));
  EXPECT_EQ(renewal.skipped[0].job_id, locked);
  ASSERT_THAT(renewal.lost, SizeIs(1));
  EXPECT_EQ(renewal.lost[0].token, "lost");
  const std::string lasts = "SELECT lease_until > clock_timestamp() + interval '1 minute' FROM video_jobs WHERE id = '";
  EXPECT_EQ(database_.Value(absl::StrCat(lasts, free, "'")), "t");
  EXPECT_EQ(database_.Value(absl::StrCat(lasts, locked, "'")), "f");
  holder.LetGo();
  renew();
  EXPECT_THAT(renewal.skipped, IsEmpty());
  EXPECT_EQ(database_.Value(absl::StrCat(lasts, locked, "'")), "t");
}

TEST_F(PostgresLocks, Renew_WhileAllOtherConnectionsWait_IsNotHeldUp) {
  PostgresStore::Options options;
  options.max_connections = 1;
  const auto store = database_.Open(options);
  Adopted();
  const Lease lease = store->work().Claim(1, "token", absl::Minutes(1))->at(0).lease;
  Holder holder(database_, "LOCK TABLE video_job_events");
  auto moving = std::async(std::launch::async, [&] { return store->work().MoveIfHeld(lease, kFails); });
  while (database_.Value(kWaiting) == "0") {
  }
  // The move has the job's row as well; that is the other test.
  EXPECT_TRUE(Passes(holder, [&] { EXPECT_TRUE(store->work().Renew({lease}, absl::Hours(1)).ok()); }));
  holder.LetGo();
  EXPECT_EQ(moving.get(), absl::OkStatus());
}

// A console that was left open on a job's row must not stop all work of whoever holds that job.
TEST_F(PostgresLocks, HeldJobsRowIsLocked_NothingWaitsWithoutEndAndTheOthersGoOn) {
  Adopted(kHeldRow);
  Adopted(kFreeRow);
  const auto claimed = *store_->work().Claim(2, "token", absl::Hours(1));
  ASSERT_THAT(claimed, SizeIs(2));
  const Lease locked = claimed[0].lease, free = claimed[1].lease;
  Holder console(database_, absl::StrCat("SELECT FROM video_jobs WHERE id = '", locked.job_id, "' FOR UPDATE"));
  absl::Status released, moved, changed;
  ASSERT_TRUE(Passes(console, [&] {
    released = store_->work().Release({{locked, absl::Hours(1), {}}, {free, absl::Hours(1), {}}});
  }));
  ASSERT_TRUE(Passes(console, [&] { moved = store_->work().MoveIfHeld(locked, kFails); }));
  ASSERT_TRUE(Passes(console, [&] {
    changed = store_->changes().Change(locked.job_id, [](const JobAtHand&) { return JobChange(); }).status();
  }));
  EXPECT_TRUE(absl::IsAborted(released)) << released;
  EXPECT_TRUE(absl::IsAborted(moved)) << moved;
  EXPECT_TRUE(absl::IsAborted(changed)) << changed;
  EXPECT_EQ(store_->work().Release({{free, absl::ZeroDuration(), {}}}), absl::OkStatus());
  EXPECT_THAT(*store_->work().Claim(2, "next", absl::Hours(1)), SizeIs(1));
}

TEST_F(PostgresLocks, Release_WaitsForAnOutcomeUnderWay_KeepsTheJobDueForTheClipThatRuns) {
  const std::string id = Adopted();
  const Lease lease = Claim();
  LoseItsStart(lease);

  // The start is found by another replica, which has the job's row and not yet committed, as its holder lets it go.
  StartOutcome found;
  found.kind = OutcomeKind::kAccepted;
  found.operation_name = "operations/found";
  Holder holder(database_, "LOCK TABLE video_job_events");
  auto healing = std::async(std::launch::async, [&] { return replica_->ledger().RecordOutcome("start-1", found); });
  while (database_.Value(kWaiting) != "1") {
  }
  auto releasing = std::async(std::launch::async, [&] { return store_->work().Release({{lease, std::nullopt, {}}}); });
  while (database_.Value(kWaiting) != "2") {
  }
  holder.LetGo();
  EXPECT_EQ(healing.get(), absl::OkStatus());
  EXPECT_EQ(releasing.get(), absl::OkStatus());
  EXPECT_EQ(database_.Value(absl::StrCat("SELECT state FROM video_clips WHERE job_id = '", id, "'")), "running");
  EXPECT_EQ(*store_->work().CountDue(), 1);
}

TEST_F(PostgresLocks, Move_TheAppHoldsItsRow_GoesThroughAndIsShownLater) {
  Adopted();
  const Lease lease = Claim();
  Holder app(database_, "UPDATE escalations SET query = 'why, again?'");
  ASSERT_TRUE(Passes(app, [&] { EXPECT_EQ(store_->work().MoveIfHeld(lease, kFails), absl::OkStatus()); }));
  ASSERT_TRUE(Passes(app, [&] { EXPECT_EQ(Keep(), 0); }));
  app.Commit();
  EXPECT_EQ(Shown(), "pending");
  EXPECT_THAT(*store_->intake().FindAskedAgain(10), IsEmpty()) << "nobody was ever shown that it failed";
  EXPECT_EQ(Keep(), 1);
  EXPECT_EQ(Shown(), "failed");
}

TEST_F(PostgresLocks, Retry_TheAppHoldsItsRow_DoesNotTurnIntoASecondWish) {
  const std::string id = Adopted();
  Fail();
  AppSetsPending();
  {
    Holder app(database_, "SELECT FROM escalations FOR UPDATE");
    ASSERT_TRUE(Passes(app, [&] { EXPECT_TRUE(Retrying(store_->changes(), true, [] {}).RetryAsAskedByApp(id).ok()); }));
    ASSERT_TRUE(Passes(app, [&] { Fail(); }));
  }
  EXPECT_EQ(Shown(), "pending") << "the app's word of before, which was granted";
  EXPECT_THAT(*store_->intake().FindAskedAgain(10), IsEmpty());
  EXPECT_EQ(Keep(), 1);
  EXPECT_EQ(Shown(), "failed");
}

TEST_F(PostgresLocks, Adopt_TheAppHoldsOneOfTheRows_TakesTheOthersNow) {
  Answered(kHeldRow);
  Answered(kFreeRow);
  Holder app(database_, absl::StrCat("SELECT FROM escalations WHERE id = '", kHeldRow, "' FOR UPDATE"));
  int adopted = 0;
  ASSERT_TRUE(Passes(app, [&] {
    adopted = store_->intake().Adopt({JobFor(kHeldRow), JobFor(kFreeRow)}).value_or(-1);
  }));
  EXPECT_EQ(adopted, 1);
  app.LetGo();
  EXPECT_EQ(*store_->intake().Adopt({JobFor(kHeldRow), JobFor(kFreeRow)}), 1);
}

TEST_F(PostgresLocks, Create_WaitingForARowThatTheAppHolds_HoldsUpNobodyElse) {
  Answered(kHeldRow);
  Answered(kFreeRow);
  Holder app(database_, absl::StrCat("SELECT FROM escalations WHERE id = '", kHeldRow, "' FOR UPDATE"));
  auto waiting = std::async(std::launch::async, [&] { return store_->intake().Create({"", "", {JobFor(kHeldRow)}}); });
  while (database_.Value(kWaiting) == "0") {
  }
  // It has the intake's lock, shared; adoption wants it alone, and others stand in line behind that.
  const NewJob adopted = JobFor(kFreeRow), unrelated = JobFor("");
  auto adopting = std::async(std::launch::async, [&] { return replica_->intake().Adopt({adopted}).status(); });
  EXPECT_TRUE(Passes(app, [&] { EXPECT_TRUE(replica_->intake().Create({"", "", {unrelated}}).ok()); }));
  EXPECT_TRUE(Passes(app, [&] { adopting.wait(); }));
  app.LetGo();
  waiting.wait();
}

TEST_F(PostgresLocks, Create_WaitedWhileAnothersJobEndedInDoubt_LooksAnew) {
  Answered(kHeldRow);
  Holder rival(database_,
               "INSERT INTO video_requests (mock, request_id, fingerprint, job_ids)"
               " VALUES (false, 'asked', '', '{}')");
  const NewJob late = JobFor(kHeldRow), quick = JobFor(kHeldRow);
  auto waiting = std::async(std::launch::async, [&] { return store_->intake().Create({"asked", "", {late}}); });
  while (database_.Value(kWaiting) == "0") {
  }
  ASSERT_THAT(replica_->intake().Create({"", "", {quick}})->jobs, SizeIs(1));
  LoseItsStart(Claim());
  rival.LetGo();
  const auto created = waiting.get();
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_THAT(created->jobs, IsEmpty());
  ASSERT_THAT(created->conflicts, SizeIs(1));
  EXPECT_EQ(created->conflicts[0].job_id, quick.job.id);
}

// A caller's CreateJobs with regenerate, at the index that lets an escalation have one unfinished job.
TEST_F(PostgresLocks, Retry_WaitedForAnothersNewerJob_LooksAnewAndNamesIt) {
  const std::string id = Adopted();
  Fail();
  Holder rival(database_,
               absl::StrCat("INSERT INTO video_jobs (id, status, escalation_id, response_text, response_sha256, model,"
                            " provider, created_at, updated_at, pending_since) SELECT 'newer', 'pending',"
                            " escalation_id, response_text, response_sha256, model, provider, clock_timestamp(),"
                            " clock_timestamp(), clock_timestamp() FROM video_jobs WHERE id = '",
                            id, "'"));
  auto retrying =
      std::async(std::launch::async, [&] { return Retrying(store_->changes(), true, [] {}).Retry(id, {}).status(); });
  while (database_.Value(kWaiting) == "0") {
  }
  rival.Commit();
  const Refusal refusal = RefusalOf(retrying.get());
  EXPECT_EQ(refusal.reason, "NEWER_JOB");
  EXPECT_THAT(refusal.metadata, ElementsAre(::testing::Pair("job_id", "newer")));
}

TEST_F(PostgresLocks, AskedAgain_ReadByTwoReplicas_IsGrantedOnce) {
  const std::string id = Adopted();
  Retrying first(store_->changes(), true, [] {}), second(replica_->changes(), true, [] {});
  for (const bool cancelled : {false, true}) {
    EXPECT_EQ(first.Retry(id, {}).ok(), cancelled) << "the second time round it has failed already";
    Fail();
    AppSetsPending();
    ASSERT_THAT(*store_->intake().FindAskedAgain(10), ElementsAre(id));
    ASSERT_THAT(*replica_->intake().FindAskedAgain(10), ElementsAre(id));
    ASSERT_TRUE(first.RetryAsAskedByApp(id).ok());
    if (cancelled) {
      ASSERT_TRUE(Cancelling(store_->changes(), [] {}).Cancel(id).ok());
    } else {
      Fail();
    }
    EXPECT_EQ(RefusalOf(second.RetryAsAskedByApp(id).status()).reason, "NOT_ASKED_AGAIN");
    EXPECT_EQ(Shown(), "failed");
  }
  AppSetsPending();
  EXPECT_TRUE(second.RetryAsAskedByApp(id).ok()) << "a new wish";
}

TEST_F(PostgresLocks, ShowAsTheyAre_TheAppWroteAnotherAnswerMeanwhile_LeavesItsWish) {
  const std::string id = Adopted();
  Fail();
  AppSetsPending();
  ASSERT_THAT(*store_->intake().FindAskedAgain(10), ElementsAre(id));
  Sql("UPDATE escalations SET response = 'a better answer'");
  ASSERT_EQ(store_->intake().ShowAsTheyAre({id}), absl::OkStatus());
  EXPECT_EQ(Shown(), "pending");
  EXPECT_THAT(*store_->intake().FindAdoptable(AdoptPolicy::kNew, 10), SizeIs(1));
  Sql("UPDATE escalations SET response = 'the answer'");
  ASSERT_EQ(store_->intake().ShowAsTheyAre({id}), absl::OkStatus());
  EXPECT_EQ(Shown(), "failed");
}

// A machine that died in the middle of an intent leaves the lock on spending behind, until its database gives it up.
TEST_F(PostgresLocks, Intent_SpendingIsLocked_GivesUpAndRecordsNothing) {
  Adopted();
  const Lease lease = store_->work().Claim(1, "token", absl::Minutes(5))->at(0).lease;
  ASSERT_EQ(store_->work().WriteStoryboardIfHeld(lease, {{{"a scene", 6}, "stem"}}), absl::OkStatus());
  StartIntent intent;
  intent.lease = lease;
  intent.start_id = "start-1";
  intent.provider = "gemini";
  intent.model = "veo";
  Holder dead(database_, "SELECT FROM video_spending FOR UPDATE");
  EXPECT_TRUE(absl::IsAborted(store_->ledger().RecordIntent(intent).status()));
  dead.LetGo();
  EXPECT_EQ(store_->ledger().RecordIntent(intent)->answer, IntentAnswer::kRecorded);
}

}  // namespace
}  // namespace videojobs
