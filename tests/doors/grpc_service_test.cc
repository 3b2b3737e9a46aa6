#include <chrono>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/doors/grpc_fixture.h"

namespace videojobs {
namespace {

using grpc::StatusCode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr char kUnknownId[] = "00000000-0000-7000-8000-00000000ffff";

class GrpcServiceTest : public GrpcDoorTest {
 protected:
  using GrpcDoorTest::GrpcDoorTest;

  template <typename Request, typename Response>
  grpc::Status Call(grpc::Status (v1::VideoJobs::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response& response,
                    std::chrono::milliseconds deadline = std::chrono::seconds(30)) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + deadline);
    return (stub_.get()->*method)(&context, request, &response);
  }
  grpc::Status Create(const v1::CreateJobsRequest& request) {
    created_.Clear();
    return Call(&v1::VideoJobs::Stub::CreateJobs, request, created_);
  }
  grpc::Status Get(const v1::GetStatusRequest& request) {
    got_.Clear();
    return Call(&v1::VideoJobs::Stub::GetStatus, request, got_);
  }
  grpc::Status List(const v1::ListJobsRequest& request) {
    listed_.Clear();
    return Call(&v1::VideoJobs::Stub::ListJobs, request, listed_);
  }
  grpc::Status Batch(const v1::BatchGetStatusRequest& request) {
    batch_.Clear();
    return Call(&v1::VideoJobs::Stub::BatchGetStatus, request, batch_);
  }
  grpc::Status Poll(int max_jobs, std::chrono::milliseconds deadline = std::chrono::seconds(30)) {
    polled_.Clear();
    v1::PollAllRequest request;
    request.set_max_jobs(max_jobs);
    return Call(&v1::VideoJobs::Stub::PollAll, request, polled_, deadline);
  }

