// Jobs of several doors to generators: each keeps its own, is stopped there, and is healed by what is found there.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_house.h"

namespace videojobs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Doors, SettingsChangeWhileItRuns_IsAskedAtItsOwnDoor) {
  EngineHouse house;
  house.generator.SetRunningPolls(1);
  const std::string id = house.CreateJob();
  house.Sweep();
  ASSERT_EQ(house.Read(id).state, JobState::kProcessing);

  FakeVideoGenerator now_chosen;
  now_chosen.SetProvider("vertex");
  house.others = {&house.generator};
  house.Use(now_chosen);
  EXPECT_EQ(house.SweepUntilFinished(id).state, JobState::kCompleted);
  EXPECT_THAT(now_chosen.starts(), IsEmpty());
  const std::string next = house.CreateJob("Another answer.");
  EXPECT_EQ(house.SweepUntilFinished(next).provider, "vertex");
  EXPECT_EQ(now_chosen.paid_starts(), 1);
}

TEST(Doors, SettingsChangeBeforeItsStart_IsStartedAtItsOwnDoor) {
  EngineHouse house;
  const std::string id = house.CreateJob();
  FakeVideoGenerator now_chosen;
  now_chosen.SetProvider("vertex");
  house.others = {&house.generator};
  house.Use(now_chosen);
  EXPECT_EQ(house.SweepUntilFinished(id).state, JobState::kCompleted);
  EXPECT_EQ(house.generator.paid_starts(), 1);
  EXPECT_THAT(now_chosen.starts(), IsEmpty());
}

TEST(Doors, CredentialsAreGone_TheJobWaitsForAServerThatHasThem) {
  EngineHouse house;
  house.generator.SetRunningPolls(1);
  const std::string running = house.CreateJob("One.");
  house.Sweep();
  const std::string waiting = house.CreateJob("Two.");
  FakeVideoGenerator other;
  other.SetProvider("vertex");
  house.Use(other);
  for (int i = 0; i < 10; ++i) {
    house.clock.Advance(absl::Minutes(2));
    house.Sweep();
  }
  EXPECT_EQ(house.Read(running).state, JobState::kProcessing);
  EXPECT_THAT(house.Read(running).clips.at(0).detail, HasSubstr("no credentials"));
  EXPECT_EQ(house.Read(waiting).state, JobState::kPending);
  EXPECT_THAT(house.Read(waiting).clips, IsEmpty()) << "its text went nowhere";
  EXPECT_THAT(other.starts(), IsEmpty());

  house.Use(static_cast<VideoGenerator&>(house.generator));
  EXPECT_EQ(house.SweepUntilFinished(running).state, JobState::kCompleted);
  EXPECT_EQ(house.SweepUntilFinished(waiting).state, JobState::kCompleted);
}

TEST(Cancel, OperationRuns_IsStoppedWhereTheProviderCan) {
  EngineHouse house;
  house.generator.AllowCancel();
  house.generator.SetRunningPolls(100);
  const std::string id = house.CreateJob();
  house.Sweep();
  const std::string operation = house.Read(id).clips.at(0).operation_name;
  ASSERT_TRUE(house.cancelling->Cancel(id).ok());
  house.clock.Advance(absl::Minutes(1));
  house.Sweep();
  const Job job = house.Read(id);
  EXPECT_EQ(job.reason, FailureReason::kCancelled);
  EXPECT_THAT(house.generator.cancelled(), ElementsAre(operation));
  EXPECT_EQ(job.clips.at(0).state, ClipState::kFailed);
  EXPECT_EQ(job.cost.reserved_micros + job.cost.charged_micros, 0) << "what was stopped costs nothing";
}

// Each second that it runs on may be charged: the next poll, minutes away, is not waited for.
TEST(Cancel, OperationRuns_IsStoppedAtOnce) {
  EngineHouse house;
  house.generator.AllowCancel();
  house.generator.SetRunningPolls(100);
  const std::string id = house.CreateJob();
  house.Sweep();
  const std::string operation = house.Read(id).clips.at(0).operation_name;
  ASSERT_TRUE(house.cancelling->Cancel(id).ok());
  house.Sweep();
  EXPECT_THAT(house.generator.cancelled(), ElementsAre(operation));
  EXPECT_EQ(house.Read(id).clips.at(0).state, ClipState::kFailed);
  EXPECT_EQ(
      FieldOf(house.log.Find(Component::kGenerator, "the provider was asked to cancel the operation"), "operation"),
      operation);
}

