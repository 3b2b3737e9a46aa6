// What becomes of money and jobs when the database answers a single question badly: a commit in doubt, an outcome that
// cannot be stored at once, lanes or doubts that cannot be read.
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_house.h"

namespace videojobs {
namespace {

using testing::HasSubstr;

const LaneKey kLane{"gemini", "fake-1.0"};

// The real ledger, which answers as it is told before it works again.
class TroubledLedger : public StartLedger {
 public:
  explicit TroubledLedger(StartLedger& real) : real_(real) {}

  absl::StatusOr<RecordedIntent> RecordIntent(const StartIntent& intent) override {
    ++intents_asked;
    if (on_intent) on_intent();
    if (forgets_all || (forgets_first && !intent.sent)) return RecordedIntent{IntentAnswer::kRecorded};
    if (intent_lost_after_commit) {
      intent_lost_after_commit = false;
      EXPECT_TRUE(real_.RecordIntent(intent).ok());
      return absl::UnknownError("the connection broke during the commit");
    }
    if (auto trouble = Next(intents)) return *std::move(trouble);
    if (not_possible) return RecordedIntent{};
    return real_.RecordIntent(intent);
  }
  absl::Status RecordOutcome(const std::string& start_id, const StartOutcome& outcome) override {
    if (auto trouble = Next(outcomes)) return *std::move(trouble);
    return real_.RecordOutcome(start_id, outcome);
  }
  absl::StatusOr<std::vector<std::string>> StartsInDoubt(const std::string& provider, absl::Duration age,
                                                         int limit) override {
    if (auto trouble = Next(doubts)) return *std::move(trouble);
    return real_.StartsInDoubt(provider, age, limit);
  }
  absl::StatusOr<std::vector<UnfollowedStart>> StartsUnfollowed(const std::string& provider, absl::Duration age,
                                                                int limit) override {
    if (auto trouble = Next(unfollowed)) return *std::move(trouble);
    return real_.StartsUnfollowed(provider, age, limit);
  }
  absl::Status Settle(const std::string& start_id, Settlement settlement) override {
    return real_.Settle(start_id, settlement);
  }

  std::deque<absl::Status> intents;
  std::deque<absl::Status> outcomes;
  std::deque<absl::Status> doubts;
  std::deque<absl::Status> unfollowed;
  bool intent_lost_after_commit = false;
  bool not_possible = false;
  bool forgets_first = false;  // intents are lost, as by a failover, but for those of starts that were sent
  bool forgets_all = false;
  std::function<void()> on_intent;
  int intents_asked = 0;

 private:
  static std::optional<absl::Status> Next(std::deque<absl::Status>& script) {
    if (script.empty()) return std::nullopt;
    absl::Status next = std::move(script.front());
    script.pop_front();
    return next;
  }

  StartLedger& real_;
};

class TroubledLanes : public Lanes {
 public:
  explicit TroubledLanes(Lanes& real) : real_(real) {}
  absl::Status Close(const LaneKey& key, LaneReason reason, const std::string& detail, const Closing& how) override {
    return real_.Close(key, reason, detail, how);
  }
  absl::StatusOr<std::vector<ClosedLane>> Closed() override { return real_.Closed(); }
  absl::StatusOr<std::vector<ClosedLane>> TakeChecks(const ChecksWanted& wanted) override {
    if (!out_of_reach.ok()) return out_of_reach;
    return real_.TakeChecks(wanted);
  }
  absl::Status PassCheck(const LaneKey& key, const std::string& token) override { return real_.PassCheck(key, token); }
  absl::Status out_of_reach;

 private:
  Lanes& real_;
};

class DatabaseTroubleTest : public testing::Test {
 protected:
  DatabaseTroubleTest() : ledger_(house_.store->ledger()), lanes_(house_.store->lanes()) {
    settings_.public_url = "http://127.0.0.1:8080";
    UseLedger(ledger_);
  }

