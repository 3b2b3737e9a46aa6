// What the web app's own video worker did before VideoJobs took its place, row by row:
//    1 start one clip, get the operation's name back      11 a failed start fails the job and is logged
//    2 poll it; a URL or base64 data when done             12 a failed poll is logged and goes on next cycle
//    3 a storyboard, a start per scene, `processing`       13 a failed fetch fails the job
//    4 poll a job; fetch, upload, write URL, `completed`   14 a failed upload falls back to the placeholder
//    5 a batch that counts what it did                     15 one scene of 6 s by default
//    6 POST and GET /api/video/poll                        16 polled once immediately after the start
//    7 migration 012: the column video_job_id              17 15 to 30 s between polls
//    8 the status flow                                     18 log lines by component
//    9 cron, client-side calls, manual curl                19 the troubleshooting table
//   10 the four environment variables
// Here: rows 1 to 5, 8 and 11 to 17. Those of the server around the jobs are in seed_rows_doors_test.cc, those of the
// web app's table in seed_rows_postgres_test.cc.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "adapters/http/client.h"
#include "adapters/supabase/supabase_video_storage.h"
#include "adapters/supabase/wire.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/engine/poll_pace.h"
#include "server/settings.h"
#include "tests/generator/simulated_google.h"
#include "tests/support/engine_house.h"
#include "tests/support/fake_supabase.h"
#include "tests/support/string_sink.h"

namespace videojobs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr char kBucket[] = "escalation-videos";
constexpr char kPlaceholder[] = "https://school.example/sorry.mp4";

// The engine between real adapters: Veo's over HTTP on the simulator, Supabase's on a fake of its server.
struct RealAdapters {
  explicit RealAdapters(EngineSettings settings = {}) : house(std::move(settings)) {
    house.Use(google.generator());
    house.Use(storage);
  }

  std::string CreateJob() {
    AskedVideo video;
    video.response_text = "Yes, you may hand it in on Friday.";
    video.options.model = google.options().model;
    auto created = house.creating->Create({{video}, house.ids.NewId()});
    EXPECT_TRUE(created.ok()) << created.status();
    return created.ok() ? created->front().id : "";
  }

  // Lets time pass here and at Google's.
  void Pass(absl::Duration time) {
    house.clock.Advance(time);
    google.clock().Advance(time);
  }

  // Works on the job every `step`, until it ended or `time` has passed.
  Job WorkFor(const std::string& id, absl::Duration time, absl::Duration step = absl::Minutes(30)) {
    const absl::Time until = house.clock.Now() + time;
    for (; house.clock.Now() < until && !IsFinished(house.Read(id).state); Pass(step)) house.Sweep();
    return house.Read(id);
  }

  SimulatedGoogle google;
  FakeSupabase supabase;
  http::Client client;
  SupabaseVideoStorage storage{client,
                               supabase::MakeEndpoint(supabase.url(), FakeSupabase::kServiceKey, kBucket).value()};
  EngineHouse house;
};

// Two scenes for every answer.
class TwoScenes : public Storyboarder {
 public:
  absl::StatusOr<std::vector<Scene>> Write(const std::string& text, const Context&, const VideoOptions&) override {
    return std::vector<Scene>{{absl::StrCat("first: ", text), 6}, {absl::StrCat("then: ", text), 6}};
  }
};

StartOutcome Refused(int http_status, std::string detail) {
  StartOutcome outcome;
  outcome.kind = OutcomeKind::kRefused;
  outcome.http_status = http_status;
  outcome.detail = std::move(detail);
  return outcome;
}

std::string StartedAt(SimulatedGoogle& google) {
  const StartOutcome outcome = google.generator().Start({"start-1", google.options(), {"A teacher speaks.", 6}});
  EXPECT_EQ(outcome.kind, OutcomeKind::kAccepted) << outcome.detail;
  return outcome.operation_name;
}

// The video of an operation that is done, fetched by what its poll answered.
std::string Fetched(SimulatedGoogle& google, const std::string& operation, const PollAnswer& answer) {
  StringSink sink;
  EXPECT_EQ(google.generator().Fetch(operation, answer.result, sink), absl::OkStatus());
  return sink.text;
}