TEST(Cancel, AskedDuringAPoll_IsStoppedInTheNextRoundWithoutWaiting) {
  EngineHouse house;
  house.generator.AllowCancel();
  house.generator.SetRunningPolls(100);
  const std::string id = house.CreateJob();
  bool asked = false;
  house.generator.on_poll = [&](const std::string&) {
    if (!std::exchange(asked, true)) {
      EXPECT_TRUE(house.cancelling->Cancel(id).ok());
    }
  };
  house.Sweep();
  house.Sweep();
  EXPECT_EQ(house.generator.cancelled().size(), 1u);
}

// Both were cancelled and are claimed together; while the first is looked at, a person wants the second one after all.
TEST(Cancel, WantedAgainJustBefore_IsLeftRunning) {
  EngineHouse house;
  house.generator.AllowCancel();
  house.generator.SetRunningPolls(2);
  const std::string first = house.CreateJob("One."), second = house.CreateJob("Two.");
  house.Sweep();
  const std::string kept = house.Read(second).clips.at(0).operation_name;
  ASSERT_TRUE(house.cancelling->Cancel(first).ok());
  ASSERT_TRUE(house.cancelling->Cancel(second).ok());
  bool asked = false;
  house.generator.on_poll = [&](const std::string&) {
    if (!std::exchange(asked, true)) {
      EXPECT_TRUE(house.retrying->Retry(second, {}).ok());
    }
  };
  house.Sweep();
  EXPECT_THAT(house.generator.cancelled(), testing::Not(testing::Contains(kept)));
  EXPECT_EQ(house.SweepUntilFinished(second).state, JobState::kCompleted);
  EXPECT_EQ(house.generator.paid_starts(), 2);
}

TEST(Cancel, ProviderCannot_IsAskedOnce) {
  EngineHouse house;
  house.generator.SetRunningPolls(100);
  const std::string id = house.CreateJob();
  house.Sweep();
  ASSERT_TRUE(house.cancelling->Cancel(id).ok());
  for (int i = 0; i < 5; ++i) {
    house.Sweep();
    house.clock.Advance(absl::Minutes(1));
  }
  EXPECT_GT(house.generator.polls(house.Read(id).clips.at(0).operation_name), 3);
  EXPECT_EQ(house.generator.cancels_asked(), 1);
  EXPECT_THAT(house.log.Text(), HasSubstr("could not be cancelled"));
}

