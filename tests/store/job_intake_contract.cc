#include <set>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "tests/store/store_contract.h"

namespace videojobs {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_P(StoreContract, Create_OneVideo_GivesAPendingJobThatIsDue) {
  NewJob asked = Asked("label-1");
  asked.job.options.seed = 4'294'967'295u;
  const Job job = Create(asked);
  EXPECT_EQ(job.id, asked.job.id);
  EXPECT_FALSE(job.mock);
  EXPECT_EQ(job.escalation_id, "label-1");
  EXPECT_EQ(job.state, JobState::kPending);
  EXPECT_EQ(job.options.seed, 4'294'967'295u);
  EXPECT_EQ(job.options.aspect_ratio, "16:9");
  EXPECT_EQ(job.provider, "gemini");
  EXPECT_EQ(job.created_at, job.pending_since);
  EXPECT_EQ(job.due_at, job.created_at);
  EXPECT_FALSE(job.finished_at.has_value());
  EXPECT_THAT(job.clips, IsEmpty());
  EXPECT_THAT(Events(job.id), ElementsAre("created"));
}

TEST_P(StoreContract, Create_AllText_IsKeptToTheLastByte) {
  NewJob asked = Asked();
  asked.job.response_text = "línea 1\nline\t2 \"quoted\" {a,b} \\N NULL 'single' \xF0\x9F\x8E\x93";
  asked.job.options.person_generation = "dont_allow";
  asked.job.options.generate_audio = false;
  asked.job.options.negative_prompt = "no \"text\", no {braces}, no \\ backslash";
  asked.job.asked_scenes = {{"first, scene", 4}, {"second {scene}", 8}};
  Create(asked);
  const Job job = ClaimOne().job;
  EXPECT_EQ(job.response_text, asked.job.response_text);
  EXPECT_EQ(job.context.student_name, "Ada");
  EXPECT_EQ(job.context.category, "exams");
  EXPECT_EQ(job.context.course_name, "Analysis");
  EXPECT_EQ(job.options.person_generation, "dont_allow");
  EXPECT_EQ(job.options.generate_audio, false);
  EXPECT_EQ(job.options.negative_prompt, asked.job.options.negative_prompt);
  ASSERT_THAT(job.asked_scenes, SizeIs(2));
  EXPECT_EQ(job.asked_scenes[1].prompt, "second {scene}");
  EXPECT_EQ(job.asked_scenes[1].duration_seconds, 8);
}

TEST_P(StoreContract, Create_ThousandVideos_GivesThemInOrder) {
  NewBatch batch;
  for (int i = 0; i < 1000; ++i) batch.jobs.push_back(Asked());
  const auto created = intake().Create(batch);
  ASSERT_TRUE(created.ok()) << created.status();
  ASSERT_THAT(created->jobs, SizeIs(1000));
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(created->jobs[i].id, batch.jobs[i].job.id);
  EXPECT_EQ(*work().CountDue(), 1000);
}

TEST_P(StoreContract, Create_TextWithNul_StoresNothing) {
  NewJob asked = Asked();
  asked.job.response_text = std::string("before\0after", 12);
  EXPECT_FALSE(intake().Create({"", "", {asked}}).ok());
  EXPECT_EQ(*work().CountDue(), 0);
}

TEST_P(StoreContract, Create_SameRequestAgain_GivesTheSameJobs) {
  const NewJob first = Asked(), second = Asked();
  ASSERT_TRUE(intake().Create({"request", "print", {first, second}}).ok());
  const auto again = intake().Create({"request", "print", {Asked(), Asked()}});
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->replayed);
  ASSERT_THAT(again->jobs, SizeIs(2));
  EXPECT_EQ(again->jobs[0].id, first.job.id);
  EXPECT_EQ(again->jobs[1].id, second.job.id);
  EXPECT_EQ(*work().CountDue(), 2);
}

TEST_P(StoreContract, Create_SameRequestOtherPayload_IsAConflict) {
  ASSERT_TRUE(intake().Create({"request", "print", {Asked()}}).ok());
  const auto again = intake().Create({"request", "other print", {Asked()}});
  ASSERT_TRUE(again.ok()) << again.status();
  ASSERT_THAT(again->conflicts, SizeIs(1));
  EXPECT_EQ(again->conflicts[0].problem, IntakeProblem::kRequestIdReused);
  EXPECT_THAT(again->jobs, IsEmpty());
  EXPECT_EQ(*work().CountDue(), 1);
}

TEST_P(StoreContract, Create_EightCallersWithOneRequestOnTwoReplicas_CreateOnce) {
  std::vector<NewJob> asked;
  for (int i = 0; i < 8; ++i) asked.push_back(Asked("label"));
  std::vector<std::string> ids(8);
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&, i] {
      JobIntake& replica = i % 2 == 0 ? intake() : *store().Replica().intake;
      const auto created = replica.Create({"request", "print", {asked[i]}});
      if (created.ok() && created->jobs.size() == 1) ids[i] = created->jobs[0].id;
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_THAT(std::set<std::string>(ids.begin(), ids.end()), SizeIs(1));
  EXPECT_NE(ids[0], "");
  EXPECT_EQ(*work().CountDue(), 1);
}

TEST_P(StoreContract, FindRequest_NeverSeen_IsNeitherReplayNorConflict) {
  const auto found = intake().FindRequest("request", "print");
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_FALSE(found->replayed);
  EXPECT_THAT(found->conflicts, IsEmpty());
}

TEST_P(StoreContract, FindRequest_Seen_GivesJobsOrConflict) {
  const NewJob asked = Asked();
  ASSERT_TRUE(intake().Create({"request", "print", {asked}}).ok());
  const auto same = intake().FindRequest("request", "print");
  ASSERT_TRUE(same.ok() && same->replayed);
  EXPECT_EQ(same->jobs.at(0).id, asked.job.id);
  const auto other = intake().FindRequest("request", "other");
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(other->conflicts.at(0).problem, IntakeProblem::kRequestIdReused);
}

TEST_P(StoreContract, Create_EscalationWithUnfinishedJob_ChangesNothing) {
  const Job existing = Create(Asked("label"));
  const auto created = intake().Create({"request", "print", {Asked(), Asked("label")}});
  ASSERT_TRUE(created.ok()) << created.status();
  ASSERT_THAT(created->conflicts, SizeIs(1));
  EXPECT_EQ(created->conflicts[0].problem, IntakeProblem::kUnfinishedJob);
  EXPECT_EQ(created->conflicts[0].index, 1);
  EXPECT_EQ(created->conflicts[0].job_id, existing.id);
  EXPECT_THAT(created->jobs, IsEmpty());
  EXPECT_EQ(*work().CountDue(), 1);
  EXPECT_FALSE(intake().FindRequest("request", "print")->replayed);
}

TEST_P(StoreContract, Create_EscalationWithFinishedJob_TakesRegenerate) {
  const Job existing = Create(Asked("label"));
  const ClaimedJob claimed = ClaimOne();
  const JobMove failed =
      MoveOf(JobState::kPending, JobEvent::kStartDeadlinePassed, JobState::kFailed, FailureReason::kDeadline);
  ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{}, failed}), absl::OkStatus());
  NewJob again = Asked("label");
  const auto refused = intake().Create({"", "", {again}});
  ASSERT_TRUE(refused.ok());
  ASSERT_THAT(refused->conflicts, SizeIs(1));
  EXPECT_EQ(refused->conflicts[0].problem, IntakeProblem::kFinishedJob);
  EXPECT_EQ(refused->conflicts[0].job_id, existing.id);
  again.regenerate = true;
  EXPECT_EQ(Create(again).id, again.job.id);
  EXPECT_EQ(reader().NewestOf("label")->id, again.job.id);
}

