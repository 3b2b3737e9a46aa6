// The web app's table beside our own: what the app may do to its rows, and what follows. Rows are written by SQL, as
// the app writes them.

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "server/engine/cancelling.h"
#include "server/engine/retrying.h"
#include "tests/store/postgres_database.h"

namespace videojobs {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kRow[] = "10000000-0000-4000-8000-000000000001";
constexpr char kOtherRow[] = "10000000-0000-4000-8000-000000000002";

class PostgresEscalations : public ::testing::Test {
 protected:
  void Sql(const std::string& sql) {
    const auto status = database_.Execute(sql);
    ASSERT_TRUE(status.ok()) << status;
  }

  void Answered(const std::string& id, const std::string& response = "the answer") {
    Sql(absl::StrCat("INSERT INTO escalations (id, query, response) VALUES ('", id, "', 'why?', '", response, "')"));
  }

  // What the app reads: status, operation, URL, whether there is a time.
  std::vector<std::string> Shown(const std::string& id = kRow) {
    return database_
        .Query(absl::StrCat("SELECT video_generation_status, video_job_id, video_url, video_generated_at IS NOT NULL"
                            " FROM escalations WHERE id = '",
                            id, "'"))
        ->at(0);
  }

  std::vector<std::string> Adoptable(AdoptPolicy policy = AdoptPolicy::kNew) {
    const auto found = store_->intake().FindAdoptable(policy, 100);
    EXPECT_TRUE(found.ok()) << found.status();
    std::vector<std::string> ids;
    for (const Escalation& escalation : *found) ids.push_back(escalation.id);
    return ids;
  }

  NewJob JobFor(const std::string& id, const std::string& response = "the answer") {
    NewJob n;
    n.job.id = absl::StrCat("20000000-0000-7000-8000-00000000000", ++jobs_);
    n.job.escalation_id = id;
    n.job.state = JobState::kPending;
    n.job.response_text = response;
    n.job.options.model = "veo";
    n.job.provider = "gemini";
    return n;
  }

  NewJob RunningJobFor(const std::string& id, const std::string& operation) {
    NewJob n = JobFor(id);
    n.job.state = JobState::kProcessing;
    n.job.clips.emplace_back();
    n.job.clips[0].state = ClipState::kRunning;
    n.job.clips[0].operation_name = operation;
    return n;
  }

  NewJob LostJobFor(const std::string& id) {
    NewJob n = JobFor(id);
    n.job.state = JobState::kFailed;
    n.job.reason = FailureReason::kStartUnknown;
    n.job.clips.emplace_back();
    n.job.clips[0].state = ClipState::kUnknown;
    return n;
  }

  std::string Adopt(const NewJob& n) {
    const auto adopted = store_->intake().Adopt({n});
    EXPECT_TRUE(adopted.ok()) << adopted.status();
    EXPECT_EQ(*adopted, 1);
    return n.job.id;
  }

  Lease Claim() {
    const auto claimed = store_->work().Claim(1, "token", absl::Hours(1));
    EXPECT_EQ(claimed->size(), 1u);
    return claimed->at(0).lease;
  }

  void Move(const Lease& lease, const Moves& moves) {
    ASSERT_EQ(store_->work().MoveIfHeld(lease, moves), absl::OkStatus());
  }

  // From pending to completed, under a lease that is given back at the end.
  void Complete() {
    const Lease lease = Claim();
    ASSERT_EQ(store_->work().WriteStoryboardIfHeld(lease, {{{"scene", 6}, "stem"}}), absl::OkStatus());
    StartIntent intent;
    intent.lease = lease;
    intent.start_id = absl::StrCat("start-", jobs_);
    intent.provider = "gemini";
    intent.model = "veo";
    ASSERT_EQ(store_->ledger().RecordIntent(intent)->answer, IntentAnswer::kRecorded);
    ASSERT_EQ(store_->ledger().RecordOutcome(intent.start_id, Accepted("operations/1")), absl::OkStatus());
    Move(lease, {{}, MoveOf(JobState::kPending, JobEvent::kStartAccepted, JobState::kProcessing)});
    for (const Moves& step : StepsToCompleted()) Move(lease, step);
    ASSERT_EQ(store_->work().Release({{lease, std::nullopt, {}}}), absl::OkStatus());
  }

