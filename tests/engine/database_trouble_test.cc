// What becomes of money and jobs when the database answers a single question badly: a commit in doubt, an outcome that
// cannot be stored at once, lanes or doubts that cannot be read.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_house.h"
#include "tests/support/troubled_store.h"

namespace videojobs {
namespace {

using testing::HasSubstr;

class DatabaseTroubleTest : public testing::Test {
 protected:
  DatabaseTroubleTest() {
    settings_.public_url = "http://127.0.0.1:8080";
    UseLedger(ledger_);
  }

  void UseLedger(StartLedger& ledger) {
    const EnginePorts ports = house_.Ports();
    sweeping_ = std::make_unique<Sweeping>(EnginePorts{.intake = ports.intake,
                                                       .work = work_,
                                                       .ledger = ledger,
                                                       .lanes = lanes_,
                                                       .reader = reader_,
                                                       .changes = changes_,
                                                       .generators = ports.generators,
                                                       .storage = ports.storage,
                                                       .storyboarder = ports.storyboarder,
                                                       .plain_storyboarder = ports.plain_storyboarder,
                                                       .scratch = ports.scratch,
                                                       .clock = ports.clock,
                                                       .ids = ports.ids,
                                                       .log = ports.log},
                                           settings_, house_.executor, house_.executor);
  }

  void Sweep(absl::Duration then = absl::Seconds(30)) {
    ASSERT_TRUE(sweeping_->Sweep(100, absl::Seconds(10)).ok());
    house_.clock.Advance(then);
  }
  Job SweepUntilFinished(const std::string& id) {
    for (int i = 0; i < 50 && !IsFinished(house_.Read(id).state); ++i) Sweep();
    return house_.Read(id);
  }

