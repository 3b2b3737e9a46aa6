// Bringing a paid video home through every kind of trouble: what is given up, when, and what never is.
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/engine/poll_pace.h"
#include "tests/support/engine_house.h"

namespace videojobs {
namespace {

using testing::HasSubstr;

// A job whose video is done and whose first delivery failed because of the storage, so that the clock may be moved.
std::string CreateReady(EngineHouse& house) {
  house.storage.FailNextPut(absl::UnavailableError("busy"));
  const std::string id = house.CreateJob();
  house.Sweep();
  EXPECT_EQ(house.Read(id).clips.at(0).state, ClipState::kReady);
  return id;
}

// Tries once more, however long that is off.
void TryAgain(EngineHouse& house) {
  house.clock.Advance(absl::Minutes(20));
  house.Sweep();
}

// Sweeps by a server that has the credentials of another provider alone; afterwards they are there again.
void LetAMonthPassWithoutCredentials(EngineHouse& house) {
  FakeVideoGenerator other;
  other.SetProvider("vertex");
  house.Use(other);
  for (int hour = 0; hour < 24 * 30; hour += 3) {
    house.clock.Advance(absl::Hours(3));
    house.Sweep();
  }
  house.Use(static_cast<VideoGenerator&>(house.generator));
}

// A file that begins as a video and lacks its end.
std::string CutShort(EngineHouse& house, const std::string& id, std::size_t bytes) {
  const std::string video = house.generator.VideoOf(house.Read(id).clips.at(0).operation_name);
  return video.substr(0, video.size() - bytes);
}

TEST(Delivering, DownloadBreaksOffAfterTwoDays_IsNoProofAndComesHome) {
  EngineHouse house;
  const std::string id = CreateReady(house);
  house.clock.Advance(absl::Hours(60));
  for (int i = 0; i < 5; ++i) {
    house.generator.NextFetch(absl::DataLossError("the connection was reset"));
    TryAgain(house);
    ASSERT_EQ(house.Read(id).state, JobState::kProcessing);
  }
  EXPECT_EQ(house.SweepUntilFinished(id, absl::Minutes(20)).state, JobState::kCompleted);
}

TEST(Delivering, EmptyOrAPageAfterTwoDays_IsNoProofAndComesHome) {
  for (const std::string& body : {std::string(), std::string("<html>Sign in to the network</html>")}) {
    EngineHouse house;
    const std::string id = CreateReady(house);
    house.clock.Advance(absl::Hours(60));
    for (int i = 0; i < 5; ++i) {
      house.generator.NextFetchGives(body);
      TryAgain(house);
      ASSERT_EQ(house.Read(id).state, JobState::kProcessing) << body;
    }
    EXPECT_EQ(house.SweepUntilFinished(id, absl::Minutes(20)).state, JobState::kCompleted) << body;
  }
}

TEST(Delivering, SameUnusableFileTwiceAfterTwoDays_IsLost) {
  EngineHouse house;
  const std::string id = CreateReady(house);
  house.clock.Advance(absl::Hours(49));
  house.generator.NextFetchGives(CutShort(house, id, 5));
  house.generator.NextFetchGives(CutShort(house, id, 5));
  TryAgain(house);
  ASSERT_EQ(house.Read(id).state, JobState::kProcessing) << "once is no proof";
  TryAgain(house);
  EXPECT_EQ(house.Read(id).reason, FailureReason::kDeliveryFailed);
  EXPECT_THAT(house.Read(id).detail, HasSubstr("truncated MP4"));
}

TEST(Delivering, SameUnusableFileTwiceBeforeTwoDays_IsTriedAgain) {
  EngineHouse house;
  const std::string id = CreateReady(house);
  for (int i = 0; i < 3; ++i) {
    house.generator.NextFetchGives(CutShort(house, id, 5));
    TryAgain(house);
  }
  EXPECT_EQ(house.SweepUntilFinished(id, absl::Minutes(20)).state, JobState::kCompleted);
}

TEST(Delivering, OtherUnusableFileEachTime_IsTriedAgain) {
  EngineHouse house;
  const std::string id = CreateReady(house);
  house.clock.Advance(absl::Hours(49));
  for (std::size_t cut = 5; cut < 9; ++cut) {
    house.generator.NextFetchGives(CutShort(house, id, cut));
    TryAgain(house);
  }
  EXPECT_EQ(house.SweepUntilFinished(id, absl::Minutes(20)).state, JobState::kCompleted);
}

// The video is the user's already: what is missing is only its address.
TEST(Delivering, StorageDoesNotSayTheUrlForDays_TheVideoIsNotFetchedAgain) {
  EngineHouse house;
  for (int i = 0; i < 400; ++i) house.storage.FailNextPublicUrl(absl::UnavailableError("is the bucket public?"));
  const std::string id = house.CreateJob();
  house.Sweep();
  const Job waiting = house.Read(id);
  EXPECT_EQ(waiting.state, JobState::kProcessing);
  EXPECT_EQ(waiting.clips.at(0).state, ClipState::kStored);
  EXPECT_THAT(waiting.clips.at(0).detail, HasSubstr("is the bucket public?"));
  EXPECT_EQ(waiting.clips.at(0).troubles, 1) << "it is shown";

  const absl::Time began = house.clock.Now();
  const Job job = house.SweepUntilFinished(id, absl::Minutes(16));
  EXPECT_GT(house.clock.Now() - began, absl::Hours(72));
  EXPECT_EQ(job.state, JobState::kCompleted);
  EXPECT_NE(job.video_url, "");
  EXPECT_EQ(house.generator.fetches(job.clips.at(0).operation_name), 1);
  EXPECT_EQ(house.storage.PutCount(), 1);
}

// Google made another length than was asked for: shown as it is, and the user's all the same.
TEST(Delivering, LengthOtherThanAsked_IsShownAndNotWithheld) {
  EngineHouse house;
  house.generator.SetLength(absl::Seconds(8));
  AskedVideo asked;
  asked.response_text = "Yes.";
  asked.options.duration_seconds = 6;
  const std::string id = house.creating->Create({{asked}, house.ids.NewId()})->front().id;
  const Job job = house.SweepUntilFinished(id);
  EXPECT_EQ(job.state, JobState::kCompleted);
  EXPECT_EQ(job.clips.at(0).scene.duration_seconds, 6);
  EXPECT_EQ(job.clips.at(0).stored->duration, absl::Seconds(8));
}

// Stored, but its URL was not told; by the time that it is, the settings name another bucket.
TEST(Delivering, StorageChangedBeforeTheUrlWasKnown_PublishesNoUrlOfWhatIsNotThere) {
  EngineHouse house;
  house.storage.FailNextPublicUrl(absl::UnavailableError("is the bucket public?"));
  const std::string id = house.CreateJob();
  house.Sweep();
  const StoredVideo stored = *house.Read(id).clips.at(0).stored;
  MemoryVideoStorage other("https://other.example/");
  house.Use(other);
  TryAgain(house);
  EXPECT_EQ(house.Read(id).state, JobState::kProcessing);
  EXPECT_THAT(house.Read(id).clips.at(0).detail, HasSubstr(stored.object_name));

  MemorySource half("half");
  ASSERT_EQ(other.Put(stored.object_name, half, 4), absl::OkStatus());
  TryAgain(house);
  EXPECT_THAT(house.Read(id).clips.at(0).detail, HasSubstr("has 4 bytes"));
  house.Use(static_cast<VideoStorage&>(house.storage));
  EXPECT_EQ(house.SweepUntilFinished(id, absl::Minutes(20)).state, JobState::kCompleted);
}

TEST(Delivering, StorageDoesNotSayWhetherTheVideoIsThere_IsAskedAgain) {
  EngineHouse house;
  house.storage.FailNextPublicUrl(absl::UnavailableError("is the bucket public?"));
  const std::string id = house.CreateJob();
  house.Sweep();
  house.storage.FailNextSize(absl::UnavailableError("no route to the storage"));
  TryAgain(house);
  EXPECT_EQ(house.Read(id).state, JobState::kProcessing);
  EXPECT_THAT(house.Read(id).clips.at(0).detail, HasSubstr("no route to the storage"));
  EXPECT_EQ(house.SweepUntilFinished(id, absl::Minutes(20)).state, JobState::kCompleted);
}

// No answer for a fortnight. Google's own copy is given up by then; what lies in the user's folder is there still.
TEST(Delivering, SilentForAFortnight_OnlyWhatLiesInTheUsersFolderIsKept) {
  for (const bool in_users_folder : {true, false}) {
    EngineHouse house;
    if (in_users_folder) house.generator.KeepEvidence();
    const std::string id = CreateReady(house);
    for (int hour = 0; hour < 24 * 14; hour += 12) {
      house.generator.NextFetch(absl::UnavailableError("no route"));
      house.clock.Advance(absl::Hours(12));
      house.Sweep();
    }
    EXPECT_EQ(house.Read(id).state, in_users_folder ? JobState::kProcessing : JobState::kFailed);
    if (!in_users_folder) continue;
    for (int day = 14; day <= 31; ++day) {
      house.generator.NextFetch(absl::UnavailableError("no route"));
      house.clock.Advance(absl::Hours(24));
      house.Sweep();
    }
    EXPECT_EQ(house.Read(id).reason, FailureReason::kDeliveryFailed) << "not for ever";
  }
}

// The disk takes the file's beginning and not its end: nothing is said about Google's copy by that.
TEST(Delivering, DiskFullInTheMiddleForAWeek_GivesNothingUp) {
  EngineHouse house;
  house.generator.on_fetch = [&house](const std::string&) { house.scratch.SetFull(true); };
  const std::string id = house.CreateJob();
  house.Sweep();
  ASSERT_THAT(house.Read(id).clips.at(0).detail, HasSubstr("full"));
  for (int day = 0; day < 9; ++day) {
    for (int i = 0; i < 10; ++i) {
      house.scratch.SetFull(false);
      TryAgain(house);
    }
    house.clock.Advance(absl::Hours(20));
  }
  EXPECT_GT(house.generator.fetches(house.Read(id).clips.at(0).operation_name), 50) << "it was written to each time";
  EXPECT_EQ(house.Read(id).state, JobState::kProcessing);
  house.generator.on_fetch = nullptr;
  house.scratch.SetFull(false);
  EXPECT_EQ(house.SweepUntilFinished(id, absl::Minutes(20)).state, JobState::kCompleted);
}

TEST(Delivering, FileOnTheWayCannotBeRead_IsTriedAgain) {
  EngineHouse house;
  house.scratch.SetUnreadable(true);
  const std::string id = house.CreateJob();
  house.Sweep();
  EXPECT_THAT(house.Read(id).clips.at(0).detail, HasSubstr("cannot be read"));
  house.scratch.SetUnreadable(false);
  EXPECT_EQ(house.SweepUntilFinished(id).state, JobState::kCompleted);
}

// Nothing is learned about the provider's copy by a server that may not ask for it.
TEST(Delivering, NoCredentialsForAMonth_GivesNothingUp) {
  EngineHouse house;
  const std::string id = CreateReady(house);
  LetAMonthPassWithoutCredentials(house);
  EXPECT_EQ(house.Read(id).state, JobState::kProcessing);
  EXPECT_THAT(house.Read(id).clips.at(0).detail, HasSubstr("no credentials"));
  EXPECT_EQ(house.SweepUntilFinished(id, absl::Hours(1)).state, JobState::kCompleted);
}

// Each clip goes at its own pace: neither is asked for because the other one is due.
TEST(Delivering, OneClipRunsWhileTheOtherWaitsForTheStorage_EachIsLookedAtInItsOwnTime) {
  EngineHouse house;
  for (int i = 0; i < 4; ++i) house.storage.FailNextPut(absl::UnavailableError("busy"));
  const std::string id = house.CreateScenes({{"one", 6}, {"two", 6}});
  PollAnswer running;
  running.kind = PollKind::kRunning;
  std::string slow;
  house.generator.on_poll = [&](const std::string& operation) {
    if (slow.empty()) slow = operation;
    if (operation == slow && house.generator.polls(slow) < 30) house.generator.NextPollOf(slow, running);
  };
  const Job job = house.SweepUntilFinished(id, absl::Seconds(1));
  EXPECT_EQ(job.state, JobState::kCompleted);
  EXPECT_EQ(house.generator.polls(slow), 31);
  EXPECT_EQ(house.generator.polls(job.clips.at(1).operation_name), 1);
  EXPECT_EQ(house.generator.fetches(job.clips.at(1).operation_name), 5);
  EXPECT_EQ(house.generator.fetches(slow), 1);
}

TEST(Delivering, OneOfTwoClipsFailed_TheOthersVideoIsPublishedOnceItsUrlIsKnown) {
  for (const bool first_fails : {false, true}) {
    EngineHouse house;
    PollAnswer failed;
    failed.kind = PollKind::kFailed;
    failed.reason = FailureReason::kFiltered;
    PollAnswer succeeded;
    succeeded.kind = PollKind::kSucceeded;
    house.generator.NextPoll(first_fails ? failed : succeeded);
    house.generator.NextPoll(first_fails ? succeeded : failed);
    house.storage.FailNextPublicUrl(absl::UnavailableError("is the bucket public?"));
    const std::string id = house.CreateScenes({{"one", 6}, {"two", 6}});
    house.Sweep();
    ASSERT_EQ(house.Read(id).clips.at(first_fails ? 1 : 0).state, ClipState::kStored);
    ASSERT_EQ(house.Read(id).state, JobState::kProcessing);
    const Job job = house.SweepUntilFinished(id);
    EXPECT_EQ(job.state, JobState::kCompleted);
    EXPECT_THAT(job.video_url, HasSubstr(job.clips.at(first_fails ? 1 : 0).stored->object_name));
  }
}

TEST(Delivering, BothClipsStoredWithoutAUrl_TheFirstOnesIsPublished) {
  EngineHouse house;
  for (int i = 0; i < 2; ++i) house.storage.FailNextPublicUrl(absl::UnavailableError("is the bucket public?"));
  const std::string id = house.CreateScenes({{"one", 6}, {"two", 6}});
  const Job job = house.SweepUntilFinished(id);
  EXPECT_EQ(job.state, JobState::kCompleted);
  EXPECT_THAT(job.video_url, HasSubstr(job.clips.at(0).stored->object_name));
}

// The bucket was missing for eight days, and every download was good: one that fails then proves nothing.
TEST(Delivering, OneBadDownloadAfterManyGoodOnes_IsNotSilence) {
  EngineHouse house;
  const std::string id = CreateReady(house);
  for (int i = 0; i < 60; ++i) {
    house.storage.FailNextPut(absl::NotFoundError("the bucket is missing"));
    house.clock.Advance(absl::Hours(4));
    house.Sweep();
  }
  house.generator.NextFetch(absl::UnavailableError("no route"));
  TryAgain(house);
  EXPECT_EQ(house.Read(id).state, JobState::kProcessing);
  EXPECT_EQ(house.SweepUntilFinished(id, absl::Minutes(20)).state, JobState::kCompleted);
}

TEST(Delivering, ServerWasOffForEightDays_OneBadDownloadIsNotSilence) {
  EngineHouse house;
  const std::string id = CreateReady(house);
  house.clock.Advance(absl::Hours(24 * 8));
  house.generator.NextFetch(absl::UnavailableError("no route"));
  house.Sweep();
  EXPECT_EQ(house.Read(id).state, JobState::kProcessing);
  EXPECT_EQ(house.SweepUntilFinished(id, absl::Minutes(20)).state, JobState::kCompleted);
}

TEST(Delivering, NothingButTroubleForAWeek_IsLostThen) {
  EngineHouse house;
  const std::string id = CreateReady(house);
  const absl::Time began = house.clock.Now();
  for (int i = 0; i < 1000 && !IsFinished(house.Read(id).state); ++i) {
    house.generator.NextFetch(absl::UnavailableError("no route"));
    TryAgain(house);
  }
  EXPECT_EQ(house.Read(id).reason, FailureReason::kDeliveryFailed);
  EXPECT_GE(house.clock.Now() - began, kSilenceLimit);
  EXPECT_LE(house.clock.Now() - began, kSilenceLimit + absl::Hours(2));
}

PollAnswer NoAnswer() {
  PollAnswer answer;
  answer.detail = "no route";
  return answer;
}

TEST(Polling, ServerWasOffForAWeek_ExpiresOnlyAfterManyTriesInARow) {
  EngineHouse house;
  house.generator.SetRunningPolls(10'000);
  const std::string id = house.CreateJob();
  house.Sweep();
  house.clock.Advance(kSilenceLimit + absl::Hours(1));
  for (int tries = 1; tries < kTroublesBeforeGivingUp; ++tries) {
    house.generator.NextPoll(NoAnswer());
    house.Sweep();
    ASSERT_EQ(house.Read(id).state, JobState::kProcessing) << tries;
    house.clock.Advance(absl::Hours(2));
  }
  house.generator.NextPoll(NoAnswer());
  house.Sweep();
  EXPECT_EQ(house.Read(id).reason, FailureReason::kOperationExpired);
}

TEST(Polling, AnswerInBetween_BeginsTheCountAnew) {
  EngineHouse house;
  house.generator.SetRunningPolls(10'000);
  const std::string id = house.CreateJob();
  house.Sweep();
  for (int i = 0; i < 200; ++i) {
    if (i % 15 != 0) house.generator.NextPoll(NoAnswer());
    house.clock.Advance(absl::Hours(12));
    house.Sweep();
    ASSERT_EQ(house.Read(id).state, JobState::kProcessing) << i;
  }
}

// Without credentials nobody is asked, so that nothing can be silent.
TEST(Polling, NoCredentialsForAMonth_ExpiresNothing) {
  EngineHouse house;
  house.generator.SetRunningPolls(1);
  const std::string running = house.CreateJob("One.");
  house.Sweep();
  LetAMonthPassWithoutCredentials(house);
  EXPECT_EQ(house.Read(running).state, JobState::kProcessing);
  EXPECT_LE(house.Read(running).clips.at(0).troubles, 1);
  house.generator.NextPoll(NoAnswer());
  house.clock.Advance(absl::Hours(3));
  house.Sweep();
  EXPECT_EQ(house.Read(running).state, JobState::kProcessing) << "the first try of all";
  EXPECT_EQ(house.SweepUntilFinished(running, absl::Hours(2)).state, JobState::kCompleted);
}

TEST(WasSilentTooLong, BothLimits_AreNeeded) {
  const absl::Duration almost = kSilenceLimit - absl::Seconds(1);
  EXPECT_EQ(kSilenceLimit, absl::Hours(24 * 7));
  EXPECT_TRUE(WasSilentTooLong(kSilenceLimit, kTroublesBeforeGivingUp));
  EXPECT_FALSE(WasSilentTooLong(almost, kTroublesBeforeGivingUp));
  EXPECT_FALSE(WasSilentTooLong(kSilenceLimit, kTroublesBeforeGivingUp - 1));
}

TEST(LastHeard, LaterOfBeginAndAnswer_OrNowWithoutEither) {
  const absl::Time now = absl::FromUnixSeconds(1000), early = now - absl::Hours(2), late = now - absl::Hours(1);
  EXPECT_EQ(LastHeard(early, late, now), late);
  EXPECT_EQ(LastHeard(late, early, now), late) << "an answer about an earlier attempt";
  EXPECT_EQ(LastHeard(early, std::nullopt, now), early);
  EXPECT_EQ(LastHeard(std::nullopt, std::nullopt, now), now);
}

}  // namespace
}  // namespace videojobs
