// A person's word over gRPC, with the jobs of a real store: retry, cancel, explain, costs.

#include <string>

#include "gmock/gmock.h"
#include "tests/doors/grpc_fixture.h"

namespace videojobs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kId[] = "01920000-0000-7000-8000-00000000000a";
constexpr char kIdInUpperCase[] = "01920000-0000-7000-8000-00000000000A";

class GrpcWordTest : public GrpcDoorTest {
 protected:
  GrpcWordTest() : GrpcDoorTest(true, /*on_store=*/true) {}

  // A job of that id whose start's answer was lost.
  std::string FailInDoubt() {
    SqliteStore& store = *behind_.store;
    NewJob asked;
    asked.job.id = kId;
    asked.job.response_text = "Yes, on Friday.";
    asked.job.provider = "gemini";
    asked.job.options.model = "fake-1.0";
    EXPECT_TRUE(store.intake().Create({"request", "print", {asked}}).ok());
    const Lease lease = store.work().Claim(1, "token", absl::Minutes(1))->at(0).lease;
    EXPECT_TRUE(store.work().WriteStoryboardIfHeld(lease, {{{"A leaf.", 6}, "stem"}}).ok());
    StartIntent intent;
    intent.lease = lease;
    intent.start_id = "start-1";
    intent.provider = "gemini";
    intent.model = "fake-1.0";
    intent.price_micros = 600'000;
    EXPECT_EQ(store.ledger().RecordIntent(intent)->answer, IntentAnswer::kRecorded);
    EXPECT_TRUE(store.ledger().RecordOutcome("start-1", {}).ok());
    const JobMove failed{.from = JobState::kPending,
                         .event = JobEvent::kStartsExhausted,
                         .to = JobState::kFailed,
                         .reason = FailureReason::kStartUnknown};
    EXPECT_TRUE(store.work().MoveIfHeld(lease, {{}, failed}).ok());
    return kId;
  }

