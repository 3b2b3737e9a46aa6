// What a provider keeps of a start, found again: lost starts go on, and forgotten operations come home.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_house.h"

namespace videojobs {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

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

// What lies there is not looked at for ever, nor taken while it cannot be read.
TEST(Expiry, NothingCanBeLearnedOfIt_IsExpiredAfterAMonth) {
  for (const bool found : {true, false}) {
    EngineHouse house;
    house.generator.KeepEvidence();
    house.generator.SetRunningPolls(100);
    const std::string id = house.CreateJob();
    house.Sweep();
    const std::string name = house.Read(id).clips.at(0).operation_name;
    if (!found) house.generator.SetEvidenceTrouble(absl::UnavailableError("not now"));
    for (const int hours : {50, 24 * 29 - 50, 24 * 2}) {
      ASSERT_EQ(house.Read(id).state, JobState::kProcessing);
      house.clock.Advance(absl::Hours(hours));
      house.generator.NextPollOf(name, PollAnswered(PollKind::kGone, FailureReason::kNone, "no such operation"));
      house.Sweep();
    }
    EXPECT_EQ(house.Read(id).reason, FailureReason::kOperationExpired);
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

// A person did not want to wait, and paid again; what was lost turns up meanwhile, and is what comes home in the end.
TEST(Healing, FoundWhileThePaidSecondRuns_ComesHomeWhenThatFails) {
  for (const bool second_fails : {true, false}) {
    EngineHouse house;
    house.generator.KeepEvidence();
    house.generator.SetEvidenceTrouble(absl::UnavailableError("not now"));
    const std::string id = CreateLostStart(house);
    house.clock.Advance(absl::Minutes(1));
    house.generator.SetRunningPolls(8);
    ASSERT_TRUE(house.retrying->Retry(id, {house.Read(id).clips.at(0).start_id}).ok());
    house.Sweep();
    const std::string second = house.Read(id).clips.at(0).operation_name;
    ASSERT_NE(second, "");
    house.generator.SetEvidenceTrouble(absl::OkStatus());
    for (int i = 0; i < 5; ++i) {
      house.clock.Advance(absl::Seconds(31));
      house.Sweep();
    }
    ASSERT_THAT(*house.store->ledger().StartsInDoubt("gemini", absl::Hours(1), 10), IsEmpty()) << "it was found";
    ASSERT_EQ(house.Read(id).clips.at(0).operation_name, second);
    if (second_fails) {
      house.generator.NextPollOf(second, PollAnswered(PollKind::kFailed, FailureReason::kFiltered, "not suitable"));
    }
    const Job job = house.SweepUntilFinished(id);
    EXPECT_EQ(job.state, JobState::kCompleted);
    EXPECT_EQ(job.clips.at(0).operation_name == second, !second_fails);
    EXPECT_EQ(*house.storage.Content(job.clips.at(0).stored->object_name),
              house.generator.VideoOf(job.clips.at(0).operation_name));
    EXPECT_EQ(house.log.Text().find("goes on with another start") != std::string::npos, second_fails);
    EXPECT_EQ(house.generator.paid_starts(), 2);
  }
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

}  // namespace
}  // namespace videojobs