  EngineSettings settings_;
  EngineHouse house_;
  TroubledLedger ledger_{house_.store->ledger()};
  TroubledLanes lanes_{house_.store->lanes()};
  TroubledWork work_{house_.store->work()};
  TroubledReader reader_{house_.store->reader()};
  TroubledChanges changes_{house_.store->changes()};
  std::unique_ptr<Sweeping> sweeping_;
};

TEST_F(DatabaseTroubleTest, IntentNotStored_NothingIsStartedAndTheJobComesAgain) {
  ledger_.intents = {absl::UnavailableError("down"), absl::AbortedError("a deadlock")};
  const std::string id = house_.CreateJob();
  Sweep();
  EXPECT_EQ(house_.generator.paid_starts(), 0);
  EXPECT_EQ(SweepUntilFinished(id).state, JobState::kCompleted);
  EXPECT_EQ(house_.generator.paid_starts(), 1);
}

// The intent may be there: it is settled as surely not sent, and the job goes on with another one.
TEST_F(DatabaseTroubleTest, IntentsCommitInDoubt_NothingIsSentAndNothingIsHeld) {
  ledger_.intent_lost_after_commit = true;
  const std::string id = house_.CreateJob();
  Sweep();
  EXPECT_EQ(house_.generator.paid_starts(), 0);
  const Job job = SweepUntilFinished(id);
  EXPECT_EQ(job.state, JobState::kCompleted) << job.detail;
  EXPECT_EQ(house_.generator.paid_starts(), 1);
  EXPECT_EQ(job.cost.held_micros, 0);
}

TEST_F(DatabaseTroubleTest, IntentsCommitInDoubtAndNeverStored_IsAsIfItHadNotBeenTried) {
  ledger_.intents = {absl::UnknownError("the connection broke during the commit")};
  const std::string id = house_.CreateJob();
  EXPECT_EQ(SweepUntilFinished(id).state, JobState::kCompleted);
  EXPECT_EQ(house_.Read(id).clips.at(0).attempts, 1);
}

TEST_F(DatabaseTroubleTest, OutcomeNotStoredAtOnce_IsRepeatedUntilItIs) {
  ledger_.outcomes = {absl::UnavailableError("down"), absl::UnknownError("in doubt"), absl::AbortedError("a deadlock"),
                      absl::UnavailableError("down"), absl::UnavailableError("down"), absl::UnavailableError("down"),
                      absl::UnavailableError("down"), absl::UnavailableError("down"), absl::UnavailableError("down")};
  const std::string id = house_.CreateJob();
  Sweep();
  EXPECT_FALSE(house_.Read(id).clips.at(0).operation_name.empty());
  EXPECT_EQ(SweepUntilFinished(id).state, JobState::kCompleted);
  EXPECT_EQ(house_.generator.paid_starts(), 1);
}

// A failover to a standby that had not got the intent yet: the paid call is written down again before anybody can make
// it a second time.
TEST_F(DatabaseTroubleTest, IntentLostWhileTheCallWasMade_IsRecordedAgainAndNothingIsPaidTwice) {
  ledger_.forgets_first = true;
  const std::string id = house_.CreateJob();
  Sweep(absl::ZeroDuration());
  const Clip clip = house_.Read(id).clips.at(0);
  EXPECT_EQ(clip.operation_name, house_.generator.starts().at(0).operation_name);
  EXPECT_EQ(clip.start_id, house_.generator.starts().at(0).request.start_id);
  EXPECT_THAT(house_.log.Text(), HasSubstr("the database has lost the intent of a start"));
  const Job job = SweepUntilFinished(id);
  EXPECT_EQ(job.state, JobState::kCompleted);
  EXPECT_EQ(job.cost.charged_micros, 600'000);
  EXPECT_EQ(house_.generator.paid_starts(), 1);
}

TEST_F(DatabaseTroubleTest, LostIntentNotStoredAtOnce_IsRepeatedUntilItIs) {
  ledger_.forgets_first = true;
  ledger_.intents = {absl::UnavailableError("down"), absl::AbortedError("a deadlock")};
  const std::string id = house_.CreateJob();
  Sweep(absl::ZeroDuration());
  EXPECT_THAT(house_.log.Text(), HasSubstr("a start's intent is not stored yet; tried again"));
  EXPECT_EQ(house_.Read(id).clips.at(0).operation_name, house_.generator.starts().at(0).operation_name);
}

// The job or its storyboard went with the intent, or the database says for good that it takes no such intent.
TEST_F(DatabaseTroubleTest, LostIntentThatIsNotTaken_IsSaidWithItsOperation) {
  for (const bool refused : {false, true}) {
    ledger_.forgets_first = true;
    ledger_.not_possible = true;
    if (refused) ledger_.intents = {absl::FailedPreconditionError("no such intent")};
    house_.CreateJob();
    Sweep(absl::ZeroDuration());
    const std::string operation = house_.generator.starts().back().operation_name;
    EXPECT_THAT(house_.log.Text(), HasSubstr("a start was made, and its outcome is not in the database"));
    EXPECT_THAT(house_.log.Text(), HasSubstr(absl::StrCat("operation=", operation)));
  }
  EXPECT_EQ(house_.generator.paid_starts(), 2);
}

// Nothing of it can be stored: at least it is said aloud, and the job is not started at once again.
TEST_F(DatabaseTroubleTest, IntentLostForGood_IsSaidAndTheLeaseIsKept) {
  ledger_.forgets_all = true;
  house_.CreateJob();
  Sweep(absl::ZeroDuration());
  Sweep(absl::ZeroDuration());
  EXPECT_EQ(house_.generator.paid_starts(), 1);
  const LogLine said = house_.log.Find(Component::kWorker, "a start was made, and its outcome is not in the database");
  EXPECT_EQ(FieldOf(said, "operation"), house_.generator.starts().at(0).operation_name);
  EXPECT_EQ(FieldOf(said, "start"), house_.generator.starts().at(0).request.start_id);
}

TEST_F(DatabaseTroubleTest, StoppedWhileTheIntentIsStored_NothingIsSentAndTheLaneStaysOpen) {
  ledger_.on_intent = [this] { sweeping_->Stop(absl::ZeroDuration()); };
  const std::string id = house_.CreateJob();
  Sweep(absl::ZeroDuration());
  EXPECT_EQ(house_.generator.starts().size(), 0u);
  EXPECT_EQ(house_.Read(id).clips.at(0).state, ClipState::kPlanned);
  EXPECT_EQ(house_.store->lanes().Closed().value().size(), 0u);
  const auto starts = house_.store->audit().History(id).value().starts;
  ASSERT_EQ(starts.size(), 1u);
  EXPECT_THAT(starts[0].detail, HasSubstr("stopping"));
}

TEST_F(DatabaseTroubleTest, UnsentStartDecidedOtherwise_LeavesTheJobAlone) {
  ledger_.on_intent = [this] { sweeping_->Stop(absl::ZeroDuration()); };
  ledger_.outcomes = {absl::FailedPreconditionError("another outcome is recorded")};
  const std::string id = house_.CreateJob();
  Sweep(absl::ZeroDuration());
  EXPECT_EQ(house_.generator.starts().size(), 0u);
  EXPECT_THAT(house_.log.Text(), HasSubstr("put down"));
  EXPECT_EQ(house_.Read(id).clips.at(0).state, ClipState::kStarting) << "settled by whoever claims it next";
}

TEST_F(DatabaseTroubleTest, OutcomeDecidedOtherwise_LeavesTheJobAlone) {
  ledger_.outcomes = {absl::FailedPreconditionError("another outcome is recorded")};
  const std::string id = house_.CreateJob();
  Sweep(absl::ZeroDuration());
  EXPECT_EQ(house_.Read(id).clips.at(0).state, ClipState::kStarting);
  EXPECT_EQ(house_.generator.paid_starts(), 1);
}

// Another process settles them otherwise at the same moment: nothing more is done in this round.
TEST_F(DatabaseTroubleTest, IntentsLeftOpenAreDecidedOtherwise_LeavesTheJobAlone) {
  const std::string id = house_.CreateJob();
  auto claimed = house_.store->work().Claim(1, "a server that died", absl::Seconds(20));
  ASSERT_TRUE(claimed.ok() && claimed->size() == 1);
  const Lease lease = claimed->front().lease;
  const std::vector<PlannedClip> clips = {{{"one", 6}, "a"}, {{"two", 6}, "b"}, {{"three", 6}, "c"}};
  ASSERT_TRUE(house_.store->work().WriteStoryboardIfHeld(lease, clips).ok());
  for (int clip = 0; clip < 2; ++clip) {
    const auto intent = house_.store->ledger().RecordIntent(
        {lease, clip, house_.ids.NewId(), "fake", "fake", "", 0, std::nullopt, std::nullopt});
    ASSERT_EQ(intent->answer, IntentAnswer::kRecorded);
  }
  house_.clock.Advance(absl::Minutes(1));
  ledger_.outcomes = {absl::FailedPreconditionError("another outcome is recorded")};
  Sweep(absl::ZeroDuration());
  EXPECT_EQ(house_.Read(id).clips.at(0).state, ClipState::kStarting);
  EXPECT_EQ(house_.Read(id).clips.at(1).state, ClipState::kStarting);
  EXPECT_EQ(house_.generator.paid_starts(), 0);
}

TEST_F(DatabaseTroubleTest, LeaseLostBetweenTwoStarts_TheSecondIsNotMade) {
  house_.CreateScenes({{"one", 6}, {"two", 6}});
  ledger_.not_possible = true;
  Sweep();
  EXPECT_EQ(ledger_.intents_asked, 1);
  EXPECT_EQ(house_.generator.paid_starts(), 0);
}

TEST_F(DatabaseTroubleTest, StartNotPossibleAnyMore_LeavesTheJobAlone) {
  ledger_.not_possible = true;
  const std::string id = house_.CreateJob();
  Sweep();
  EXPECT_EQ(house_.generator.paid_starts(), 0);
  ledger_.not_possible = false;
  EXPECT_EQ(SweepUntilFinished(id).state, JobState::kCompleted);
}

TEST_F(DatabaseTroubleTest, LeaseAboutToEnd_NothingIsSent) {
  // Time passes while the intent is stored, as on a machine that stood still.
  class SlowLedger : public TroubledLedger {
   public:
    SlowLedger(StartLedger& real, SettableClock& clock) : TroubledLedger(real), clock_(clock) {}
    absl::StatusOr<RecordedIntent> RecordIntent(const StartIntent& intent) override {
      auto recorded = TroubledLedger::RecordIntent(intent);
      if (std::exchange(slow_, false)) clock_.Advance(absl::Seconds(18));
      return recorded;
    }

   private:
    SettableClock& clock_;
    bool slow_ = true;
  };
  SlowLedger slow(house_.store->ledger(), house_.clock);
  UseLedger(slow);
  const std::string id = house_.CreateJob();
  const Job job = SweepUntilFinished(id);
  EXPECT_EQ(job.state, JobState::kCompleted) << job.detail;
  EXPECT_EQ(house_.generator.paid_starts(), 1);
  const auto starts = house_.store->audit().History(id).value().starts;
  ASSERT_EQ(starts.size(), 2u);
  EXPECT_EQ(starts[0].outcome, "refused");
  EXPECT_THAT(starts[0].detail, HasSubstr("the lease was about to end"));
}

TEST_F(DatabaseTroubleTest, ChecksOutOfReach_SaysSoAndWorksOn) {
  lanes_.out_of_reach = absl::UnavailableError("down");
  const std::string id = house_.CreateJob();
  EXPECT_EQ(SweepUntilFinished(id).state, JobState::kCompleted);
  EXPECT_THAT(house_.log.Text(), HasSubstr("the closed lanes could not be read"));
}

TEST_F(DatabaseTroubleTest, DoubtsOutOfReach_AreLookedAtNextTime) {
  house_.generator.KeepEvidence();
  house_.generator.NextStartLosesItsAnswer();
  ledger_.doubts = {absl::UnavailableError("down"), absl::UnavailableError("down")};
  const std::string id = house_.CreateJob();
  for (int i = 0; i < 8; ++i) Sweep();
  EXPECT_THAT(house_.log.Text(), HasSubstr("the starts in doubt could not be read"));
  EXPECT_EQ(house_.Read(id).state, JobState::kCompleted);
}

TEST_F(DatabaseTroubleTest, HealedStartNotStored_IsHealedNextTime) {
  house_.generator.KeepEvidence();
  house_.generator.NextStartLosesItsAnswer();
  const std::string id = house_.CreateJob();
  Sweep();
  ASSERT_EQ(house_.Read(id).reason, FailureReason::kStartUnknown);
  ledger_.outcomes = {absl::UnavailableError("down")};
  for (int i = 0; i < 6; ++i) Sweep();
  EXPECT_THAT(house_.log.Text(), HasSubstr("a healed start is not stored yet"));
  EXPECT_EQ(house_.Read(id).state, JobState::kCompleted);
  EXPECT_EQ(house_.generator.paid_starts(), 1);
}

TEST_F(DatabaseTroubleTest, EvidenceOutOfReach_IsLookedForNextTime) {
  house_.generator.KeepEvidence();
  house_.generator.SetEvidenceTrouble(absl::UnavailableError("the store of objects is out of reach"));
  house_.generator.NextStartLosesItsAnswer();
  const std::string id = house_.CreateJob();
  for (int i = 0; i < 4; ++i) Sweep();
  EXPECT_EQ(house_.Read(id).reason, FailureReason::kStartUnknown);
  EXPECT_THAT(house_.log.Text(), HasSubstr("could not be looked for"));
  house_.generator.SetEvidenceTrouble(absl::OkStatus());
  for (int i = 0; i < 6; ++i) Sweep();
  EXPECT_EQ(house_.Read(id).state, JobState::kCompleted);
}

// Whether somebody wants the video again is not known: it is asked to be stopped by nobody, and polled all the same.
TEST_F(DatabaseTroubleTest, JobOutOfReachBeforeACancel_IsPolledAndNotStopped) {
  house_.generator.AllowCancel();
  house_.generator.SetRunningPolls(100);
  const std::string id = house_.CreateJob();
  Sweep();
  ASSERT_TRUE(house_.cancelling->Cancel(id).ok());
  reader_.gets = {absl::UnavailableError("down")};
  Sweep();
  EXPECT_EQ(house_.generator.cancels_asked(), 0);
  EXPECT_EQ(house_.generator.polls(house_.Read(id).clips.at(0).operation_name), 2);
  reader_.finds_none = true;
  Sweep(absl::Minutes(3));
  EXPECT_EQ(house_.generator.cancels_asked(), 0) << "its job is deleted";
  reader_.finds_none = false;
  Sweep();
  EXPECT_EQ(house_.generator.cancels_asked(), 1);
}

// What an operation cost that no job follows is known, and not stored: it is asked for again.
TEST_F(DatabaseTroubleTest, SettlementNotStored_IsStoredByTheNextLook) {
  house_.generator.NextStartLosesItsAnswer();
  const std::string id = house_.CreateJob();
  Sweep();
  const std::string start_id = house_.Read(id).clips.at(0).start_id;
  ASSERT_TRUE(house_.retrying->Retry(id, {start_id}).ok());
  ASSERT_EQ(SweepUntilFinished(id).state, JobState::kCompleted);
  StartOutcome found;
  found.kind = OutcomeKind::kAccepted;
  found.operation_name = house_.generator.starts().at(0).operation_name;
  ASSERT_EQ(house_.store->ledger().RecordOutcome(start_id, found), absl::OkStatus());
  ledger_.settlements = {absl::UnavailableError("down")};
  Sweep(absl::Minutes(2));
  EXPECT_GT(house_.Read(id).cost.reserved_micros, 0);
  EXPECT_THAT(house_.log.Text(), HasSubstr("its settlement is not stored yet"));
  Sweep(absl::Minutes(2));
  EXPECT_EQ(house_.Read(id).cost.reserved_micros, 0);
}

// A stop that is not heard now is heard when the job is claimed next.
TEST_F(DatabaseTroubleTest, JobOutOfReachAfterAStart_GoesOn) {
  for (const bool deleted : {false, true}) {
    reader_.finds_none = deleted;
    if (!deleted) reader_.gets = {absl::UnavailableError("down")};
    const std::string id = house_.CreateJob();
    EXPECT_EQ(SweepUntilFinished(id).state, JobState::kCompleted);
  }
}

// Whether its clip goes on with another start is not known: whoever claims it next sees that.
TEST_F(DatabaseTroubleTest, JobOutOfReachAfterItsOperationFailed_EndsWhenItIsClaimedNext) {
  for (const bool deleted : {false, true}) {
    house_.generator.NextPoll(PollAnswered(PollKind::kFailed, FailureReason::kFiltered, "not suitable"));
    house_.generator.on_poll = [this, deleted](const std::string&) {
      reader_.finds_none = deleted;
      if (!deleted) reader_.gets = {absl::UnavailableError("down")};
    };
    const std::string id = house_.CreateJob();
    Sweep();
    EXPECT_EQ(house_.Read(id).clips.at(0).state, ClipState::kFailed);
    EXPECT_EQ(house_.Read(id).state, JobState::kProcessing);
    house_.generator.on_poll = nullptr;
    reader_.finds_none = false;
    Sweep();
    EXPECT_EQ(house_.Read(id).reason, FailureReason::kFiltered);
  }
}

TEST_F(DatabaseTroubleTest, DeliveryNotStored_TheOtherClipIsLeftToWhoeverClaimsItNext) {
  const std::string id = house_.CreateScenes({{"one", 6}, {"two", 6}});
  house_.storage.on_put = [this] { work_.moves = {absl::AbortedError("the lease is lost")}; };
  Sweep(absl::Minutes(1));
  EXPECT_EQ(house_.storage.PutCount(), 1);
  EXPECT_EQ(house_.Read(id).clips.at(0).state, ClipState::kReady);
  house_.storage.on_put = nullptr;
  EXPECT_EQ(SweepUntilFinished(id).state, JobState::kCompleted);
  EXPECT_EQ(house_.generator.paid_starts(), 2);
}

// Whether a newer job stands in the way is not known: nothing is published, and it is asked again.
TEST_F(DatabaseTroubleTest, WishOutOfReachForALateAnswer_IsAskedAgain) {
  house_.generator.KeepEvidence();
  house_.generator.NextStartLosesItsAnswer();
  AskedVideo video;
  video.response_text = "Yes.";
  video.escalation_id = "01920000-0000-7000-8000-00000000000a";
  const std::string id = house_.creating->Create({{video}, "r"}).value().front().id;
  Sweep();
  ASSERT_EQ(house_.Read(id).reason, FailureReason::kStartUnknown);
  changes_.changes = {absl::UnavailableError("down")};
  Sweep(absl::Minutes(1));
  Sweep(absl::Minutes(1));
  EXPECT_THAT(house_.log.Text(), HasSubstr("put down"));
  EXPECT_EQ(SweepUntilFinished(id).state, JobState::kCompleted);
  EXPECT_EQ(house_.generator.paid_starts(), 1);
}

}  // namespace
}  // namespace videojobs