  template <typename Request, typename Response>
  grpc::Status Call(grpc::Status (v1::VideoJobs::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response& response) {
    grpc::ClientContext context;
    return ((*stub_).*method)(&context, request, &response);
  }

  grpc::Status Retry(const std::string& id, const std::string& accepted = "") {
    v1::RetryJobRequest request;
    request.set_job_id(id);
    if (!accepted.empty()) request.add_accept_possible_second_charge(accepted);
    return Call(&v1::VideoJobs::Stub::RetryJob, request, retried_);
  }

  v1::RetryJobResponse retried_;
};

TEST_F(GrpcWordTest, RetryJob_StartInDoubt_TakesItsNameToGoOn) {
  const std::string id = FailInDoubt();
  const grpc::Status refused = Retry(id);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(Why(refused), "POSSIBLE_SECOND_CHARGE");
  EXPECT_THAT(refused.error_message(), HasSubstr("start-1"));
  const grpc::Status accepted = Retry(id, "start-1");
  EXPECT_TRUE(accepted.ok()) << accepted.error_message();
  EXPECT_EQ(retried_.job().state(), v1::JOB_STATE_PENDING);
  EXPECT_EQ(behind_.wakes, 1);
  EXPECT_EQ(Why(Retry(id)), "JOB_NOT_FAILED");
}

TEST_F(GrpcWordTest, RetryJob_NamesThatCanBeNoStarts_AreNamed) {
  const std::string id = FailInDoubt();
  for (const std::string& name : {std::string(129, 's'), std::string("a b"), std::string("a\0b", 3)}) {
    EXPECT_EQ(Why(Retry(id, name)), "INVALID_REQUEST accept_possible_second_charge[0]");
  }
  v1::RetryJobRequest request;
  request.set_job_id(id);
  request.add_accept_possible_second_charge("start-1");
  request.add_accept_possible_second_charge("");
  EXPECT_EQ(Why(Call(&v1::VideoJobs::Stub::RetryJob, request, retried_)),
            "INVALID_REQUEST accept_possible_second_charge[1]");
  request.mutable_accept_possible_second_charge(1)->assign("start-2");
  while (request.accept_possible_second_charge_size() < 101) request.add_accept_possible_second_charge("start-3");
  EXPECT_EQ(Why(Call(&v1::VideoJobs::Stub::RetryJob, request, retried_)),
            "INVALID_REQUEST accept_possible_second_charge");
  request.mutable_accept_possible_second_charge()->RemoveLast();
  EXPECT_TRUE(Call(&v1::VideoJobs::Stub::RetryJob, request, retried_).ok()) << "what is not in doubt is ignored";
}

TEST_F(GrpcWordTest, EveryCall_IllFormedOrUnknownId_SaysSo) {
  EXPECT_EQ(Why(Retry("nonsense")), "INVALID_REQUEST job_id");
  EXPECT_EQ(Why(Retry(kId)), "JOB_NOT_FOUND job_id");
  v1::CancelJobRequest cancel;
  v1::CancelJobResponse cancelled;
  EXPECT_EQ(Why(Call(&v1::VideoJobs::Stub::CancelJob, cancel, cancelled)), "INVALID_REQUEST job_id");
  v1::ExplainJobRequest explain;
  v1::ExplainJobResponse explained;
  EXPECT_EQ(Why(Call(&v1::VideoJobs::Stub::ExplainJob, explain, explained)), "INVALID_REQUEST job_id");
}

TEST_F(GrpcWordTest, EveryCall_IdInUpperCase_MeansTheSameJob) {
  FailInDoubt();
  v1::ExplainJobRequest explain;
  explain.set_job_id(kIdInUpperCase);
  v1::ExplainJobResponse explained;
  const grpc::Status told = Call(&v1::VideoJobs::Stub::ExplainJob, explain, explained);
  EXPECT_TRUE(told.ok()) << told.error_message();
  EXPECT_EQ(explained.job().job_id(), kId);
  const grpc::Status retried = Retry(kIdInUpperCase, "start-1");
  EXPECT_TRUE(retried.ok()) << retried.error_message();
  EXPECT_EQ(retried_.job().job_id(), kId);
  v1::CancelJobRequest cancel;
  cancel.set_job_id(kIdInUpperCase);
  v1::CancelJobResponse cancelled;
  const grpc::Status stopped = Call(&v1::VideoJobs::Stub::CancelJob, cancel, cancelled);
  EXPECT_TRUE(stopped.ok()) << stopped.error_message();
  EXPECT_EQ(cancelled.job().failure_reason(), v1::FAILURE_REASON_CANCELLED);
}

TEST_F(GrpcWordTest, CancelJob_Retried_FailsAtOnce) {
  ASSERT_TRUE(Retry(FailInDoubt(), "start-1").ok());
  v1::CancelJobRequest request;
  request.set_job_id(kId);
  v1::CancelJobResponse response;
  ASSERT_TRUE(Call(&v1::VideoJobs::Stub::CancelJob, request, response).ok());
  EXPECT_EQ(response.job().failure_reason(), v1::FAILURE_REASON_CANCELLED);
  EXPECT_FALSE(response.job().cancel_requested());
}

TEST_F(GrpcWordTest, ExplainJob_UnknownStart_ShowsEvidenceAndCandidatesWithoutTexts) {
  const std::string lost = behind_.generator.MakeOperation();
  v1::ExplainJobRequest request;
  request.set_job_id(FailInDoubt());
  v1::ExplainJobResponse response;
  ASSERT_TRUE(Call(&v1::VideoJobs::Stub::ExplainJob, request, response).ok());
  ASSERT_THAT(response.starts(), SizeIs(1));
  EXPECT_EQ(response.starts(0).start_id(), "start-1");
  EXPECT_EQ(response.starts(0).outcome(), v1::START_OUTCOME_UNKNOWN);
  EXPECT_EQ(response.starts(0).price_micros(), 600'000);
  EXPECT_FALSE(response.starts(0).has_settled_micros());
  ASSERT_THAT(response.candidates(), SizeIs(1));
  EXPECT_EQ(response.candidates(0).operation_name(), lost);
  EXPECT_EQ(response.events(response.events_size() - 1).to_state(), "failed");
  EXPECT_THAT(response.response_sha256(), SizeIs(64));
  EXPECT_EQ(response.response_text(), "");
  EXPECT_THAT(response.prompts(), IsEmpty());
  EXPECT_THAT(response.DebugString(), ::testing::Not(HasSubstr("Friday")));

  request.set_include_texts(true);
  ASSERT_TRUE(Call(&v1::VideoJobs::Stub::ExplainJob, request, response).ok());
  EXPECT_EQ(response.response_text(), "Yes, on Friday.");
  EXPECT_THAT(response.prompts(), ElementsAre("A leaf."));
}

TEST_F(GrpcWordTest, ExplainJob_ListingFails_TellsWhyAndAllTheRest) {
  behind_.generator.SetModelCheck(absl::PermissionDeniedError("API key not valid"));
  v1::ExplainJobRequest request;
  request.set_job_id(FailInDoubt());
  v1::ExplainJobResponse response;
  ASSERT_TRUE(Call(&v1::VideoJobs::Stub::ExplainJob, request, response).ok());
  EXPECT_EQ(response.candidates_problem(), "API key not valid");
  EXPECT_THAT(response.starts(), SizeIs(1));
}

TEST_F(GrpcWordTest, GetCosts_Today_ByModelAndState) {
  FailInDoubt();
  v1::GetCostsResponse response;
  ASSERT_TRUE(Call(&v1::VideoJobs::Stub::GetCosts, v1::GetCostsRequest(), response).ok());
  ASSERT_THAT(response.rows(), SizeIs(1));
  EXPECT_EQ(response.rows(0).state(), v1::COST_STATE_HELD);
  EXPECT_EQ(response.rows(0).micros(), 600'000);
  EXPECT_EQ(response.rows(0).starts(), 1);
  EXPECT_EQ(response.spent_today_micros(), 600'000);
  EXPECT_EQ(response.daily_limit_micros(), 25'000'000);
  EXPECT_FALSE(response.has_total_limit_micros());
}

TEST_F(GrpcWordTest, GetCosts_WrongDays_AreNamed) {
  v1::GetCostsRequest request;
  v1::GetCostsResponse response;
  request.set_last_day("yesterday");
  EXPECT_EQ(Why(Call(&v1::VideoJobs::Stub::GetCosts, request, response)), "INVALID_REQUEST last_day");
  request.set_last_day("2026-01-01");
  request.set_first_day("2026-01-02");
  EXPECT_EQ(Why(Call(&v1::VideoJobs::Stub::GetCosts, request, response)), "INVALID_REQUEST first_day");
}

// All of ten characters. Abseil reads days into each of them, and Postgres has no year 999999.
TEST_F(GrpcWordTest, GetCosts_DayInAnotherForm_IsRefusedWithTheRightOne) {
  for (const char* day : {"999999-1-1", "1969-12-31", " 2026-1-31", "2026-01-1 ", "-999-01-01", "10000-1-01"}) {
    v1::GetCostsRequest request;
    v1::GetCostsResponse response;
    request.set_first_day(day);
    const grpc::Status refused = Call(&v1::VideoJobs::Stub::GetCosts, request, response);
    EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << day;
    EXPECT_EQ(Why(refused), "INVALID_REQUEST first_day") << day;
    EXPECT_THAT(refused.error_message(), HasSubstr("YYYY-MM-DD")) << day;
  }
  for (const char* day : {"1970-01-01", "9999-12-31"}) {
    v1::GetCostsRequest request;
    v1::GetCostsResponse response;
    request.set_first_day("1970-01-01");
    request.set_last_day(day);
    const grpc::Status told = Call(&v1::VideoJobs::Stub::GetCosts, request, response);
    EXPECT_TRUE(told.ok()) << day << ": " << told.error_message();
  }
}

}  // namespace
}  // namespace videojobs