TEST(SeedRow01, StartingOneClip_GivesTheOperationsNameBack) {
  SimulatedGoogle google;
  const std::string name = StartedAt(google);
  EXPECT_THAT(name, StartsWith(absl::StrCat("models/", google.options().model, "/operations/")));
  ASSERT_THAT(google.simulator().starts(), SizeIs(1));
  const simulator::PaidStart start = google.simulator().starts().front();
  EXPECT_EQ(start.operation, name);
  EXPECT_EQ(start.prompt, "A teacher speaks.");
  EXPECT_EQ(start.duration_seconds, 6);
}

TEST(SeedRow02, PollingARunningOperation_IsRunning_ThenDoneWithAUrl) {
  SimulatedGoogle google;
  const std::string name = StartedAt(google);
  EXPECT_EQ(google.generator().Poll(name).kind, PollKind::kRunning);
  google.Finish();
  const PollAnswer done = google.generator().Poll(name);
  ASSERT_EQ(done.kind, PollKind::kSucceeded) << done.detail;
  EXPECT_THAT(done.result, HasSubstr("https://"));
  EXPECT_TRUE(Fetched(google, name, done) == google.VideoOf(name));
}

TEST(SeedRow02, PollingADoneOperation_WithTheVideoInBase64_GivesTheSameVideo) {
  SimulatedGoogle google;
  google.Arrange(Happening::kInlineResult);
  const std::string name = StartedAt(google);
  google.Finish();
  const PollAnswer done = google.generator().Poll(name);
  ASSERT_EQ(done.kind, PollKind::kSucceeded) << done.detail;
  EXPECT_THAT(done.result, Not(HasSubstr("http")));
  EXPECT_TRUE(Fetched(google, name, done) == google.VideoOf(name));
}

TEST(SeedRow02, PollingAFailedOperation_IsFailedWithItsReason) {
  SimulatedGoogle google;
  google.Arrange(Happening::kOperationError);
  const std::string name = StartedAt(google);
  google.Finish();
  const PollAnswer answer = google.generator().Poll(name);
  EXPECT_EQ(answer.kind, PollKind::kFailed);
  EXPECT_EQ(answer.reason, FailureReason::kGenerationFailed);
  EXPECT_THAT(answer.detail, Not(IsEmpty()));
}

TEST(SeedRow03, Response_BecomesAStoryboardWhosePromptCarriesIt) {
  EngineHouse house;
  house.CreateJob("Yes, you may hand it in on Friday.");
  house.Sweep();
  ASSERT_THAT(house.generator.starts(), SizeIs(1));
  EXPECT_THAT(house.generator.starts()[0].request.scene.prompt, HasSubstr("Yes, you may hand it in on Friday."));
}

TEST(SeedRow03, EachScene_IsStartedOnce_AndItsOperationIsStoredInAProcessingJob) {
  TwoScenes two_scenes;
  EngineHouse house;
  house.Use(two_scenes);
  house.generator.SetRunningPolls(100);
  const std::string id = house.CreateJob("Yes.");
  house.Sweep();
  house.clock.Advance(absl::Seconds(30));
  house.Sweep();
  const auto starts = house.generator.starts();
  ASSERT_THAT(starts, SizeIs(2));
  EXPECT_EQ(starts[0].request.scene.prompt, "first: Yes.");
  EXPECT_EQ(starts[1].request.scene.prompt, "then: Yes.");
  const Job job = house.Read(id);
  EXPECT_EQ(job.state, JobState::kProcessing);
  ASSERT_THAT(job.clips, SizeIs(2));
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_THAT(job.clips[i].operation_name, Not(IsEmpty()));
    EXPECT_EQ(job.clips[i].operation_name, starts[i].operation_name);
  }
}