TEST_P(StoreContract, Create_RegenerateOverAnUnknownStart_ConflictsForTheSameText) {
  const Job existing = Create(Asked("label"));
  const ClaimedJob claimed = ClaimOne();
  ASSERT_EQ(work().WriteStoryboardIfHeld(claimed.lease, {{{"a scene", 6}, "stem"}}), absl::OkStatus());
  ASSERT_EQ(ledger().RecordOutcome(Intended(claimed), Unknown()), absl::OkStatus());
  const JobMove failed =
      MoveOf(JobState::kPending, JobEvent::kStartsExhausted, JobState::kFailed, FailureReason::kStartUnknown);
  ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{}, failed}), absl::OkStatus());
  NewJob again = Asked("label");
  again.regenerate = true;
  const auto refused = intake().Create({"", "", {again}});
  ASSERT_TRUE(refused.ok());
  ASSERT_THAT(refused->conflicts, SizeIs(1));
  EXPECT_EQ(refused->conflicts[0].problem, IntakeProblem::kStartInDoubt);
  EXPECT_EQ(refused->conflicts[0].job_id, existing.id);
  again.job.response_text += " Changed.";
  EXPECT_EQ(Create(again).id, again.job.id);
}

TEST_P(StoreContract, Create_RegenerateOverAStartJustFound_ConflictsUntilItsVideoIsHome) {
  const Job existing = Create(Asked("label"));
  const ClaimedJob claimed = ClaimOne();
  ASSERT_EQ(work().WriteStoryboardIfHeld(claimed.lease, {{{"a scene", 6}, "stem"}}), absl::OkStatus());
  const std::string start_id = Intended(claimed);
  ASSERT_EQ(ledger().RecordOutcome(start_id, Unknown()), absl::OkStatus());
  const JobMove failed =
      MoveOf(JobState::kPending, JobEvent::kStartsExhausted, JobState::kFailed, FailureReason::kStartUnknown);
  ASSERT_EQ(work().MoveIfHeld(claimed.lease, {{}, failed}), absl::OkStatus());
  ASSERT_EQ(ledger().RecordOutcome(start_id, Accepted()), absl::OkStatus());
  NewJob again = Asked("label");
  again.regenerate = true;
  const auto refused = intake().Create({"", "", {again}});
  ASSERT_TRUE(refused.ok());
  ASSERT_THAT(refused->conflicts, SizeIs(1));
  EXPECT_EQ(refused->conflicts[0].problem, IntakeProblem::kUnfinishedJob);
  EXPECT_EQ(refused->conflicts[0].job_id, existing.id);
}