  v1::CreateJobsResponse created_;
  v1::GetStatusResponse got_;
  v1::ListJobsResponse listed_;
  v1::BatchGetStatusResponse batch_;
  v1::PollAllResponse polled_;
};

class GrpcServiceSwitchedOffTest : public GrpcServiceTest {
 protected:
  GrpcServiceSwitchedOffTest() : GrpcServiceTest(false) {}
};

v1::CreateJobsRequest Texts(int count, const std::string& text = "Dear student, an answer.") {
  v1::CreateJobsRequest request;
  request.set_request_id("request-1");
  for (int i = 0; i < count; ++i) request.add_videos()->set_response_text(text);
  return request;
}

v1::CreateJobsRequest OfEscalation(const std::string& id) {
  v1::CreateJobsRequest request;
  request.add_videos()->set_escalation_id(id);
  return request;
}

void ExpectRefused(const grpc::Status& status, StatusCode code, const std::string& why, const std::string& actual) {
  EXPECT_EQ(status.error_code(), code) << status.error_message();
  EXPECT_EQ(actual, why);
}

TEST_F(GrpcServiceTest, CreateJobs_MakesAJobPerVideoInOrderWithoutTexts) {
  v1::CreateJobsRequest request = Texts(2, "Nothing to be shown.");
  request.mutable_videos(0)->mutable_context()->set_student_name("Ada");
  request.mutable_videos(1)->mutable_options()->set_resolution("1080p");
  ASSERT_TRUE(Create(request).ok());
  ASSERT_EQ(created_.jobs_size(), 2);
  EXPECT_EQ(created_.jobs(0).state(), v1::JOB_STATE_PENDING);
  EXPECT_EQ(created_.jobs(0).model(), "fake-1.0");
  EXPECT_EQ(created_.jobs(0).usual_duration().seconds(),
            absl::ToInt64Seconds(behind_.generator.UsualTime(VideoOptions{})));
  EXPECT_EQ(behind_.jobs.At(created_.jobs(1).job_id()).options.duration_seconds, 8);
  EXPECT_THAT(created_.ShortDebugString(), Not(HasSubstr("Ada")));
  EXPECT_THAT(created_.ShortDebugString(), Not(HasSubstr("Nothing to be")));
  EXPECT_EQ(behind_.wakes, 1);
}

TEST_F(GrpcServiceTest, CreateJobsWithOptionsAndScenes_PassesAllOfThem) {
  v1::CreateJobsRequest request = Texts(1);
  v1::Video& video = *request.mutable_videos(0);
  video.mutable_context()->set_category("extension");
  video.mutable_context()->set_course_name("Logic");
  video.mutable_options()->set_duration_seconds(4);
  video.mutable_options()->set_aspect_ratio("9:16");
  video.mutable_options()->set_negative_prompt("no rain");
  video.mutable_options()->set_person_generation("allow_adult");
  video.mutable_options()->set_generate_audio(true);
  video.mutable_options()->set_seed(0);
  video.mutable_options()->set_max_scenes(1);
  video.add_scenes()->set_prompt("A desk");
  ASSERT_TRUE(Create(request).ok());
  const Job& job = behind_.jobs.At(created_.jobs(0).job_id());
  EXPECT_EQ(job.context.category, "extension");
  EXPECT_EQ(job.context.course_name, "Logic");
  EXPECT_EQ(job.options.duration_seconds, 4);
  EXPECT_EQ(job.options.aspect_ratio, "9:16");
  EXPECT_EQ(job.options.negative_prompt, "no rain");
  EXPECT_EQ(job.options.person_generation, "allow_adult");
  EXPECT_EQ(job.options.generate_audio, true);
  EXPECT_EQ(job.options.seed, 0u);
  ASSERT_EQ(job.asked_scenes.size(), 1u);
  EXPECT_EQ(job.asked_scenes[0].prompt, "A desk");
  EXPECT_EQ(job.asked_scenes[0].duration_seconds, 4);
}

TEST_F(GrpcServiceTest, CreateJobsOf1000_IsTakenAnd1001And0AreNot) {
  EXPECT_TRUE(Create(Texts(1000)).ok());
  EXPECT_EQ(created_.jobs_size(), 1000);
  for (const int count : {0, 1001}) {
    const auto status = Create(Texts(count));
    ExpectRefused(status, StatusCode::INVALID_ARGUMENT, "INVALID_REQUEST videos", Why(status));
  }
  EXPECT_EQ(behind_.jobs.size(), 1000u);
}

TEST_F(GrpcServiceTest, CreateJobsWithWrongText_NamesTheField) {
  for (const std::string& text : {std::string(), std::string("a\0b", 3), std::string(20'001, 'x')}) {
    v1::CreateJobsRequest request = Texts(3);
    request.mutable_videos(2)->set_response_text(text);
    const auto status = Create(request);
    ExpectRefused(status, StatusCode::INVALID_ARGUMENT, "INVALID_REQUEST videos[2].response_text", Why(status));
  }
}

TEST_F(GrpcServiceTest, CreateJobsWithManyWrongTexts_ListsTenAndCountsAll) {
  const auto status = Create(Texts(1000, std::string("\0", 1)));
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("10 of 1000"));
  EXPECT_LE(status.error_details().size(), 3072u);
}

TEST_F(GrpcServiceTest, TextThatIsNotUtf8_IsRefusedBeforeTheHandler) {
  // A client in C++ sends such bytes as they are; gRPC cannot read the message then.
  const auto status = Create(Texts(1, "\xff\xfe"));
  EXPECT_EQ(status.error_code(), StatusCode::INTERNAL);
  EXPECT_TRUE(status.error_details().empty());
  EXPECT_EQ(behind_.jobs.size(), 0u);
}

TEST_F(GrpcServiceTest, CreateJobsRepeated_GivesTheSameJobs) {
  ASSERT_TRUE(Create(Texts(2)).ok());
  const std::string first = created_.jobs(0).job_id();
  ASSERT_TRUE(Create(Texts(2)).ok());
  EXPECT_EQ(created_.jobs(0).job_id(), first);
  EXPECT_EQ(behind_.jobs.size(), 2u);
}

TEST_F(GrpcServiceTest, CreateJobsWithReusedRequestId_AlreadyExists) {
  ASSERT_TRUE(Create(Texts(1)).ok());
  const auto status = Create(Texts(2));
  ExpectRefused(status, StatusCode::ALREADY_EXISTS, "REQUEST_ID_REUSED request_id", Why(status));
}

TEST_F(GrpcServiceTest, CreateJobsWithoutRequestId_NamesIt) {
  v1::CreateJobsRequest request = Texts(1);
  request.clear_request_id();
  const auto status = Create(request);
  ExpectRefused(status, StatusCode::INVALID_ARGUMENT, "INVALID_REQUEST request_id", Why(status));
}

TEST_F(GrpcServiceTest, CreateJobsNamingAnEscalationTwice_IsADuplicate) {
  v1::CreateJobsRequest request = OfEscalation("e");
  request.add_videos()->set_escalation_id("e");
  const auto status = Create(request);
  ExpectRefused(status, StatusCode::INVALID_ARGUMENT, "DUPLICATE_ESCALATION videos[1].escalation_id", Why(status));
}

TEST_F(GrpcServiceTest, CreateJobsOfEscalations_ReadsThemOrSaysWhyNot) {
  const std::string path = " videos[0].";
  auto status = Create(OfEscalation("answered"));
  ExpectRefused(status, StatusCode::FAILED_PRECONDITION, "NO_ESCALATIONS" + path + "response_text", Why(status));

  behind_.jobs.SetEscalations({{"answered", "An answer.", {}, "pending", ""}, {"open", "", {}, "pending", ""}});
  status = Create(OfEscalation("nobody"));
  ExpectRefused(status, StatusCode::NOT_FOUND, "ESCALATION_NOT_FOUND" + path + "escalation_id", Why(status));
  status = Create(OfEscalation("open"));
  ExpectRefused(status, StatusCode::FAILED_PRECONDITION, "NO_RESPONSE" + path + "response_text", Why(status));
  EXPECT_TRUE(Create(OfEscalation("answered")).ok());
}

TEST_F(GrpcServiceTest, CreateJobsForAnEscalationWithAJob_SaysWhichJob) {
  behind_.jobs.SetEscalations({{"e", "An answer.", {}, "pending", ""}});
  ASSERT_TRUE(Create(OfEscalation("e")).ok());
  const std::string id = created_.jobs(0).job_id();
  auto status = Create(OfEscalation("e"));
  ExpectRefused(status, StatusCode::ALREADY_EXISTS, "UNFINISHED_JOB videos[0].escalation_id", Why(status));
  EXPECT_THAT(status.error_details(), HasSubstr(id));

  behind_.jobs.At(id).state = JobState::kFailed;
  status = Create(OfEscalation("e"));
  ExpectRefused(status, StatusCode::ALREADY_EXISTS, "FINISHED_JOB videos[0].escalation_id", Why(status));
  v1::CreateJobsRequest again = OfEscalation("e");
  again.mutable_videos(0)->set_regenerate(true);
  again.set_request_id("again");
  EXPECT_TRUE(Create(again).ok());
}

TEST_F(GrpcServiceSwitchedOffTest, CreateJobs_IsDisabledAndStatusSaysSo) {
  const auto status = Create(Texts(1));
  ExpectRefused(status, StatusCode::FAILED_PRECONDITION, "GENERATION_DISABLED", Why(status));

  const Job& job = behind_.jobs.Add(JobInState(kUnknownId, JobState::kPending, ClipState::kPlanned));
  v1::GetStatusRequest request;
  request.set_job_id(job.id);
  ASSERT_TRUE(Get(request).ok());
  EXPECT_EQ(got_.job().waiting_for_lane().reason(), v1::LANE_REASON_SWITCHED_OFF);
}

TEST_F(GrpcServiceTest, CreateJobsAfterItsDeadline_DoesNothing) {
  v1::CreateJobsResponse response;
  const auto status = Call(&v1::VideoJobs::Stub::CreateJobs, Texts(1), response, std::chrono::milliseconds(-1000));
  EXPECT_EQ(status.error_code(), StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(behind_.jobs.size(), 0u);
}

TEST_F(GrpcServiceTest, DatabaseOutOfReach_IsUnavailableOnEveryCallAndLeaksNothing) {
  behind_.jobs.FailWith(absl::UnavailableError("10.0.0.7 refused"));
  behind_.report = absl::UnavailableError("10.0.0.7 refused");
  v1::GetStatusRequest get;
  get.set_job_id(kUnknownId);
  v1::BatchGetStatusRequest batch;
  batch.add_job_ids(kUnknownId);
  for (const grpc::Status& status : {Create(Texts(1)), Get(get), Batch(batch), List({}), Poll(0)}) {
    ExpectRefused(status, StatusCode::UNAVAILABLE, "DATABASE_UNAVAILABLE", Why(status));
    EXPECT_THAT(status.error_message(), Not(HasSubstr("10.0.0.7")));
  }
}

TEST_F(GrpcServiceTest, InternalError_PointsToTheLog) {
  behind_.jobs.FailWith(absl::InternalError("SELECT nonsense"));
  const auto status = List({});
  ExpectRefused(status, StatusCode::INTERNAL, "INTERNAL_ERROR", Why(status));
  EXPECT_THAT(status.error_message(), HasSubstr("see the server's log"));
  EXPECT_THAT(behind_.log.Text(), HasSubstr("SELECT nonsense"));
}

TEST_F(GrpcServiceTest, PollAll_GivesTheCountsAndClosedLanes) {
  SweepReport report;
  report.adopted = 1;
  report.created = 2;
  report.polled = 3;
  report.completed = 4;
  report.failed = 5;
  report.deferred = 6;
  report.remaining_due = 7;
  report.duration = absl::Milliseconds(1500);
  report.closed_lanes.push_back({{"gemini", "m"}, LaneReason::kQuota, "wait", absl::FromUnixSeconds(9), {}});
  behind_.report = report;
  ASSERT_TRUE(Poll(0).ok());
  EXPECT_EQ(polled_.adopted(), 1);
  EXPECT_EQ(polled_.created(), 2);
  EXPECT_EQ(polled_.polled(), 3);
  EXPECT_EQ(polled_.completed(), 4);
  EXPECT_EQ(polled_.failed(), 5);
  EXPECT_EQ(polled_.deferred(), 6);
  EXPECT_EQ(polled_.remaining_due(), 7);
  EXPECT_EQ(polled_.duration().seconds(), 1);
  EXPECT_EQ(polled_.duration().nanos(), 500'000'000);
  ASSERT_EQ(polled_.closed_lanes_size(), 1);
  EXPECT_EQ(polled_.closed_lanes(0).reason(), v1::LANE_REASON_QUOTA);
  EXPECT_EQ(polled_.closed_lanes(0).closed_until().seconds(), 9);
  EXPECT_EQ(behind_.swept_max_jobs, 100);
  EXPECT_EQ(FieldOf(behind_.log.Find(Component::kPollApi, "polled for a caller"), "failed"), "5");
}

TEST_F(GrpcServiceTest, PollAllWithWrongMaxJobs_NamesIt) {
  for (const int max_jobs : {-1, 1001}) {
    const auto status = Poll(max_jobs);
    ExpectRefused(status, StatusCode::INVALID_ARGUMENT, "INVALID_REQUEST max_jobs", Why(status));
  }
  EXPECT_TRUE(Poll(1000).ok());
  EXPECT_EQ(behind_.swept_max_jobs, 1000);
}

TEST_F(GrpcServiceTest, PollAll_IsLimitedByTheDeadlineLessAMargin) {
  ASSERT_TRUE(Poll(0, std::chrono::seconds(20)).ok());
  EXPECT_LT(behind_.swept_time_limit, absl::Milliseconds(19500)) << "gRPC rounds a deadline up on its way";
  EXPECT_GT(behind_.swept_time_limit, absl::Seconds(10));
  ASSERT_TRUE(Poll(0, std::chrono::hours(1)).ok());
  EXPECT_EQ(behind_.swept_time_limit, absl::Minutes(5));
}

TEST_F(GrpcServiceTest, PollAllWithoutDeadline_MayTakeFiveMinutes) {
  grpc::ClientContext context;
  ASSERT_TRUE(stub_->PollAll(&context, {}, &polled_).ok());
  EXPECT_EQ(behind_.swept_time_limit, absl::Minutes(5));
}

TEST_F(GrpcServiceTest, PollAllWithTooShortADeadline_DoesNoWork) {
  EXPECT_EQ(Poll(0, std::chrono::milliseconds(40)).error_code(), StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(behind_.sweeps, 0);
}

TEST_F(GrpcServiceTest, GetStatus_FindsByJobInAnyCaseAndByEscalation) {
  Job job = JobInState("00000000-0000-7000-8000-00000000000a", JobState::kCompleted, ClipState::kStored);
  job.escalation_id = "e";
  job.video_url = "https://videos.example/1.mp4";
  behind_.jobs.Add(job);
  v1::GetStatusRequest request;
  request.set_job_id("00000000-0000-7000-8000-00000000000A");
  ASSERT_TRUE(Get(request).ok());
  EXPECT_EQ(got_.job().job_id(), job.id);
  EXPECT_EQ(got_.job().progress_percent(), 100);
  EXPECT_EQ(got_.job().video_url(), job.video_url);
  request.set_escalation_id("e");
  ASSERT_TRUE(Get(request).ok());
  EXPECT_EQ(got_.job().job_id(), job.id);
}

TEST_F(GrpcServiceTest, GetStatusOfNothing_SaysWhatIsMissing) {
  v1::GetStatusRequest request;
  auto status = Get(request);
  ExpectRefused(status, StatusCode::INVALID_ARGUMENT, "INVALID_REQUEST target", Why(status));
  request.set_job_id("7");
  status = Get(request);
  ExpectRefused(status, StatusCode::INVALID_ARGUMENT, "INVALID_REQUEST job_id", Why(status));
  request.set_escalation_id("");
  status = Get(request);
  ExpectRefused(status, StatusCode::INVALID_ARGUMENT, "INVALID_REQUEST escalation_id", Why(status));
  request.set_job_id(kUnknownId);
  status = Get(request);
  ExpectRefused(status, StatusCode::NOT_FOUND, "JOB_NOT_FOUND job_id", Why(status));
  request.set_escalation_id("nobody");
  status = Get(request);
  ExpectRefused(status, StatusCode::NOT_FOUND, "JOB_NOT_FOUND escalation_id", Why(status));
}

TEST_F(GrpcServiceTest, BatchGetStatus_GivesJobsInOrderAndMissingIds) {
  ASSERT_TRUE(Create(Texts(2)).ok());
  v1::BatchGetStatusRequest request;
  for (const std::string& id :
       {created_.jobs(1).job_id(), std::string(kUnknownId), created_.jobs(0).job_id(), created_.jobs(1).job_id()}) {
    request.add_job_ids(id);
  }
  ASSERT_TRUE(Batch(request).ok());
  ASSERT_EQ(batch_.jobs_size(), 2);
  EXPECT_EQ(batch_.jobs(0).job_id(), created_.jobs(1).job_id());
  EXPECT_EQ(batch_.jobs(1).job_id(), created_.jobs(0).job_id());
  EXPECT_THAT(batch_.missing_job_ids(), ElementsAre(kUnknownId));
}

TEST_F(GrpcServiceTest, BatchGetStatusWithWrongIds_NamesThem) {
  v1::BatchGetStatusRequest request;
  auto status = Batch(request);
  ExpectRefused(status, StatusCode::INVALID_ARGUMENT, "INVALID_REQUEST job_ids", Why(status));
  request.add_job_ids(kUnknownId);
  request.add_job_ids("x");
  status = Batch(request);
  ExpectRefused(status, StatusCode::INVALID_ARGUMENT, "INVALID_REQUEST job_ids[1]", Why(status));
  for (int i = 0; i < 1000; ++i) request.add_job_ids(kUnknownId);
  status = Batch(request);
  ExpectRefused(status, StatusCode::INVALID_ARGUMENT, "INVALID_REQUEST job_ids", Why(status));
}

TEST_F(GrpcServiceTest, ListJobs_PagesNewestFirstWithoutShifting) {
  ASSERT_TRUE(Create(Texts(5)).ok());
  v1::ListJobsRequest request;
  request.set_page_size(2);
  std::vector<std::string> seen;
  do {
    ASSERT_TRUE(List(request).ok());
    for (const v1::Job& job : listed_.jobs()) seen.push_back(job.job_id());
    request.set_page_token(listed_.next_page_token());
    if (seen.size() == 2) behind_.jobs.Add(JobInState(kUnknownId, JobState::kPending, ClipState::kPlanned));
  } while (!listed_.next_page_token().empty());
  ASSERT_EQ(seen.size(), 5u);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(seen[static_cast<std::size_t>(i)], created_.jobs(4 - i).job_id());
}

TEST_F(GrpcServiceTest, ListJobs_FiltersByStateEscalationAndTime) {
  for (const JobState state : {JobState::kFailed, JobState::kPending, JobState::kFailed}) {
    Job job = JobInState(kUnknownId, state, ClipState::kPlanned);
    job.escalation_id = "e";
    behind_.jobs.Add(job);
  }
  v1::ListJobsRequest request;
  request.add_states(v1::JOB_STATE_FAILED);
  request.set_escalation_id("e");
  request.mutable_created_after()->set_seconds(1'800'000'001);
  ASSERT_TRUE(List(request).ok());
  EXPECT_EQ(listed_.jobs_size(), 1);
}

TEST_F(GrpcServiceTest, ListJobsWithWrongFields_NamesThem) {
  v1::ListJobsRequest request;
  request.set_page_size(-1);
  auto status = List(request);
  ExpectRefused(status, StatusCode::INVALID_ARGUMENT, "INVALID_REQUEST page_size", Why(status));
  request.Clear();
  request.add_states(static_cast<v1::JobState>(77));
  status = List(request);
  ExpectRefused(status, StatusCode::INVALID_ARGUMENT, "INVALID_REQUEST states[0]", Why(status));
  request.Clear();
  request.set_page_token("garbage");
  status = List(request);
  ExpectRefused(status, StatusCode::INVALID_ARGUMENT, "INVALID_REQUEST page_token", Why(status));
  request.Clear();
  request.mutable_created_before()->set_nanos(-1);
  status = List(request);
  ExpectRefused(status, StatusCode::INVALID_ARGUMENT, "INVALID_REQUEST created_before", Why(status));
  request.Clear();
  request.set_escalation_id(std::string(201, 'e'));
  status = List(request);
  ExpectRefused(status, StatusCode::INVALID_ARGUMENT, "INVALID_REQUEST escalation_id", Why(status));
}

TEST_F(GrpcServiceTest, ListJobsWithLargePage_IsCutToAThousand) {
  v1::ListJobsRequest request;
  request.set_page_size(1'000'000);
  EXPECT_TRUE(List(request).ok());
}

}  // namespace
}  // namespace videojobs