TEST(Cancel, ProviderCannot_IsFollowedForItsCost) {
  EngineHouse house;
  house.generator.SetRunningPolls(1);
  const std::string id = house.CreateJob();
  house.Sweep();
  ASSERT_TRUE(house.cancelling->Cancel(id).ok());
  for (int i = 0; i < 5; ++i) {
    house.clock.Advance(absl::Minutes(1));
    house.Sweep();
  }
  EXPECT_EQ(house.Read(id).reason, FailureReason::kCancelled);
  EXPECT_EQ(house.Read(id).cost.charged_micros, 600'000);
  EXPECT_EQ(house.Read(id).video_url, "");
}

// A job whose start was paid for, and whose answer was lost.
std::string CreateLostStart(EngineHouse& house) {
  house.generator.NextStartLosesItsAnswer();
  std::string id = house.CreateJob();
  house.Sweep();
  EXPECT_EQ(house.Read(id).reason, FailureReason::kStartUnknown);
  return id;
}

TEST(Healing, EvidenceCarriesTheStartsId_TheJobGoesOnWithoutASecondPayment) {
  EngineHouse house;
  house.generator.KeepEvidence();
  const std::string id = CreateLostStart(house);
  house.clock.Advance(absl::Seconds(30));
  house.Sweep();
  house.clock.Advance(absl::Seconds(30));
  house.Sweep();
  const Job job = house.SweepUntilFinished(id);
  EXPECT_EQ(job.state, JobState::kCompleted);
  EXPECT_EQ(house.generator.paid_starts(), 1);
  EXPECT_EQ(job.cost.held_micros, 0);
  EXPECT_EQ(job.cost.charged_micros, 600'000);
}

TEST(Healing, ProviderKeepsNoEvidence_StaysInDoubt) {
  EngineHouse house;
  house.generator.NextStartLosesItsAnswer();
  const std::string id = house.CreateJob();
  for (int i = 0; i < 10; ++i) {
    house.Sweep();
    house.clock.Advance(absl::Minutes(1));
  }
  EXPECT_EQ(house.Read(id).reason, FailureReason::kStartUnknown);
}

// A store of objects that answers slowly: a look ends before all were looked at, and the next one goes on from there.
TEST(Healing, MoreInDoubtThanOneLookTakes_EachHasItsTurn) {
  EngineHouse house;
  house.generator.KeepEvidence();
  house.generator.SetEvidenceTrouble(absl::NotFoundError("nothing"));
  std::set<std::string> looked_at;
  std::vector<std::string> ids;
  for (int i = 0; i < 8; ++i) {
    house.generator.NextStartLosesItsAnswer();
    ids.push_back(house.CreateJob(absl::StrCat("Answer ", i)));
    for (int round = 0; round < 40 && !IsFinished(house.Read(ids.back()).state); ++round) {
      house.Sweep();
      house.clock.Advance(absl::Minutes(2));
    }
    ASSERT_EQ(house.Read(ids.back()).reason, FailureReason::kStartUnknown);
  }
  int most_at_once = 0, at_once = 0;
  house.generator.on_find_start = [&](const std::string& start_id) {
    looked_at.insert(start_id);
    most_at_once = std::max(most_at_once, ++at_once);
    house.clock.Advance(absl::Seconds(10));
  };
  for (int round = 0; round < 5; ++round) {
    at_once = 0;
    house.Sweep();
    house.clock.Advance(absl::Minutes(2));
  }
  EXPECT_EQ(looked_at.size(), 8u);
  EXPECT_LE(most_at_once, 2);
}

// Google has forgotten the operation; where its start was told to write lies the user's own copy.
TEST(Expiry, VideoLiesUnderItsStartsId_IsBroughtHome) {
  for (const bool reachable : {true, false}) {
    EngineHouse house;
    house.generator.KeepEvidence();
    house.generator.SetRunningPolls(1);
    const std::string id = house.CreateJob();
    house.Sweep();
    const std::string name = house.Read(id).clips.at(0).operation_name;
    house.clock.Advance(absl::Hours(50));
    if (!reachable) house.generator.SetEvidenceTrouble(absl::PermissionDeniedError("not for you"));
    house.generator.NextPollOf(name, PollAnswered(PollKind::kGone, FailureReason::kNone, "no such operation"));
    house.Sweep();
    if (!reachable) {
      EXPECT_EQ(house.Read(id).state, JobState::kProcessing) << "nobody could look";
      EXPECT_THAT(house.log.Text(), HasSubstr("not for you"));
      house.generator.SetEvidenceTrouble(absl::OkStatus());
    }
    const Job job = house.SweepUntilFinished(id);
    EXPECT_EQ(job.state, JobState::kCompleted);
    EXPECT_EQ(job.cost.charged_micros, 600'000);
    EXPECT_EQ(job.clips.at(0).operation_name, name);
  }
}

TEST(Expiry, NothingLiesUnderItsStartsId_IsExpired) {
  EngineHouse house;
  house.generator.KeepEvidence();
  house.generator.SetRunningPolls(1);
  const std::string id = house.CreateJob();
  house.Sweep();
  house.clock.Advance(absl::Hours(50));
  house.generator.SetEvidenceTrouble(absl::NotFoundError("nothing"));
  house.generator.NextPoll(PollAnswered(PollKind::kGone, FailureReason::kNone, "no such operation"));
  house.Sweep();
  EXPECT_EQ(house.Read(id).reason, FailureReason::kOperationExpired);
}

// The evidence lies where the user keeps it.
TEST(Healing, ServersWereOffForWeeks_TheFirstLookFindsIt) {
  EngineHouse house;
  house.generator.KeepEvidence();
  const std::string id = CreateLostStart(house);
  house.clock.Advance(absl::Hours(24 * 20));
  house.Restart();
  for (int i = 0; i < 5; ++i) {
    house.Sweep();
    house.clock.Advance(absl::Minutes(1));
  }
  EXPECT_EQ(house.Read(id).state, JobState::kCompleted);
  EXPECT_EQ(house.generator.paid_starts(), 1);
}

// A look that met trouble was none: the next one goes back as far.
TEST(Healing, EvidenceOutOfReachForDays_FoundByTheFirstLookThatReachesIt) {
  EngineHouse house;
  house.generator.KeepEvidence();
  const std::string id = CreateLostStart(house);
  for (const absl::Status& trouble : {absl::UnavailableError("not now"), absl::CancelledError("cut off")}) {
    house.generator.SetEvidenceTrouble(trouble);
    house.clock.Advance(absl::Minutes(1));
    house.Sweep();
    ASSERT_EQ(house.Read(id).reason, FailureReason::kStartUnknown) << trouble;
    house.clock.Advance(absl::Hours(24 * 4));
  }
  house.generator.SetEvidenceTrouble(absl::OkStatus());
  for (int i = 0; i < 5; ++i) {
    house.Sweep();
    house.clock.Advance(absl::Minutes(1));
  }
  EXPECT_EQ(house.Read(id).state, JobState::kCompleted);
  EXPECT_EQ(house.generator.paid_starts(), 1);
}

TEST(Healing, OldAndNothingFoundByAWholeLook_IsNotLookedForAgain) {
  EngineHouse house;
  house.generator.KeepEvidence();
  house.generator.SetEvidenceTrouble(absl::NotFoundError("nothing"));
  const std::string id = CreateLostStart(house);
  house.clock.Advance(absl::Hours(24 * 20));
  house.Restart();
  int looks = 0;
  house.generator.on_find_start = [&looks](const std::string&) { ++looks; };
  for (int i = 0; i < 3; ++i) {
    house.Sweep();
    house.clock.Advance(absl::Minutes(2));
  }
  EXPECT_EQ(looks, 1);
}

TEST(Healing, StartOfACancelledJob_IsFollowedForItsCostOnly) {
  EngineHouse house;
  house.generator.KeepEvidence();
  house.generator.NextStartLosesItsAnswer();
  house.generator.on_start = [&house](const StartRequest&) {
    const auto page = house.store->reader().List({}, std::nullopt, 10);
    if (page.ok() && !page->jobs.empty()) house.cancelling->Cancel(page->jobs.front().id).status().IgnoreError();
  };
  const std::string id = house.CreateJob();
  for (int i = 0; i < 10; ++i) {
    house.Sweep();
    house.clock.Advance(absl::Minutes(1));
  }
  const Job job = house.Read(id);
  EXPECT_EQ(job.state, JobState::kFailed);
  EXPECT_EQ(job.video_url, "");
  EXPECT_EQ(job.cost.charged_micros, 600'000);
}

// Its escalation has a newer job by then, which its late video must not replace.
TEST(Healing, StartOfAnOlderJob_IsFollowedForItsCostOnly) {
  EngineHouse house;
  house.generator.NextStartLosesItsAnswer();
  AskedVideo video;
  video.response_text = "Yes.";
  video.escalation_id = "01920000-0000-7000-8000-00000000000a";
  const std::string id = house.creating->Create({{video}, "r1"}).value().front().id;
  house.Sweep();
  const std::string lost = house.Read(id).clips.at(0).start_id;
  video.regenerate = true;
  video.accepted_starts = {lost};
  const std::string newer = house.creating->Create({{video}, "r2"}).value().front().id;
  house.generator.AllowCancel();
  house.generator.KeepEvidence();
  for (int i = 0; i < 5; ++i) {
    house.Sweep();
    house.clock.Advance(absl::Minutes(1));
  }
  EXPECT_EQ(house.Read(newer).state, JobState::kCompleted);
  const Job older = house.Read(id);
  EXPECT_EQ(older.reason, FailureReason::kStartUnknown);
  EXPECT_EQ(older.video_url, "");
  EXPECT_EQ(older.cost.charged_micros, 600'000);
  EXPECT_EQ(house.generator.cancels_asked(), 0) << "nobody asked for that";
}

TEST(Explain, NoDoorToItsProvider_SaysThatCredentialsAreMissing) {
  EngineHouse house;
  const Generators only_here(house.generator);
  EXPECT_FALSE(only_here.Has("vertex"));
  EXPECT_EQ(&only_here.Of("gemini"), &house.generator);
  EXPECT_FALSE(only_here.Naming("interactions/v1_x").has_value());
  const auto listed = only_here.Of("vertex").ListOperations("veo", 1);
  EXPECT_THAT(std::string(listed.status().message()), HasSubstr("no credentials"));
  EXPECT_EQ(only_here.Of("vertex").Start({}).kind, OutcomeKind::kRefused);
  EXPECT_FALSE(only_here.Of("vertex").Cancel("x").ok());
}

}  // namespace
}  // namespace videojobs