TEST_P(StoreContract, Create_EightCallersForOneEscalation_OneCreatesTheOthersConflict) {
  std::vector<NewJob> asked;
  for (int i = 0; i < 8; ++i) asked.push_back(Asked("label"));
  std::vector<int> created(8), conflicts(8);
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&, i] {
      JobIntake& replica = i % 2 == 0 ? intake() : *store().Replica().intake;
      const auto result = replica.Create({"", "", {asked[i]}});
      created[i] = result.ok() && result->jobs.size() == 1;
      conflicts[i] = result.ok() && result->conflicts.size() == 1;
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_THAT(created, ::testing::Contains(1).Times(1));
  EXPECT_THAT(conflicts, ::testing::Contains(1).Times(7));
}

TEST_P(StoreContract, Create_MockAndReal_DoNotMeet) {
  const NewJob real = Asked("label");
  NewJob mock = Asked("label");
  mock.job.mock = true;
  Create(real);
  const auto created = store().MockPorts().intake->Create({"", "", {mock}});
  ASSERT_TRUE(created.ok()) << created.status();
  ASSERT_THAT(created->jobs, SizeIs(1));
  EXPECT_TRUE(created->jobs[0].mock);
  EXPECT_EQ(reader().NewestOf("label")->id, real.job.id);
  EXPECT_EQ(store().MockPorts().reader->NewestOf("label")->id, mock.job.id);
  EXPECT_THAT(*reader().Get({mock.job.id}), IsEmpty());
  EXPECT_EQ(ClaimOne().job.id, real.job.id);
}

TEST_P(StoreContract, Escalations_WithoutTheWebAppsTable_AreOnlyLabels) {
  EXPECT_FALSE(*intake().HasEscalations());
  EXPECT_EQ(intake().ReadEscalations({"label"}).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(*intake().FindAdoptable(AdoptPolicy::kAll, 10), IsEmpty());
  EXPECT_EQ(*intake().Adopt({Asked("label")}), 0);
  const auto upkeep = intake().KeepMirrors();
  ASSERT_TRUE(upkeep.ok()) << upkeep.status();
  EXPECT_EQ(upkeep->mirrors_restored, 0);
  EXPECT_THAT(upkeep->jobs_gone, IsEmpty());
}

}  // namespace
}  // namespace videojobs