  void Fail() {
    const Lease lease = Claim();
    Move(lease,
         {{}, MoveOf(JobState::kPending, JobEvent::kStartDeadlinePassed, JobState::kFailed, FailureReason::kDeadline)});
    ASSERT_EQ(store_->work().Release({{lease, std::nullopt, {}}}), absl::OkStatus());
  }

  Upkeep Keep() {
    const auto upkeep = store_->intake().KeepMirrors();
    EXPECT_TRUE(upkeep.ok()) << upkeep.status();
    return *upkeep;
  }

  std::string CountOf(const std::string& event) {
    return database_.Value(absl::StrCat("SELECT count(*) FROM video_job_events WHERE event = '", event, "'"));
  }

  PostgresDatabase database_{DatabaseKind::kWebAppMigrated};
  std::unique_ptr<PostgresStore> store_ = database_.Open();
  int jobs_ = 0;
};

TEST_F(PostgresEscalations, PendingRow_WithoutResponse_IsLeftAlone) {
  Sql("INSERT INTO escalations (query) VALUES ('why?')");
  Sql("INSERT INTO escalations (query, response) VALUES ('why?', E' \\n\\t ')");
  EXPECT_THAT(Adoptable(AdoptPolicy::kAll), IsEmpty());
}

TEST_F(PostgresEscalations, PendingRow_Answered_IsAdoptableWithItsNames) {
  Sql("INSERT INTO profiles (id, name) VALUES ('30000000-0000-4000-8000-000000000001', 'Ada')");
  Sql("INSERT INTO courses (id, name) VALUES ('40000000-0000-4000-8000-000000000001', 'Analysis')");
  Sql(absl::StrCat("INSERT INTO escalations (id, query, response, category, student_id, course_id) VALUES ('", kRow,
                   "', 'why?', 'because', 'exams', '30000000-0000-4000-8000-000000000001',"
                   " '40000000-0000-4000-8000-000000000001')"));
  const auto found = store_->intake().FindAdoptable(AdoptPolicy::kNew, 10);
  ASSERT_THAT(*found, SizeIs(1));
  EXPECT_EQ(found->at(0).id, kRow);
  EXPECT_EQ(found->at(0).response, "because");
  EXPECT_EQ(found->at(0).status, "pending");
  EXPECT_EQ(found->at(0).context.student_name, "Ada");
  EXPECT_EQ(found->at(0).context.course_name, "Analysis");
  EXPECT_EQ(found->at(0).context.category, "exams");
  EXPECT_EQ(store_->intake().ReadEscalations({kRow})->at(0).context.student_name, "Ada");
}

TEST_F(PostgresEscalations, PendingRow_WaitingAtTheMigration_IsAdoptedOnlyUnderAllOrOnceAnsweredAnew) {
  Answered(kRow);
  Answered(kOtherRow);
  Sql(
      absl::StrCat("INSERT INTO video_escalation_backlog (mock, escalation_id, response_sha256) SELECT false, id,"
                   " encode(sha256(convert_to(response, 'UTF8')), 'hex') FROM escalations"));
  EXPECT_THAT(Adoptable(AdoptPolicy::kNew), IsEmpty());
  EXPECT_THAT(Adoptable(AdoptPolicy::kOff), IsEmpty());
  EXPECT_THAT(Adoptable(AdoptPolicy::kAll), ElementsAre(kRow, kOtherRow));
  Sql(absl::StrCat("UPDATE escalations SET response = 'a better answer' WHERE id = '", kOtherRow, "'"));
  EXPECT_THAT(Adoptable(AdoptPolicy::kNew), ElementsAre(kOtherRow));
}

TEST_F(PostgresEscalations, PendingRow_AdoptedByTwoReplicasAtOnce_BecomesOneJob) {
  Answered(kRow);
  const auto replica = database_.Open();
  const NewJob first = JobFor(kRow), second = JobFor(kRow);
  int adopted[2] = {};
  std::thread other([&] { adopted[1] = replica->intake().Adopt({second}).value_or(-1); });
  adopted[0] = store_->intake().Adopt({first}).value_or(-1);
  other.join();
  EXPECT_EQ(adopted[0] + adopted[1], 1);
  EXPECT_EQ(database_.Value("SELECT count(*) FROM video_jobs"), "1");
}

TEST_F(PostgresEscalations, PendingRow_ChangedAfterItWasFound_IsPassedOver) {
  Answered(kRow);
  Sql("UPDATE escalations SET response = 'another answer'");
  EXPECT_EQ(*store_->intake().Adopt({JobFor(kRow)}), 0);
  Sql("UPDATE escalations SET response = 'the answer', video_generation_status = 'completed'");
  EXPECT_EQ(*store_->intake().Adopt({JobFor(kRow)}), 0);
  Sql("DELETE FROM escalations");
  EXPECT_EQ(*store_->intake().Adopt({JobFor(kRow)}), 0);
}

TEST_F(PostgresEscalations, Create_UnknownId_IsAConflict) {
  Answered(kRow);
  for (const char* id : {kOtherRow, "not-a-uuid", "10000000-0000-4000-8000-00000000000A"}) {
    const auto created = store_->intake().Create({"", "", {JobFor(kRow), JobFor(id)}});
    ASSERT_TRUE(created.ok()) << created.status();
    ASSERT_THAT(created->conflicts, SizeIs(1));
    EXPECT_EQ(created->conflicts[0].problem, IntakeProblem::kUnknownEscalation);
    EXPECT_EQ(created->conflicts[0].index, 1);
  }
  EXPECT_THAT(*store_->intake().ReadEscalations({"not-a-uuid", kOtherRow}), IsEmpty());
}

TEST_F(PostgresEscalations, Create_AdoptedJobWithoutAStart_IsReturnedForTheSameTextOnly) {
  Answered(kRow);
  const std::string adopted = Adopt(JobFor(kRow));
  const auto same = store_->intake().Create({"", "", {JobFor(kRow)}});
  ASSERT_THAT(same->jobs, SizeIs(1));
  EXPECT_EQ(same->jobs[0].id, adopted);
  const auto other = store_->intake().Create({"", "", {JobFor(kRow, "another text")}});
  ASSERT_THAT(other->conflicts, SizeIs(1));
  EXPECT_EQ(other->conflicts[0].problem, IntakeProblem::kUnfinishedJob);
}

TEST_F(PostgresEscalations, Create_RowLeftInProcessing_IsAConflictAndNothingIsWritten) {
  Answered(kRow);
  Answered(kOtherRow);
  for (const char* operation : {"'operations/theirs'", "NULL"}) {
    Sql(absl::StrCat("UPDATE escalations SET video_generation_status = 'processing', video_job_id = ", operation,
                     " WHERE id = '", kOtherRow, "'"));
    const auto before = Shown(kOtherRow);
    for (const bool regenerate : {false, true}) {
      NewJob again = JobFor(kOtherRow);
      again.regenerate = regenerate;
      const auto created = store_->intake().Create({"request", "print", {JobFor(kRow), again}});
      ASSERT_TRUE(created.ok()) << created.status();
      ASSERT_THAT(created->conflicts, SizeIs(1));
      EXPECT_EQ(created->conflicts[0].problem, IntakeProblem::kNotAdoptedYet);
      EXPECT_EQ(created->conflicts[0].index, 1);
    }
    EXPECT_EQ(Shown(kOtherRow), before);
  }
  EXPECT_EQ(database_.Value("SELECT count(*) FROM video_jobs"), "0");
  EXPECT_EQ(database_.Value("SELECT count(*) FROM video_requests"), "0");
  EXPECT_THAT(Adoptable(), ::testing::Contains(kOtherRow));
}

TEST_F(PostgresEscalations, Create_RowThatAnyJobOfOursHasInProcessing_IsNotTheApps) {
  Answered(kRow);
  PostgresStore::Options options;
  options.mock = true;
  const auto mock = database_.Open(options);
  Sql("UPDATE escalations SET video_generation_status = 'processing', video_job_id = 'operations/mock'");
  ASSERT_EQ(*mock->intake().Adopt({RunningJobFor(kRow, "operations/mock")}), 1);
  EXPECT_THAT(store_->intake().Create({"", "", {JobFor(kRow)}})->jobs, SizeIs(1));
}

TEST_F(PostgresEscalations, Create_WhileTheAppSetsProcessing_SeesIt) {
  Answered(kRow);
  pqxx::connection app(database_.Url());
  pqxx::work writing(app);
  writing.exec("UPDATE escalations SET video_generation_status = 'processing', video_job_id = 'operations/theirs'");
  auto creating = std::async(std::launch::async, [&] { return store_->intake().Create({"", "", {JobFor(kRow)}}); });
  while (creating.wait_for(std::chrono::seconds(0)) != std::future_status::ready &&
         database_.Value("SELECT count(*) FROM pg_locks WHERE NOT granted") == "0") {
  }
  writing.commit();
  const auto created = creating.get();
  ASSERT_TRUE(created.ok()) << created.status();
  ASSERT_THAT(created->conflicts, SizeIs(1));
  EXPECT_EQ(created->conflicts[0].problem, IntakeProblem::kNotAdoptedYet);
  EXPECT_THAT(Shown(), ElementsAre("processing", "operations/theirs", "", "f"));
  EXPECT_EQ(database_.Value("SELECT count(*) FROM video_jobs"), "0");
}

TEST_F(PostgresEscalations, Mirror_JobOnItsWay_IsShownStepByStep) {
  Answered(kRow);
  Sql("UPDATE escalations SET video_url = 'https://old', video_generation_status = 'completed'");
  Sql(absl::StrCat("INSERT INTO escalations (id, query) VALUES ('", kOtherRow, "', 'untouched')"));
  ASSERT_THAT(store_->intake().Create({"", "", {JobFor(kRow)}})->jobs, SizeIs(1));
  EXPECT_THAT(Shown(), ElementsAre("pending", "", "https://old", "f"));
  Complete();
  EXPECT_THAT(Shown(), ElementsAre("completed", "operations/1", "https://storage.example/video.mp4", "t"));
  EXPECT_THAT(Shown(kOtherRow), ElementsAre("pending", "", "", "f"));
}

TEST_F(PostgresEscalations, Mirror_OldUrl_StaysUntilANewOneReplacesIt) {
  Answered(kRow);
  Adopt(JobFor(kRow));
  Complete();
  NewJob again = JobFor(kRow);
  again.regenerate = true;
  ASSERT_THAT(store_->intake().Create({"", "", {again}})->jobs, SizeIs(1));
  EXPECT_THAT(Shown(), ElementsAre("pending", "", "https://storage.example/video.mp4", "t"));
  Fail();
  EXPECT_THAT(Shown(), ElementsAre("failed", "", "https://storage.example/video.mp4", "t"));
}

TEST_F(PostgresEscalations, Mirror_SwitchedOff_WritesNothing) {
  Answered(kRow);
  PostgresStore::Options options;
  options.mirror = false;
  store_ = database_.Open(options);
  ASSERT_THAT(store_->intake().Create({"", "", {JobFor(kRow)}})->jobs, SizeIs(1));
  Fail();
  EXPECT_EQ(Keep().mirrors_restored, 0);
  EXPECT_THAT(Shown(), ElementsAre("pending", "", "", "f"));
}

TEST_F(PostgresEscalations, AppSetsPending_OverUnfinishedJob_IsRestored) {
  Answered(kRow);
  Adopt(JobFor(kRow));
  const Lease lease = Claim();
  Move(lease, {{}, MoveOf(JobState::kPending, JobEvent::kOperationFound, JobState::kProcessing)});
  Sql("UPDATE escalations SET video_generation_status = 'pending'");
  EXPECT_THAT(Adoptable(), IsEmpty());
  EXPECT_EQ(Keep().mirrors_restored, 1);
  EXPECT_EQ(Shown()[0], "processing");
  EXPECT_EQ(Keep().mirrors_restored, 0);
  EXPECT_EQ(CountOf("response_changed"), "0");
}

TEST_F(PostgresEscalations, AppChangesResponse_OfUnfinishedJob_IsRecordedOnce) {
  Answered(kRow);
  Adopt(JobFor(kRow));
  Sql("UPDATE escalations SET response = 'another answer'");
  Keep();
  Keep();
  EXPECT_EQ(CountOf("response_changed"), "1");
  EXPECT_THAT(Adoptable(), IsEmpty());
}

TEST_F(PostgresEscalations, AppSetsPending_OverCompletedJobWithTheSameText_IsRestored) {
  Answered(kRow);
  Adopt(JobFor(kRow));
  Complete();
  Sql("UPDATE escalations SET video_generation_status = 'pending', video_job_id = NULL, video_url = NULL");
  EXPECT_THAT(Adoptable(), IsEmpty());
  EXPECT_EQ(Keep().mirrors_restored, 1);
  EXPECT_THAT(Shown(), ElementsAre("completed", "operations/1", "https://storage.example/video.mp4", "t"));
}

TEST_F(PostgresEscalations, AppSetsPending_OverFinishedJobWithOtherText_AsksForANewJob) {
  Answered(kRow);
  Answered(kOtherRow);
  Adopt(JobFor(kRow));
  Complete();
  Adopt(JobFor(kOtherRow));
  Fail();
  Sql("UPDATE escalations SET video_generation_status = 'pending', response = 'a better answer'");
  EXPECT_EQ(Keep().mirrors_restored, 0);
  EXPECT_THAT(Adoptable(), ElementsAre(kRow, kOtherRow));
  Adopt(JobFor(kRow, "a better answer"));
  EXPECT_THAT(Adoptable(), ElementsAre(kOtherRow));
}

TEST_F(PostgresEscalations, AppSetsPending_OverFailedJobWithTheSameText_IsLeftAlone) {
  Answered(kRow);
  Adopt(JobFor(kRow));
  Fail();
  Sql("UPDATE escalations SET video_generation_status = 'pending'");
  EXPECT_EQ(Keep().mirrors_restored, 0);
  EXPECT_THAT(Adoptable(), IsEmpty());
  EXPECT_EQ(Shown()[0], "pending");
}

TEST_F(PostgresEscalations, PendingRow_OverAJobThatWasNeverShownAsFinished_IsNoActOfTheApps) {
  Answered(kRow);
  Adopt(JobFor(kRow));
  Fail();
  // As after a mirror that never reached the row.
  Sql("UPDATE video_jobs SET mirrored_status = 'pending'");
  Sql("UPDATE escalations SET video_generation_status = 'pending', response = 'a better answer'");
  EXPECT_THAT(Adoptable(), IsEmpty());
  EXPECT_EQ(Keep().mirrors_restored, 1);
  EXPECT_EQ(Shown()[0], "failed");
}

TEST_F(PostgresEscalations, AppDeletesRow_OfUnfinishedJob_StopsItOnce) {
  Answered(kRow);
  const std::string id = Adopt(JobFor(kRow));
  ASSERT_EQ(store_->work().Release({{Claim(), absl::Hours(5), {}}}), absl::OkStatus());
  Sql("DELETE FROM escalations");
  EXPECT_THAT(Keep().jobs_gone, ElementsAre(id));
  EXPECT_THAT(Keep().jobs_gone, IsEmpty());
  const auto claimed = store_->work().Claim(1, "token", absl::Minutes(1));
  ASSERT_THAT(*claimed, SizeIs(1));
  EXPECT_EQ(claimed->at(0).job.stop_requested, FailureReason::kEscalationGone);
}

TEST_F(PostgresEscalations, PersonsWord_OnAnAdoptedJob_IsShownOnItsRow) {
  Answered(kRow);
  const std::string id = Adopt(JobFor(kRow));
  ASSERT_TRUE(Cancelling(store_->changes(), [] {}).Cancel(id).ok());
  EXPECT_EQ(Shown()[0], "failed");
  ASSERT_TRUE(Retrying(store_->changes(), true, [] {}).Retry(id, {}).ok());
  EXPECT_EQ(Shown()[0], "pending");
}

TEST_F(PostgresEscalations, Retry_RowIsGone_IsRefused) {
  Answered(kRow);
  const std::string id = Adopt(JobFor(kRow));
  ASSERT_TRUE(Cancelling(store_->changes(), [] {}).Cancel(id).ok());
  Sql("DELETE FROM escalations");
  const auto refused = Retrying(store_->changes(), true, [] {}).Retry(id, {});
  EXPECT_THAT(std::string(refused.status().message()), testing::HasSubstr("deleted the job's escalation"));
}

TEST_F(PostgresEscalations, AppDeletesRow_OfFinishedJob_ChangesNothing) {
  Answered(kRow);
  Adopt(JobFor(kRow));
  Complete();
  Sql("DELETE FROM escalations");
  EXPECT_THAT(Keep().jobs_gone, IsEmpty());
}

TEST_F(PostgresEscalations, ProcessingRow_UnknownToAnyJob_IsAdoptedAsRunning) {
  Answered(kRow);
  Sql("UPDATE escalations SET video_generation_status = 'processing', video_job_id = 'operations/theirs'");
  const auto found = store_->intake().FindAdoptable(AdoptPolicy::kNew, 10);
  ASSERT_THAT(*found, SizeIs(1));
  EXPECT_EQ(found->at(0).operation_name, "operations/theirs");
  EXPECT_THAT(Adoptable(AdoptPolicy::kOff), IsEmpty());
  const std::string id = Adopt(RunningJobFor(kRow, "operations/theirs"));
  const Job job = store_->reader().Get({id})->at(0);
  EXPECT_EQ(job.state, JobState::kProcessing);
  EXPECT_EQ(job.clips.at(0).state, ClipState::kRunning);
  EXPECT_TRUE(job.clips.at(0).accepted_at.has_value());
  EXPECT_THAT(Shown(), ElementsAre("processing", "operations/theirs", "", "f"));
  EXPECT_THAT(Adoptable(), IsEmpty());
}

TEST_F(PostgresEscalations, ProcessingRow_BehindPendingOnes_IsFoundFirst) {
  Answered(kRow);
  Answered(kOtherRow);
  Sql(absl::StrCat("UPDATE escalations SET video_generation_status = 'processing' WHERE id = '", kOtherRow, "'"));
  EXPECT_THAT(Adoptable(), ElementsAre(kOtherRow, kRow));
  EXPECT_EQ(store_->intake().FindAdoptable(AdoptPolicy::kNew, 1)->at(0).id, kOtherRow);
}

TEST_F(PostgresEscalations, ProcessingRow_WhoseOperationAnotherHas_BecomesStartUnknown) {
  Answered(kRow);
  Answered(kOtherRow);
  Sql("UPDATE escalations SET video_generation_status = 'processing', video_job_id = 'operations/theirs'");
  const std::string id = Adopt(RunningJobFor(kRow, "operations/theirs"));
  const Job job = store_->reader().Get({id})->at(0);
  EXPECT_EQ(job.state, JobState::kFailed);
  EXPECT_EQ(job.reason, FailureReason::kStartUnknown);
  EXPECT_EQ(job.clips.at(0).state, ClipState::kUnknown);
  EXPECT_EQ(Shown()[0], "failed");
}

TEST_F(PostgresEscalations, ProcessingRow_WithoutAnOperation_BecomesStartUnknown) {
  Answered(kRow);
  Sql("UPDATE escalations SET video_generation_status = 'processing'");
  const std::string id = Adopt(LostJobFor(kRow));
  EXPECT_FALSE(store_->reader().Get({id})->at(0).due_at.has_value());
  EXPECT_EQ(Shown()[0], "failed");
  EXPECT_EQ(CountOf("adopted_unknown"), "2");
}

TEST_F(PostgresEscalations, ProcessingRow_WithANameOfAnotherForm_KeepsIt) {
  Answered(kRow);
  Sql("UPDATE escalations SET video_generation_status = 'processing', video_job_id = 'job-17'");
  Adopt(LostJobFor(kRow));
  EXPECT_THAT(Shown(), ElementsAre("failed", "job-17", "", "f"));
  EXPECT_EQ(Keep().mirrors_restored, 0);
  Sql("UPDATE escalations SET video_generation_status = 'completed'");
  EXPECT_EQ(Keep().mirrors_restored, 1);
  EXPECT_EQ(Keep().mirrors_restored, 0);
  EXPECT_THAT(Shown(), ElementsAre("failed", "job-17", "", "f"));
}

TEST_F(PostgresEscalations, Mirror_AdoptedJobWithoutAnOperation_DoesNotShowThatOfAnOlderJob) {
  Answered(kRow);
  Adopt(JobFor(kRow));
  Complete();
  Sql("UPDATE escalations SET video_generation_status = 'pending', response = 'a better answer'");
  Adopt(JobFor(kRow, "a better answer"));
  EXPECT_EQ(Shown()[1], "");
  EXPECT_EQ(Keep().mirrors_restored, 0);
}

}  // namespace
}  // namespace videojobs
