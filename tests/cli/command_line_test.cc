#include "cli/command_line.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "cli/exit_code.h"
#include "gmock/gmock.h"
#include "nlohmann/json.hpp"
#include "tests/cli/command_line_fixture.h"

namespace videojobs::cli {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// --- create

TEST_F(CommandLineTest, CreateFromText_PrintsTheJobsIdOnly) {
  server_.looks = {JobIn(v1::JOB_STATE_PENDING)};
  EXPECT_EQ(Run({"create", "--text", "You have three more days."}), kOk);
  EXPECT_EQ(out(), std::string(kJobId) + "\n");
  ASSERT_EQ(server_.creates.size(), 1u);
  EXPECT_EQ(server_.creates[0].videos(0).response_text(), "You have three more days.");
  EXPECT_NE(server_.creates[0].request_id(), "");
  EXPECT_THAT(err(), HasSubstr("request id " + server_.creates[0].request_id()));
}

TEST_F(CommandLineTest, CreateWithEveryOption_SendsThemAll) {
  server_.looks = {JobIn(v1::JOB_STATE_PENDING)};
  EXPECT_EQ(Run({"create",         "--text",  "Yes.",         "--escalation", "e1",
                 "--student",      "Ada",     "--category",   "extension",    "--course",
                 "Logic",          "--model", "veo-3.1-fast", "--seconds",    "8",
                 "--aspect-ratio", "9:16",    "--resolution", "1080p",        "--negative-prompt",
                 "text",           "--seed",  "4294967295",   "--max-scenes", "2",
                 "--scene",        "one",     "--scene",      "two",          "--regenerate",
                 "--request-id",   "r1"}),
            kOk);
  const v1::CreateJobsRequest& request = server_.creates.at(0);
  EXPECT_EQ(request.request_id(), "r1");
  const v1::Video& video = request.videos(0);
  EXPECT_EQ(video.escalation_id(), "e1");
  EXPECT_EQ(video.context().student_name(), "Ada");
  EXPECT_EQ(video.context().category(), "extension");
  EXPECT_EQ(video.context().course_name(), "Logic");
  EXPECT_EQ(video.options().model(), "veo-3.1-fast");
  EXPECT_EQ(video.options().duration_seconds(), 8);
  EXPECT_EQ(video.options().aspect_ratio(), "9:16");
  EXPECT_EQ(video.options().resolution(), "1080p");
  EXPECT_EQ(video.options().negative_prompt(), "text");
  EXPECT_EQ(video.options().seed(), 4294967295u);
  EXPECT_EQ(video.options().max_scenes(), 2);
  EXPECT_EQ(video.scenes_size(), 2);
  EXPECT_EQ(video.scenes(1).prompt(), "two");
  EXPECT_TRUE(video.regenerate());
}

TEST_F(CommandLineTest, CreateWithoutSource_ReadsStandardInput) {
  server_.looks = {JobIn(v1::JOB_STATE_PENDING)};
  input_ = "Two lines\nof text.\n";
  EXPECT_EQ(Run({"create"}), kOk);
  EXPECT_EQ(server_.creates.at(0).videos(0).response_text(), "Two lines\nof text.");
}

TEST_F(CommandLineTest, CreateFromEscalationAlone_SendsNoText) {
  server_.looks = {JobIn(v1::JOB_STATE_PENDING)};
  input_ = "not read";
  EXPECT_EQ(Run({"create", "--escalation", "e1"}), kOk);
  EXPECT_EQ(server_.creates.at(0).videos(0).response_text(), "");
}

TEST_F(CommandLineTest, CreateFromFile_SendsItsText) {
  server_.looks = {JobIn(v1::JOB_STATE_PENDING)};
  const auto path = std::filesystem::path(::testing::TempDir()) / "videojobs-answer.txt";
  std::ofstream(path) << "From a file.\n";
  EXPECT_EQ(Run({"create", "--file", path.string()}), kOk);
  EXPECT_EQ(server_.creates.at(0).videos(0).response_text(), "From a file.");
  std::filesystem::remove(path);
}

TEST_F(CommandLineTest, CreateFromMissingFile_IsAUsageErrorThatNamesIt) {
  EXPECT_EQ(Run({"create", "--file", "/nowhere/answer.txt"}), kUsage);
  EXPECT_THAT(err(), HasSubstr("/nowhere/answer.txt cannot be opened"));
  EXPECT_TRUE(server_.creates.empty());
}

TEST_F(CommandLineTest, CreateFromTextThatIsNotUtf8_IsRefusedBeforeItIsSent) {
  input_ = "b\xFCro";
  EXPECT_EQ(Run({"create"}), kUsage);
  EXPECT_THAT(err(), HasSubstr("the answer's text is not valid UTF-8"));
  EXPECT_TRUE(server_.creates.empty());
}

TEST_F(CommandLineTest, CreateFromHugeInput_IsRefusedBeforeItIsSent) {
  input_ = std::string((1 << 20) + 1, 'a');
  EXPECT_EQ(Run({"create"}), kUsage);
  EXPECT_THAT(err(), HasSubstr("over 1 MiB"));
}

TEST_F(CommandLineTest, CreateAndWait_EndsWithTheVideosUrl) {
  server_.looks = {JobIn(v1::JOB_STATE_PENDING), JobIn(v1::JOB_STATE_PROCESSING), JobIn(v1::JOB_STATE_COMPLETED)};
  EXPECT_EQ(Run({"create", "--text", "Yes.", "--wait"}), kOk);
  EXPECT_THAT(out(), EndsWith(std::string("\n") + kUrl + "\n"));
  EXPECT_THAT(err(), AllOf(HasSubstr(kJobId), HasSubstr("pending"), HasSubstr("processing")));
}

TEST_F(CommandLineTest, CreateRefused_ShowsReasonFieldsAndMetadata) {
  google::rpc::ErrorInfo info;
  info.set_reason("UNFINISHED_JOB");
  (*info.mutable_metadata())["job_id"] = kJobId;
  google::rpc::BadRequest bad_request;
  auto* violation = bad_request.add_field_violations();
  violation->set_field("videos[0].escalation_id");
  violation->set_description("has a job that has not ended");
  server_.error = Refusal(grpc::StatusCode::ALREADY_EXISTS, "An unfinished job exists.", info, bad_request);
  EXPECT_EQ(Run({"create", "--escalation", "e1"}), kRefused);
  EXPECT_EQ(out(), "");
  EXPECT_THAT(err(), HasSubstr("videojobs: An unfinished job exists. (ALREADY_EXISTS, UNFINISHED_JOB)\n"
                               "  videos[0].escalation_id: has a job that has not ended\n"
                               "  job_id: 01920000-0000-7000-8000-000000000001\n"));
}

TEST_F(CommandLineTest, CreateWithoutAnAnswer_SaysHowToRepeatIt) {
  server_.error = {grpc::StatusCode::UNAVAILABLE, "gone"};
  EXPECT_EQ(Run({"create", "--text", "Yes.", "--request-id", "r1"}), kUnreachable);
  EXPECT_THAT(err(), HasSubstr("--request-id r1"));
}

// --- status

TEST_F(CommandLineTest, StatusOfACompletedJob_EndsWithItsUrl) {
  server_.looks = {JobIn(v1::JOB_STATE_COMPLETED)};
  EXPECT_EQ(Run({"status", kJobId}), kOk);
  EXPECT_THAT(out(), AllOf(HasSubstr("state       completed\n"), EndsWith(std::string("\n") + kUrl + "\n")));
  EXPECT_EQ(server_.lookups.at(0).job_id(), kJobId);
}

TEST_F(CommandLineTest, StatusOfACompletedJob_SaysItsLengthAndWhereThatIsAnotherThanAsked) {
  v1::Job job = JobIn(v1::JOB_STATE_COMPLETED);
  v1::Clip& clip = *job.add_clips();
  clip.set_state(v1::CLIP_STATE_STORED);
  clip.set_duration_seconds(8);
  google::protobuf::Duration& length = *job.mutable_video_file()->mutable_duration();
  length.set_seconds(8);
  length.set_nanos(42'000'000);
  server_.looks = {job};
  EXPECT_EQ(Run({"status", kJobId}), kOk);
  EXPECT_THAT(out(), HasSubstr("length      8.0 s\n"));
  length.set_seconds(4);
  server_.looks = {job};
  EXPECT_EQ(Run({"status", kJobId}), kOk);
  EXPECT_THAT(out(), HasSubstr("length      4.0 s, and not the 8 s that were asked for\n"));
}

TEST_F(CommandLineTest, StatusOfAFailedJob_SaysWhyAndWhatToDo) {
  server_.looks = {JobIn(v1::JOB_STATE_FAILED)};
  EXPECT_EQ(Run({"status", kJobId}), kJobFailed);
  EXPECT_THAT(out(), AllOf(HasSubstr("The safety filter held"), HasSubstr("to do       Word the response")));
}

TEST_F(CommandLineTest, StatusOfAnEscalation_AsksForIt) {
  server_.looks = {JobIn(v1::JOB_STATE_PENDING)};
  EXPECT_EQ(Run({"status", "--escalation", "e1"}), kOk);
  EXPECT_EQ(server_.lookups.at(0).escalation_id(), "e1");
}

TEST_F(CommandLineTest, StatusAsJson_IsOneObject) {
  server_.looks = {JobIn(v1::JOB_STATE_FAILED)};
  EXPECT_EQ(Run({"status", kJobId, "--json"}), kJobFailed);
  const auto job = nlohmann::json::parse(out());
  EXPECT_EQ(job.at("jobId"), kJobId);
  EXPECT_EQ(job.at("state"), "JOB_STATE_FAILED");
  EXPECT_EQ(job.at("videoUrl"), "");
}

TEST_F(CommandLineTest, StatusOfAnUnknownJob_IsNotFound) {
  server_.error = {grpc::StatusCode::NOT_FOUND, "There is no such job."};
  EXPECT_EQ(Run({"status", kJobId}), kNotFound);
}

TEST_F(CommandLineTest, StatusWithHostileText_CannotSteerTheTerminal) {
  v1::Job job = JobIn(v1::JOB_STATE_PENDING);
  job.set_explanation("\x1b[2Jgone");
  server_.looks = {job};
  EXPECT_EQ(Run({"status", kJobId}), kOk);
  EXPECT_THAT(out(), Not(HasSubstr("\x1b")));
}

// Everything that a provider or a caller may have worded.
v1::ExplainJobResponse Explained(const std::string& words) {
  v1::ExplainJobResponse explained;
  *explained.mutable_job() = JobIn(v1::JOB_STATE_COMPLETED);
  explained.mutable_job()->set_provider("vertex" + words);
  explained.mutable_job()->mutable_video_file()->set_sha256("5f5f" + words);
  explained.mutable_job()->mutable_video_file()->set_bytes(123'456);
  v1::Clip& clip = *explained.mutable_job()->add_clips();
  clip.set_state(v1::CLIP_STATE_STORED);
  clip.set_attempts(1);
  clip.set_polls(7);
  clip.set_detail("clip's detail" + words);
  v1::JobEvent& event = *explained.add_events();
  event.set_event("created" + words);
  event.set_to_state("pending" + words);
  event.set_detail("event's detail" + words);
  v1::Start& start = *explained.add_starts();
  start.set_start_id("start-1" + words);
  start.set_provider("vertex" + words);
  start.set_location("us-central1" + words);
  start.set_detail("start's detail" + words);
  explained.add_candidates()->set_operation_name("candidate" + words);
  explained.set_candidates_problem("problem" + words);
  explained.set_response_text("two" + words + "\nlines");
  explained.add_prompts("prompt" + words);
  return explained;
}

TEST_F(CommandLineTest, Explain_TellsFileProviderPlaceAndClips) {
  server_.explained = Explained("");
  EXPECT_EQ(Run({"explain", kJobId, "--texts"}), kOk);
  EXPECT_THAT(out(), AllOf(HasSubstr("video       SHA-256 5f5f, 123456 bytes\n"), HasSubstr("provider    vertex\n"),
                           HasSubstr("clip 0: stored, 1 start, 7 polls, detail clip's detail\n"),
                           HasSubstr("provider vertex, location us-central1"), HasSubstr("two\nlines\n")));
}

TEST_F(CommandLineTest, Explain_WordsOfOthers_DoNotSteerTheTerminal) {
  server_.explained = Explained("\x1b]0;x\x07");
  EXPECT_EQ(Run({"explain", kJobId, "--texts"}), kOk);
  EXPECT_THAT(out(), AllOf(HasSubstr("problem"), Not(HasSubstr("\x1b")), Not(HasSubstr("\x07"))));
}

TEST_F(CommandLineTest, Costs_NameTheProviderOfEachRow) {
  v1::CostRow& row = *server_.costs.add_rows();
  row.set_day("2026-01-31");
  row.set_provider("interactions");
  row.set_model("omni\x1b[2J");
  row.set_state(v1::COST_STATE_CHARGED);
  row.set_starts(2);
  row.set_micros(1'200'000);
  EXPECT_EQ(Run({"costs"}), kOk);
  EXPECT_THAT(out(), AllOf(HasSubstr("2026-01-31  interactions  omni"), HasSubstr("$1.20"), Not(HasSubstr("\x1b"))));
}

TEST_F(CommandLineTest, CreateWithAnEmptyText_IsAnErrorThatNamesIt) {
  input_ = "This must not be taken for it.";
  EXPECT_EQ(Run({"create", "--text", ""}), kUsage);
  EXPECT_THAT(err(), HasSubstr("--text is empty"));
  EXPECT_TRUE(server_.creates.empty());
}

TEST_F(CommandLineTest, WaitOnATerminal_DrawsOneLineAndClearsIt) {
  on_terminal_ = true;
  server_.looks = {JobIn(v1::JOB_STATE_PROCESSING), JobIn(v1::JOB_STATE_PROCESSING), JobIn(v1::JOB_STATE_COMPLETED)};
  EXPECT_EQ(Run({"status", kJobId, "--wait"}), kOk);
  EXPECT_THAT(err(), AllOf(HasSubstr("\r\x1b[K[#########               ]  40 %  processing"), HasSubstr("usually 2:30"),
                           EndsWith("\r\x1b[K"), Not(HasSubstr("\n"))));
  EXPECT_THAT(out(), EndsWith(std::string(kUrl) + "\n"));
}

TEST_F(CommandLineTest, WaitElsewhere_WritesALinePerStateAndNoEscapes) {
  server_.looks = {JobIn(v1::JOB_STATE_PROCESSING), JobIn(v1::JOB_STATE_PROCESSING), JobIn(v1::JOB_STATE_PROCESSING),
                   JobIn(v1::JOB_STATE_COMPLETED)};
  EXPECT_EQ(Run({"status", kJobId, "--wait"}), kOk);
  const std::string text = err();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST_F(CommandLineTest, WaitForAJobThatFails_IsJobFailed) {
  server_.looks = {JobIn(v1::JOB_STATE_PROCESSING), JobIn(v1::JOB_STATE_FAILED)};
  EXPECT_EQ(Run({"status", kJobId, "--wait"}), kJobFailed);
}

TEST_F(CommandLineTest, WaitBeyondItsTimeout_IsTimedOutAndSaysTheJobGoesOn) {
  server_.looks = {JobIn(v1::JOB_STATE_PROCESSING)};
  server_.at_each_look = [this] { clock_.Advance(absl::Seconds(10)); };
  EXPECT_EQ(Run({"status", kJobId, "--wait", "--timeout", "1m"}), kTimedOut);
  EXPECT_THAT(err(), HasSubstr("the job goes on, see: videojobs status " + std::string(kJobId)));
  EXPECT_EQ(out(), "");
}

TEST_F(CommandLineTest, WaitInterrupted_EndsAtOnceAndSaysTheJobGoesOn) {
  server_.looks = {JobIn(v1::JOB_STATE_PROCESSING)};
  server_.at_each_look = [this] {
    if (server_.lookups.size() == 3) interrupt_.Trigger();
  };
  EXPECT_EQ(Run({"status", kJobId, "--wait"}), kInterrupted);
  EXPECT_THAT(err(), HasSubstr("the job goes on"));
}

TEST_F(CommandLineTest, WaitWhileTheServerIsAwayForAMoment_GoesOn) {
  patience_ = absl::Minutes(1);
  server_.looks = {JobIn(v1::JOB_STATE_PROCESSING), JobIn(v1::JOB_STATE_COMPLETED)};
  server_.at_each_look = [this] {
    const bool away = server_.lookups.size() == 2 || server_.lookups.size() == 3;
    server_.error = away ? grpc::Status(grpc::StatusCode::UNAVAILABLE, "restarting") : grpc::Status::OK;
  };
  EXPECT_EQ(Run({"status", kJobId, "--wait"}), kOk);
  EXPECT_THAT(err(), HasSubstr("out of reach; trying again"));
}

// --- list, poll-all

TEST_F(CommandLineTest, List_ShowsALinePerJobOverPages) {
  v1::ListJobsResponse first;
  *first.add_jobs() = JobIn(v1::JOB_STATE_PENDING);
  first.set_next_page_token("more");
  v1::ListJobsResponse second;
  *second.add_jobs() = JobIn(v1::JOB_STATE_COMPLETED);
  server_.pages = {first, second};
  EXPECT_EQ(Run({"list", "--state", "pending", "--state", "completed", "--escalation", "e1", "--created-after",
                 "2023-11-14", "--created-before", "2023-11-14T22:13:20Z", "--limit", "0"}),
            kOk);
  EXPECT_THAT(out(), AllOf(StartsWith("JOB "), HasSubstr(std::string(kJobId) + "  pending     2023-11-14 22:13:20"),
                           HasSubstr("completed")));
  ASSERT_EQ(server_.listings.size(), 2u);
  EXPECT_EQ(server_.listings[0].states_size(), 2);
  EXPECT_EQ(server_.listings[0].created_before().seconds(), 1'700'000'000);
  EXPECT_EQ(server_.listings[0].created_after().seconds(), 1'699'920'000);
  EXPECT_EQ(server_.listings[1].page_token(), "more");
}

TEST_F(CommandLineTest, ListFromAMoment_KeepsItsFraction) {
  server_.pages = {v1::ListJobsResponse()};
  EXPECT_EQ(Run({"list", "--created-after", "2023-11-14T22:13:20.250Z", "--created-before", "1969-12-31T23:59:59.5Z"}),
            kOk);
  EXPECT_EQ(server_.listings.at(0).created_after().seconds(), 1'700'000'000);
  EXPECT_EQ(server_.listings.at(0).created_after().nanos(), 250'000'000);
  EXPECT_EQ(server_.listings.at(0).created_before().seconds(), -1);
  EXPECT_EQ(server_.listings.at(0).created_before().nanos(), 500'000'000);
}

TEST_F(CommandLineTest, ListWithALimit_AsksForNoMore) {
  v1::ListJobsResponse page;
  *page.add_jobs() = JobIn(v1::JOB_STATE_PENDING);
  page.set_next_page_token("more");
  server_.pages = {page};
  EXPECT_EQ(Run({"list", "--limit", "1"}), kOk);
  EXPECT_EQ(server_.listings.at(0).page_size(), 1);
}

TEST_F(CommandLineTest, ListAsJson_IsAnObjectPerLine) {
  v1::ListJobsResponse page;
  *page.add_jobs() = JobIn(v1::JOB_STATE_PENDING);
  *page.add_jobs() = JobIn(v1::JOB_STATE_FAILED);
  server_.pages = {page};
  EXPECT_EQ(Run({"list", "--json"}), kOk);
  std::istringstream lines(out());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_TRUE(nlohmann::json::accept(line)) << line;
  EXPECT_EQ(count, 2);
}

TEST_F(CommandLineTest, PollAll_ShowsCountsAndClosedLanes) {
  server_.did.set_created(2);
  server_.did.set_remaining_due(5);
  v1::ClosedLane& lane = *server_.did.add_closed_lanes();
  lane.set_provider("gemini");
  lane.set_model("veo-3.1-generate-preview");
  lane.set_reason(v1::LANE_REASON_SPENDING_CAP);
  EXPECT_EQ(Run({"poll-all", "--max-jobs", "7"}), kOk);
  EXPECT_EQ(out(),
            "adopted 0, created 2, polled 0, completed 0, failed 0, deferred 0; 5 still due\n"
            "gemini veo-3.1-generate-preview waits: spending cap\n");
  EXPECT_EQ(server_.sweeps.at(0).max_jobs(), 7);
}

TEST_F(CommandLineTest, PollAllAsJson_HasZeroCountsToo) {
  EXPECT_EQ(Run({"poll-all", "--json"}), kOk);
  EXPECT_EQ(nlohmann::json::parse(out()).at("completed"), 0);
}

}  // namespace
}  // namespace videojobs::cli