  void UseLedger(StartLedger& ledger) {
    const EnginePorts ports = house_.Ports();
    sweeping_ = std::make_unique<Sweeping>(EnginePorts{.intake = ports.intake,
                                                       .work = ports.work,
                                                       .ledger = ledger,
                                                       .lanes = lanes_,
                                                       .reader = ports.reader,
                                                       .changes = ports.changes,
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
  TroubledLedger ledger_;
  TroubledLanes lanes_;
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
  const std::vector<Scene> scenes = {{"one", 6}, {"two", 6}, {"three", 6}};
  ASSERT_TRUE(house_.store->work().WriteStoryboardIfHeld(lease, scenes, {"a", "b", "c"}).ok());
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
  NewJob n;
  n.job.id = house_.ids.NewId();
  n.job.state = JobState::kPending;
  n.job.response_text = "the answer";
  n.job.options.model = "fake";
  n.job.provider = house_.generator.provider();
  n.job.asked_scenes = {{"one", 6}, {"two", 6}};
  ASSERT_TRUE(house_.store->intake().Create({house_.ids.NewId(), "fingerprint", {n}}).ok());
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

// A free check that is answered tells billing from key. Silence tells nothing: the lane stays what it was.
TEST_F(DatabaseTroubleTest, FreeCheckFails_ClosesTheLaneForItsOwnReason) {
  const struct {
    LaneReason before;
    absl::Status answer;
    LaneReason after;
    std::string detail;
  } cases[] = {
      {LaneReason::kBadKey, absl::PermissionDeniedError("no"), LaneReason::kBadKey, "no"},
      {LaneReason::kBadKey, absl::NotFoundError("no"), LaneReason::kModelUnavailable, "no"},
      {LaneReason::kModelUnavailable, absl::FailedPreconditionError("no"), LaneReason::kBilling, "no"},
      {LaneReason::kBadKey, absl::UnavailableError("silence"), LaneReason::kBadKey, "as it was"},
      {LaneReason::kModelUnavailable, absl::UnavailableError("silence"), LaneReason::kModelUnavailable, "as it was"}};
  for (const auto& row : cases) {
    EngineHouse house;
    ASSERT_TRUE(house.store->lanes().Close(kLane, row.before, "as it was", {absl::Seconds(10)}).ok());
    house.generator.SetModelCheck(row.answer);
    house.clock.Advance(absl::Minutes(1));
    house.Sweep();
    EXPECT_EQ(house.generator.model_checks(), 1);
    const auto closed = house.store->lanes().Closed().value();
    ASSERT_EQ(closed.size(), 1u) << row.answer;
    EXPECT_EQ(Name(closed[0].reason), Name(row.after)) << row.answer;
    EXPECT_EQ(closed[0].detail, row.detail) << row.answer;
    EXPECT_GT(closed[0].remaining, absl::ZeroDuration());
  }
}

// It is neither asked here nor kept from the server that can.
TEST_F(DatabaseTroubleTest, LaneOfAnotherDoor_IsLeftToAServerThatHasIt) {
  ASSERT_TRUE(house_.store->lanes().Close({"vertex", "veo"}, LaneReason::kBadKey, "no", {absl::Seconds(1)}).ok());
  house_.clock.Advance(absl::Minutes(1));
  Sweep(absl::ZeroDuration());
  EXPECT_EQ(house_.generator.model_checks(), 0);
  FakeVideoGenerator vertex;
  vertex.SetProvider("vertex");
  house_.others = {&vertex};
  house_.Restart();
  house_.Sweep();
  EXPECT_EQ(vertex.model_checks(), 1);
  EXPECT_EQ(house_.generator.model_checks(), 0);
  EXPECT_EQ(house_.store->lanes().Closed().value().size(), 0u) << "the next start may probe it";
}

// A person mended the key and started the server again: the ten minutes are not waited for.
TEST_F(DatabaseTroubleTest, ServerStartedAgain_ChecksLanesWhoseTimeIsNotOver) {
  ASSERT_TRUE(house_.store->lanes().Close(kLane, LaneReason::kBadKey, "no", {absl::Minutes(10)}).ok());
  Sweep(absl::ZeroDuration());
  EXPECT_EQ(house_.generator.model_checks(), 1) << "the first look of a process";
  ASSERT_TRUE(house_.store->lanes().Close(kLane, LaneReason::kBadKey, "no", {absl::Minutes(10)}).ok());
  Sweep(absl::ZeroDuration());
  EXPECT_EQ(house_.generator.model_checks(), 1) << "later looks wait";
  house_.Restart();
  const std::string id = house_.CreateJob();
  EXPECT_EQ(house_.SweepUntilFinished(id, absl::Seconds(5), 3).state, JobState::kCompleted);
  EXPECT_EQ(house_.generator.model_checks(), 2);
}

}  // namespace
}  // namespace videojobs