TEST(SeedRow04, DoneJob_IsFetchedUploadedToSupabaseAndCompletedWithItsUrl) {
  RealAdapters real;
  real.supabase.SetBucket(kBucket, {.is_public = true, .allowed_mime_type = "video/mp4"});
  const std::string id = real.CreateJob();
  real.house.Sweep();
  EXPECT_EQ(real.house.Read(id).state, JobState::kProcessing);
  EXPECT_EQ(real.supabase.ObjectCount(), 0u);
  real.Pass(absl::Minutes(1));
  EXPECT_EQ(real.house.Sweep().completed, 1);

  const Job job = real.house.Read(id);
  EXPECT_EQ(job.state, JobState::kCompleted);
  EXPECT_THAT(job.video_url, StartsWith(absl::StrCat(real.supabase.url(), "/storage/v1/object/public/", kBucket, "/")));
  const auto page = FakeSupabase::Browse(job.video_url);
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(page.body == real.google.VideoOf(job.clips.at(0).operation_name)) << "not the video that Google made";
  EXPECT_EQ(real.google.paid_starts(), 1);
}

TEST(SeedRow05, Batch_StartsWhatIsPendingPollsWhatIsProcessing_AndCountsAllFour) {
  EngineHouse house;
  house.generator.SetRunningPolls(1);
  const std::string done = house.CreateJob(), failing = house.CreateJob();
  const SweepReport first = house.Sweep();
  EXPECT_THAT((std::vector{first.created, first.polled, first.completed, first.failed}), ElementsAre(2, 2, 0, 0));

  house.generator.NextPollOf(house.Read(failing).clips.at(0).operation_name,
                             PollAnswered(PollKind::kFailed, FailureReason::kGenerationFailed, "out of ideas"));
  const std::string fresh = house.CreateJob();
  house.clock.Advance(absl::Seconds(30));
  const SweepReport second = house.Sweep();
  EXPECT_THAT((std::vector{second.created, second.polled, second.completed, second.failed}), ElementsAre(1, 3, 1, 1));
  EXPECT_EQ(house.Read(done).state, JobState::kCompleted);
  EXPECT_EQ(house.Read(failing).state, JobState::kFailed);
  EXPECT_EQ(house.Read(fresh).state, JobState::kProcessing);
  EXPECT_EQ(house.generator.paid_starts(), 3) << "a job with an operation is never started again";
}

TEST(SeedRow08, StatusFlow_GoesFromPendingOverProcessingToItsEnd) {
  for (const bool fails : {false, true}) {
    EngineHouse house;
    house.generator.SetRunningPolls(1);
    const std::string id = house.CreateJob();
    std::vector<std::string> seen = {std::string(Name(house.Read(id).state))};
    house.Sweep();
    seen.emplace_back(Name(house.Read(id).state));
    if (fails) house.generator.NextPoll(PollAnswered(PollKind::kFailed, FailureReason::kFiltered, "a face"));
    house.clock.Advance(absl::Seconds(30));
    house.Sweep();
    seen.emplace_back(Name(house.Read(id).state));
    EXPECT_THAT(seen, ElementsAre("pending", "processing", fails ? "failed" : "completed"));
  }
}

TEST(SeedRow11, RefusedStart_FailsTheJobAndIsLogged) {
  EngineHouse house;
  house.generator.NextStart(Refused(400, "the prompt is not allowed"));
  const std::string id = house.CreateJob();
  EXPECT_EQ(house.Sweep().failed, 1);
  const Job job = house.Read(id);
  EXPECT_EQ(job.state, JobState::kFailed);
  EXPECT_EQ(job.reason, FailureReason::kStartRefused);
  EXPECT_EQ(job.detail, "the prompt is not allowed");
  const LogLine line = house.log.Find(Component::kGenerator, "start refused");
  EXPECT_EQ(line.severity, Severity::kError);
  EXPECT_EQ(FieldOf(line, "job"), id);
  EXPECT_EQ(FieldOf(line, "detail"), "the prompt is not allowed");
}

