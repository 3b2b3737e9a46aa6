// What the web app may do with its rows behind our back: set `pending` over what we showed as failed, or delete them.
#include <string>

#include "absl/strings/str_cat.h"
#include "adapters/refusal.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/seed/web_app.h"

namespace videojobs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

StartOutcome StartRefused() {
  StartOutcome outcome;
  outcome.kind = OutcomeKind::kRefused;
  outcome.detail = "no such parameter";
  outcome.http_status = 400;
  return outcome;
}

TEST(AppsPending, OverAFailedJobOfTheSameText_IsARetry) {
  WebApp app;
  app.generator.NextPoll(Failed(FailureReason::kGenerationFailed));
  const std::string row = app.Answer("Yes.");
  app.Sweep();
  ASSERT_EQ(app.Status(row), "failed");
  const std::string job = app.NewestOf(row).id;
  AskAgain(app, row);
  app.Sweep();
  EXPECT_EQ(app.Status(row), "completed");
  EXPECT_EQ(app.NewestOf(row).id, job) << "the same job goes on";
  EXPECT_EQ(app.generator.paid_starts(), 2);
}

// The app's own prompt is not known: the response is made a scene of.
TEST(AppsPending, OverAnAdoptedOperationThatFailed_StartsAVideoOfTheResponse) {
  WebApp app;
  const std::string operation = app.generator.MakeOperation(), row = app.Answer("Yes, until Friday.");
  LeaveProcessing(app, row, operation);
  app.generator.NextPoll(Failed(FailureReason::kGenerationFailed));
  app.Sweep();
  ASSERT_EQ(app.NewestOf(row).reason, FailureReason::kGenerationFailed);
  AskAgain(app, row);
  app.Sweep();
  EXPECT_EQ(app.Status(row), "completed");
  ASSERT_EQ(app.generator.paid_starts(), 1);
  const StartRequest request = app.generator.starts().at(0).request;
  EXPECT_THAT(request.scene.prompt, HasSubstr("Yes, until Friday."));
  EXPECT_EQ(request.options.model, "fake-1.0");
}

TEST(AppsPending, RowWithoutAResponse_RetriedByAPerson_IsNotPaidFor) {
  WebApp app;
  const std::string operation = app.generator.MakeOperation();
  const std::string row = app.database.Value("INSERT INTO escalations (query) VALUES ('why?') RETURNING id");
  LeaveProcessing(app, row, operation);
  app.generator.NextPoll(Failed(FailureReason::kGenerationFailed));
  app.Sweep();
  ASSERT_TRUE(app.Retry(row).ok());
  app.Sweep();
  EXPECT_EQ(app.NewestOf(row).reason, FailureReason::kStartRefused);
  EXPECT_THAT(app.NewestOf(row).detail, HasSubstr("no text"));
  EXPECT_EQ(app.generator.paid_starts(), 0);
}

// Nobody knows what the app had paid for: a word that was not used, or used on a start that was refused, allows
// nothing.
TEST(AppsPending, OverAnAdoptedStartInDoubt_NeedsTheWordUntilItIsUsed) {
  WebApp app;
  const std::string row = app.Answer("Yes.");
  LeaveProcessing(app, row, "");
  app.Sweep();
  const std::string id = app.NewestOf(row).id;
  EXPECT_FALSE(app.Retry(row).ok());
  ASSERT_TRUE(app.Retry(row, {id}).ok());
  ASSERT_TRUE(app.Cancel(row).ok());
  EXPECT_THAT(app.Retry(row).status().message(), HasSubstr(id)) << "it was not used";

  ASSERT_TRUE(app.Retry(row, {id}).ok());
  app.generator.NextStart(StartRefused());
  app.Sweep();
  EXPECT_EQ(app.NewestOf(row).reason, FailureReason::kStartUnknown);
  EXPECT_THAT(app.Retry(row).status().message(), HasSubstr(id)) << "nothing came of it";

  ASSERT_TRUE(app.Retry(row, {id}).ok());
  app.generator.NextPoll(Failed(FailureReason::kGenerationFailed));
  app.Sweep();
  ASSERT_EQ(app.NewestOf(row).reason, FailureReason::kGenerationFailed);
  EXPECT_TRUE(app.Retry(row).ok()) << "it was used, and what it allowed was not charged";
}

TEST(AppsPending, WhileSwitchedOff_IsGrantedWhereNoStartIsNeeded) {
  WebApp app;
  const std::string row = app.Answer("Yes.");
  app.generator.on_fetch = [&](const std::string&) { EXPECT_EQ(app.Cancel(row), absl::OkStatus()); };
  app.Sweep();
  ASSERT_EQ(app.Status(row), "failed");
  app.generator.on_fetch = nullptr;
  AskAgain(app, row);
  app.Restart({.generation_enabled = false});
  app.Sweep();
  EXPECT_EQ(app.Status(row), "completed");
  EXPECT_EQ(app.generator.paid_starts(), 1);
}

