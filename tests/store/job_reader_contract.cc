#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/store/store_contract.h"

namespace videojobs {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> IdsOf(const std::vector<Job>& jobs) {
  std::vector<std::string> ids;
  for (const Job& job : jobs) ids.push_back(job.id);
  return ids;
}

TEST_P(StoreContract, Get_SomeMissing_GivesTheOthersInTheOrderAsked) {
  const std::string first = Create(Asked()).id, second = Create(Asked()).id;
  EXPECT_THAT(IdsOf(*reader().Get({second, "missing", first})), ElementsAre(second, first));
}

TEST_P(StoreContract, Get_AnyJob_ShowsNeitherTextNorPrompts) {
  NewJob asked = Asked();
  asked.job.asked_scenes = {{"a prompt", 6}};
  const Job job = Read(Create(asked).id);
  EXPECT_EQ(job.response_text, "");
  EXPECT_THAT(job.asked_scenes, IsEmpty());
}

TEST_P(StoreContract, NewestOf_NoJob_IsNotFound) {
  EXPECT_EQ(reader().NewestOf("label").status().code(), absl::StatusCode::kNotFound);
  Create(Asked());
  EXPECT_EQ(reader().NewestOf("").status().code(), absl::StatusCode::kNotFound);
}

TEST_P(StoreContract, List_Pages_CoverAllNewestFirst) {
  std::vector<std::string> newest_first;
  for (int i = 0; i < 5; ++i) {
    newest_first.insert(newest_first.begin(), Create(Asked()).id);
    store().Advance(absl::Seconds(1));
  }
  std::vector<std::string> seen;
  std::optional<PageEnd> after;
  int pages = 0;
  do {
    const auto page = reader().List({}, after, 2);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const Job& job : page->jobs) seen.push_back(job.id);
    after = page->next;
    ASSERT_LE(++pages, 3);
  } while (after);
  EXPECT_EQ(seen, newest_first);
  EXPECT_EQ(pages, 3);
}

TEST_P(StoreContract, List_JobsOfOneInstant_AreNotLostBetweenPages) {
  NewBatch batch;
  for (int i = 0; i < 4; ++i) batch.jobs.push_back(Asked());
  ASSERT_TRUE(intake().Create(batch).ok());
  const auto first = reader().List({}, {}, 2);
  const auto second = reader().List({}, first->next, 2);
  EXPECT_THAT(IdsOf(first->jobs), ElementsAre(batch.jobs[3].job.id, batch.jobs[2].job.id));
  EXPECT_THAT(IdsOf(second->jobs), ElementsAre(batch.jobs[1].job.id, batch.jobs[0].job.id));
  EXPECT_FALSE(second->next.has_value());
}

TEST_P(StoreContract, List_Filters_AllApply) {
  const Job failed = Create(Asked("label"));
  const JobMove move =
      MoveOf(JobState::kPending, JobEvent::kStartDeadlinePassed, JobState::kFailed, FailureReason::kDeadline);
  ASSERT_EQ(work().MoveIfHeld(ClaimOne().lease, {{}, move}), absl::OkStatus());
  store().Advance(absl::Minutes(1));
  const Job pending = Create(Asked());
  JobFilter by_state;
  by_state.states = {JobState::kFailed, JobState::kCompleted};
  EXPECT_THAT(IdsOf(reader().List(by_state, {}, 10)->jobs), ElementsAre(failed.id));
  JobFilter by_escalation;
  by_escalation.escalation_id = "label";
  EXPECT_THAT(IdsOf(reader().List(by_escalation, {}, 10)->jobs), ElementsAre(failed.id));
  JobFilter by_time;
  by_time.created_after = pending.created_at - absl::Seconds(1);
  EXPECT_THAT(IdsOf(reader().List(by_time, {}, 10)->jobs), ElementsAre(pending.id));
  by_time = {};
  by_time.created_before = pending.created_at - absl::Seconds(1);
  EXPECT_THAT(IdsOf(reader().List(by_time, {}, 10)->jobs), ElementsAre(failed.id));
}

TEST_P(StoreContract, List_BoundsAtAJobsOwnTime_IncludeTheFirstAndExcludeTheLast) {
  const Job job = Create(Asked());
  const auto listed = [&](absl::Duration after, absl::Duration before) {
    JobFilter filter;
    filter.created_after = job.created_at + after;
    filter.created_before = job.created_at + before;
    return IdsOf(reader().List(filter, {}, 10)->jobs);
  };
  const absl::Duration far = absl::Hours(1), least = absl::Nanoseconds(1);
  EXPECT_THAT(listed(absl::ZeroDuration(), far), ElementsAre(job.id));
  EXPECT_THAT(listed(-least, far), ElementsAre(job.id));
  EXPECT_THAT(listed(least, far), IsEmpty());
  EXPECT_THAT(listed(-far, absl::ZeroDuration()), IsEmpty());
  EXPECT_THAT(listed(-far, -least), IsEmpty());
  EXPECT_THAT(listed(-far, least), ElementsAre(job.id));
}

TEST_P(StoreContract, CountOverdue_JobsInWork_AreNotCountedWhileTheirLeaseLasts) {
  Create(Asked());
  EXPECT_EQ(*reader().CountOverdue(absl::Minutes(3)), 0);
  store().Advance(absl::Minutes(5));
  EXPECT_EQ(*reader().CountOverdue(absl::Minutes(3)), 1);
  ASSERT_EQ(work().Claim(1, "token", absl::Minutes(10))->size(), 1u);
  EXPECT_EQ(*reader().CountOverdue(absl::Minutes(3)), 0);
  store().Advance(absl::Minutes(12));
  EXPECT_EQ(*reader().CountOverdue(absl::Minutes(3)), 0) << "for as long as others may find it";
  store().Advance(absl::Minutes(3));
  EXPECT_EQ(*reader().CountOverdue(absl::Minutes(3)), 1);
}

TEST_P(StoreContract, Check_MigratedDatabase_IsOk) { EXPECT_EQ(reader().Check(), absl::OkStatus()); }

}  // namespace
}  // namespace videojobs