TEST(SeedRow11, RefusalThatWouldHitEveryJob_ClosesTheLaneAndFailsNone) {
  EngineHouse house;
  StartOutcome bad_key = Refused(403, "API key not valid");
  bad_key.lane_reason = LaneReason::kBadKey;
  bad_key.lane_closed_for = absl::Minutes(1);
  house.generator.NextStart(bad_key);
  const std::string first = house.CreateJob(), second = house.CreateJob();
  EXPECT_EQ(house.Sweep().failed, 0);
  EXPECT_EQ(house.Read(first).state, JobState::kPending);
  EXPECT_THAT(house.generator.starts(), SizeIs(1)) << "the second job does not try the same key";
  EXPECT_EQ(FieldOf(house.log.Find(Component::kGenerator, "start refused; the lane is closed"), "detail"),
            "API key not valid");
  EXPECT_EQ(house.SweepUntilFinished(first).state, JobState::kCompleted);
  EXPECT_EQ(house.SweepUntilFinished(second).state, JobState::kCompleted);
}

TEST(SeedRow12, FailedPoll_IsLoggedAndAskedAgainNextCycle) {
  EngineHouse house;
  house.generator.NextPoll(PollAnswered(PollKind::kTroubled, FailureReason::kNone, "connection reset"));
  const std::string id = house.CreateJob();
  EXPECT_EQ(house.Sweep().failed, 0);
  EXPECT_EQ(house.Read(id).state, JobState::kProcessing);
  const LogLine line = house.log.Find(Component::kGenerator, "poll in trouble; asked again next time");
  EXPECT_EQ(line.severity, Severity::kWarning);
  EXPECT_EQ(FieldOf(line, "job"), id);
  EXPECT_EQ(FieldOf(line, "detail"), "connection reset");
  house.clock.Advance(absl::Seconds(30));
  EXPECT_EQ(house.Sweep().completed, 1);
}

TEST(SeedRow13, FailedFetch_IsTriedAgain_WhileGooglesCopyMayBeThere) {
  RealAdapters real;
  real.supabase.SetBucket(kBucket, {.is_public = true, .allowed_mime_type = ""});
  real.google.simulator().SetFaults({simulator::FaultKind::kDownloadForbidden});
  const std::string id = real.CreateJob();
  EXPECT_EQ(real.WorkFor(id, absl::Hours(40)).state, JobState::kProcessing);
  real.google.simulator().SetFaults({});
  EXPECT_EQ(real.WorkFor(id, absl::Hours(1)).state, JobState::kCompleted);
}

TEST(SeedRow13, FailedFetch_OnceGooglesCopyIsGone_FailsTheJobAndIsLogged) {
  RealAdapters real;
  real.supabase.SetBucket(kBucket, {.is_public = true, .allowed_mime_type = ""});
  real.google.simulator().SetFaults({simulator::FaultKind::kDownloadForbidden});
  const std::string id = real.CreateJob();
  const Job job = real.WorkFor(id, absl::Hours(60));
  EXPECT_EQ(job.state, JobState::kFailed);
  EXPECT_EQ(job.reason, FailureReason::kDeliveryFailed);
  EXPECT_GE(job.finished_at.value_or(job.created_at) - job.created_at, absl::Hours(48));
  const LogLine line =
      real.house.log.Find(Component::kWorker, "the result is lost: the provider's copy is gone or unusable");
  EXPECT_EQ(line.severity, Severity::kError);
  EXPECT_EQ(FieldOf(line, "job"), id);
  EXPECT_EQ(real.google.paid_starts(), 1);
}

TEST(SeedRow14, FailedUpload_IsTriedAgain_AndTheVideoItselfIsPublishedOnceTheBucketIsThere) {
  RealAdapters real({.placeholder_url = kPlaceholder});
  const std::string id = real.CreateJob();
  EXPECT_EQ(real.WorkFor(id, absl::Hours(40)).state, JobState::kProcessing);
  EXPECT_THAT(FieldOf(real.house.log.Find(Component::kWorker,
                                          "delivery in trouble; tried again until the provider's copy expires"),
                      "error"),
              HasSubstr("no bucket \"escalation-videos\""));
  real.supabase.SetBucket(kBucket, {.is_public = true, .allowed_mime_type = ""});
  const Job job = real.WorkFor(id, absl::Hours(1));
  EXPECT_EQ(job.state, JobState::kCompleted);
  EXPECT_FALSE(job.video_is_placeholder);
  EXPECT_THAT(job.video_url, StartsWith(real.supabase.url()));
}