TEST(AppsPending, WhileSwitchedOff_WaitsWhereAStartIsNeeded) {
  WebApp app;
  app.generator.NextPoll(Failed(FailureReason::kGenerationFailed));
  const std::string row = app.Answer("Yes.");
  app.Sweep();
  AskAgain(app, row);
  app.Restart({.generation_enabled = false});
  app.Sweep();
  EXPECT_EQ(app.Status(row), "pending");
  EXPECT_EQ(app.NewestOf(row).state, JobState::kFailed);
  EXPECT_EQ(app.generator.paid_starts(), 1);
  app.Restart({});
  app.Sweep();
  EXPECT_EQ(app.Status(row), "completed");
}

TEST(AppsPending, OverAStartThatMayBeCharged_GoesBackToFailed) {
  WebApp app;
  app.generator.NextStartLosesItsAnswer();
  const std::string row = app.Answer("Yes.");
  app.Sweep();
  ASSERT_EQ(app.NewestOf(row).reason, FailureReason::kStartUnknown);
  AskAgain(app, row);
  app.Sweep();
  EXPECT_EQ(app.Status(row), "failed");
  EXPECT_EQ(app.generator.paid_starts(), 1);
}

// Nothing is to be started for it: what is paid for goes on.
TEST(AppsPending, OverACancelledJobThatRuns_WithAnotherStartInDoubt_BringsItsVideoHome) {
  WebApp app;
  app.generator.SetRunningPolls(3);
  app.generator.NextStartLosesItsAnswer();
  const std::string row = app.Answer("Yes.");
  app.Sweep();
  const std::string first = app.NewestOf(row).clips.at(0).start_id;
  app.database.Advance(absl::Minutes(1));
  app.generator.NextStartLosesItsAnswer();
  ASSERT_TRUE(app.Retry(row, {first}).ok());
  app.Sweep();
  ASSERT_NE(app.NewestOf(row).clips.at(0).start_id, first);
  StartOutcome found;
  found.kind = OutcomeKind::kAccepted;
  found.operation_name = app.generator.starts().at(0).operation_name;
  ASSERT_EQ(app.ledger().RecordOutcome(first, found), absl::OkStatus());
  app.Sweep();
  ASSERT_EQ(app.Cancel(row), absl::OkStatus());
  ASSERT_EQ(app.Status(row), "failed");
  AskAgain(app, row);
  app.Sweep();
  EXPECT_EQ(app.Status(row), "processing");
  for (int i = 0; i < 5; ++i) {
    app.database.Advance(absl::Minutes(2));
    app.Sweep();
  }
  EXPECT_EQ(app.Status(row), "completed");
  EXPECT_EQ(app.generator.paid_starts(), 2);
}

TEST(AppsPending, BackToAnEarlierTextWhoseStartMayBeCharged_ShowsTheNewestJob) {
  WebApp app;
  app.generator.NextStartLosesItsAnswer();
  const std::string row = app.Answer("Yes.");
  app.Sweep();
  app.database.Advance(absl::Minutes(1));  // a lost answer closes the lane for a moment
  AskAgain(app, row, "No.");
  app.Sweep();
  ASSERT_EQ(app.Status(row), "completed");
  AskAgain(app, row, "Yes.");
  app.Sweep();
  EXPECT_EQ(app.Status(row), "completed");
  EXPECT_EQ(app.generator.paid_starts(), 2);
}

// A late answer brings a failed job's video home; not where nobody waits for it.
TEST(AppDeletesRow, OfAFailedJobWhoseStartTurnsOutAccepted_PublishesNothing) {
  for (const bool deleted : {false, true}) {
    WebApp app;
    app.generator.KeepEvidence();
    app.generator.NextStartLosesItsAnswer();
    const std::string row = app.Answer("Yes.");
    app.Sweep();
    ASSERT_EQ(app.NewestOf(row).reason, FailureReason::kStartUnknown);
    if (deleted) {
      ASSERT_TRUE(app.database.Execute("DELETE FROM escalations").ok());
    }
    app.Wait(absl::Minutes(1));
    app.Sweep();
    EXPECT_EQ(app.NewestOf(row).state, deleted ? JobState::kFailed : JobState::kCompleted);
    EXPECT_EQ(app.storage.PutCount(), deleted ? 0 : 1);
    EXPECT_EQ(app.NewestOf(row).cost.charged_micros, 600'000) << "its cost is known all the same";
  }
}

}  // namespace
}  // namespace videojobs