TEST(SeedRow14, FailedUpload_OnceGooglesCopyIsGone_GivesThePlaceholderWhereConfigured) {
  for (const std::string placeholder : {kPlaceholder, ""}) {
    RealAdapters real({.placeholder_url = placeholder});
    const std::string id = real.CreateJob();
    const Job job = real.WorkFor(id, absl::Hours(60));
    EXPECT_EQ(job.state, placeholder.empty() ? JobState::kFailed : JobState::kCompleted);
    EXPECT_EQ(job.reason, placeholder.empty() ? FailureReason::kDeliveryFailed : FailureReason::kNone);
    EXPECT_EQ(job.video_is_placeholder, !placeholder.empty());
    EXPECT_EQ(job.video_url, placeholder);
  }
}

TEST(SeedRow15, JobWithoutOptions_IsOneSceneOfSixSeconds) {
  EngineHouse house;
  const std::string id = house.CreateJob(std::string(5000, 'x') + " A long answer. And another sentence.");
  house.SweepUntilFinished(id);
  ASSERT_THAT(house.generator.starts(), SizeIs(1));
  EXPECT_EQ(house.generator.starts()[0].request.scene.duration_seconds, 6);
  EXPECT_EQ(house.Read(id).clips.at(0).stored.value_or(StoredVideo{}).duration, absl::Seconds(6));
}

TEST(SeedRow16, StartedOperation_IsPolledOnceImmediately) {
  EngineHouse house;
  house.generator.SetRunningPolls(100);
  const std::string id = house.CreateJob();
  EXPECT_EQ(house.wakes, 1) << "creating wakes the schedule";
  house.Sweep();
  const std::string operation = house.Read(id).clips.at(0).operation_name;
  EXPECT_EQ(house.generator.polls(operation), 1);
  house.Sweep();
  EXPECT_EQ(house.generator.polls(operation), 1) << "once, until its time has come";
}

// While a generation usually takes so long: 5 to 7 minutes.
TEST(SeedRow17, PollsOfOneOperation_AreFifteenToThirtySecondsApart_UnderTheScheduleAndUnderAHastyCaller) {
  const auto settings = ReadSettings({{"GOOGLE_GENAI_API_KEY", "AIzaTest"}});
  ASSERT_TRUE(settings.ok()) << settings.status();
  for (const absl::Duration every : {settings->poll_interval, absl::Seconds(1)}) {
    EngineHouse house;
    house.generator.SetRunningPolls(1000);
    std::vector<absl::Time> polls;
    house.generator.on_poll = [&](const std::string&) { polls.push_back(house.clock.Now()); };
    house.CreateJob();
    const absl::Time began = house.clock.Now();
    for (; house.clock.Now() - began < absl::Minutes(7); house.clock.Advance(every)) house.Sweep();
    ASSERT_THAT(polls, SizeIs(testing::Ge(14u)));
    for (std::size_t i = 1; i < polls.size(); ++i) {
      EXPECT_GE(polls[i] - polls[i - 1], absl::Seconds(15)) << i;
      EXPECT_LE(polls[i] - polls[i - 1], absl::Seconds(30)) << i;
    }
  }
}

TEST(SeedRow17, PollPace_MetByTheSchedule_IsFifteenToThirtySeconds_WhateverTheJitter) {
  const absl::Duration schedule = ReadSettings({{"GOOGLE_GENAI_API_KEY", "AIzaTest"}}).value().poll_interval;
  for (absl::Duration age; age <= absl::Minutes(7); age += absl::Seconds(15)) {
    for (const double fraction : {0.0, 0.5, 0.999}) {
      const absl::Duration pace = NextPollIn(age, fraction);
      EXPECT_GE(pace, absl::Seconds(15) * 0.9) << age;
      EXPECT_GE(absl::Ceil(pace, schedule), absl::Seconds(15)) << age;
      EXPECT_LE(absl::Ceil(pace, schedule), absl::Seconds(30)) << age;
    }
  }
}

}  // namespace
}  // namespace videojobs
