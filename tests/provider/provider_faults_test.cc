// Every way in which Google is known to answer badly, from the simulated answer to the job's end: its state and reason,
// what it costs, whether the lane closed, and what the log says. The answers are the simulator's, over real HTTP, to
// the real generator and the real engine. Requests that Google would refuse for their form (a length as text, names in
// snake case, a parameter that a model does not take) cannot be told from answers: the simulator refuses them as Google
// does, so every row that completes proves that none of them is sent.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "simulator/faults.h"
#include "tests/support/engine_house.h"
#include "tests/generator/simulated_google.h"

namespace videojobs {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::int64_t kPrice = 2'400'000;  // six seconds of veo-3.1 at 720p

struct Row {
  std::string name;
  std::vector<std::string> faults{};  // as the simulator's flag takes them
  JobState state = JobState::kCompleted;
  FailureReason reason = FailureReason::kNone;
  int paid_starts = 1;
  std::int64_t charged = kPrice;
  std::int64_t held = 0;
  LaneReason lane = LaneReason::kNone;
  std::string log{};                         // a part of what it says
  absl::Duration time = absl::Minutes(20);   // to let pass at most
  std::optional<std::int64_t> reserved = 0;  // what is still open at the end
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

Row Refused(std::string name, std::string fault) {
  return {.name = std::move(name),
          .faults = {std::move(fault)},
          .state = JobState::kFailed,
          .reason = FailureReason::kStartRefused,
          .paid_starts = 0,
          .charged = 0,
          .log = "start refused"};
}

Row Waits(std::string name, std::string fault, LaneReason lane) {
  return {.name = std::move(name),
          .faults = {std::move(fault)},
          .state = JobState::kPending,
          .paid_starts = 0,
          .charged = 0,
          .lane = lane,
          .log = "the lane is closed"};
}

Row Unknown(std::string name, std::string fault, int paid_starts) {
  return {.name = std::move(name),
          .faults = {std::move(fault)},
          .state = JobState::kFailed,
          .reason = FailureReason::kStartUnknown,
          .paid_starts = paid_starts,
          .charged = 0,
          .held = kPrice,
          .log = "it may be charged and is never repeated by itself"};
}

Row Ends(std::string name, std::string fault, FailureReason reason) {
  return {.name = std::move(name),
          .faults = {std::move(fault)},
          .state = JobState::kFailed,
          .reason = reason,
          .charged = 0,
          .log = "operation failed"};
}

Row GoesOn(std::string name, std::string fault, std::string log = "") {
  return {.name = std::move(name), .faults = {std::move(fault)}, .log = std::move(log)};
}

Row IsLost(std::string name, std::string fault) {
  return {.name = std::move(name),
          .faults = {std::move(fault)},
          .state = JobState::kFailed,
          .reason = FailureReason::kDeliveryFailed,
          .log = "the result is lost",
          .time = absl::Hours(24 * 9)};
}

std::vector<Row> Rows() {
  return {
      {.name = "NothingGoesWrong"},

      // The start is surely refused: nothing is paid.
      Refused("ParameterNotSupported", "kind=refused"),
      Waits("ModelRetired", "kind=model_gone", LaneReason::kModelUnavailable),
      Waits("KeyNotValid", "kind=bad_key", LaneReason::kBadKey),
      Waits("KeyForbidden", "kind=forbidden", LaneReason::kBadKey),
      Waits("QuotaPerMinute", "kind=429", LaneReason::kQuota),
      Waits("QuotaWithoutDetails", "kind=429_bare", LaneReason::kQuota),
      Waits("QuotaPerDay", "kind=429_daily", LaneReason::kQuota),
      Waits("QuotaBySpending", "kind=429_spend", LaneReason::kQuota),
      Waits("Overloaded", "kind=503", LaneReason::kOverloaded),
      Waits("BillingOff", "kind=billing", LaneReason::kBilling),
      Waits("PrepaymentUsedUp", "kind=billing_402", LaneReason::kBilling),

      // Nobody can say: held, and never started again.
      Unknown("InternalError", "kind=500", 0),
      Unknown("ProxysOwn503", "kind=503_html", 0),
      Unknown("InternalErrorAfterAccepting", "kind=500_accepted", 1),
      Unknown("AnswerLost", "kind=lost_answer", 1),
      Unknown("AnswerGarbled", "kind=garbage_answer", 1),
      GoesOn("KeptConnectionClosed", "kind=closed_kept_connection"),

      // What becomes of an accepted operation.
      Ends("OperationInternalError", "kind=operation_error,code=13", FailureReason::kGenerationFailed),
      Ends("OperationAgainstPolicy", "kind=operation_error,code=3", FailureReason::kFiltered),
      Ends("AudioFiltered", "kind=filtered", FailureReason::kFiltered),
      Ends("DoneWithoutAnything", "kind=empty_result", FailureReason::kGenerationFailed),
      Ends("DoneWithoutSamples", "kind=empty_samples", FailureReason::kGenerationFailed),
      GoesOn("VideoInsideTheAnswer", "kind=base64"),
      {.name = "NeverDone",
       .faults = {"kind=stuck"},
       .state = JobState::kProcessing,
       .charged = 0,
       .time = absl::Hours(24 * 10),
       .reserved = kPrice},

      // A poll says nothing about the operation.
      GoesOn("PollNotFoundEarly", "kind=poll_404,count=3", "poll in trouble"),
      GoesOn("PollForbiddenEarly", "kind=poll_403,count=3", "poll in trouble"),
      GoesOn("PollInternalError", "kind=poll_500,count=3", "poll in trouble"),
      GoesOn("PollOverloaded", "kind=poll_503,count=3", "poll in trouble"),
      GoesOn("PollQuota", "kind=poll_429,count=3", "poll in trouble"),
      GoesOn("PollGarbled", "kind=poll_garbage,count=3", "poll in trouble"),
      {.name = "PollNotFoundForEver",
       .faults = {"kind=poll_404"},
       .state = JobState::kFailed,
       .reason = FailureReason::kOperationExpired,
       .charged = 0,
       .log = "operation expired",
       .time = absl::Hours(24 * 4),
       .reserved = kPrice},
      {.name = "PollSilentForEver",
       .faults = {"kind=poll_500"},
       .state = JobState::kFailed,
       .reason = FailureReason::kOperationExpired,
       .charged = 0,
       .log = "operation expired",
       .time = absl::Hours(24 * 9),
       .reserved = kPrice},

      // The download.
      GoesOn("Redirected", "kind=redirect"),
      GoesOn("RedirectedToAnotherHost", "kind=redirect_other_host"),
      GoesOn("DownloadForbiddenOnce", "kind=download_403,count=2", "delivery in trouble"),
      GoesOn("DownloadNotFoundOnce", "kind=download_404,count=2", "delivery in trouble"),
      GoesOn("DownloadInternalError", "kind=download_500,count=2", "delivery in trouble"),
      GoesOn("Truncated", "kind=truncated,count=2", "delivery in trouble"),
      GoesOn("EmptyFileAtFirst", "kind=empty_file,count=2", "delivery in trouble"),
      IsLost("DownloadForbiddenForEver", "kind=download_403"),
      IsLost("TruncatedForEver", "kind=truncated"),
      IsLost("EmptyForEver", "kind=empty_file"),
  };
}

class ProviderFaults : public ::testing::TestWithParam<Row> {
 protected:
  ProviderFaults() : house_({.daily_cap_micros = std::nullopt}) { house_.Use(google_.generator()); }

  void SetFaults(const std::vector<std::string>& texts) {
    std::vector<simulator::Fault> faults;
    for (const std::string& text : texts) faults.push_back(simulator::ParseFault(text).value());
    google_.simulator().SetFaults(std::move(faults));
  }

  std::string CreateJob() {
    AskedVideo video;
    video.response_text = "Yes, you may hand it in on Friday.";
    video.options.model = "veo-3.1";
    return house_.creating->Create({{video}, "request"}).value().front().id;
  }

  // Sweeps, ever less often, until the job has ended or the time is over.
  Job Run(const std::string& id, absl::Duration time) {
    absl::Duration passed;
    while (!IsFinished(house_.Read(id).state) && passed < time) {
      house_.Sweep();
      const absl::Duration step = std::clamp(passed / 10, absl::Seconds(15), absl::Hours(2));
      house_.clock.Advance(step);
      google_.clock().Advance(step);
      passed += step;
    }
    return house_.Read(id);
  }

  SimulatedGoogle google_;
  EngineHouse house_;
};

TEST_P(ProviderFaults, FromTheAnswer_ToTheJobsEnd) {
  const Row& row = GetParam();
  SetFaults(row.faults);
  const std::string id = CreateJob();
  const Job job = Run(id, row.time);
  EXPECT_EQ(Name(job.state), Name(row.state)) << job.detail;
  EXPECT_EQ(Name(job.reason), Name(row.reason)) << job.detail;
  EXPECT_EQ(google_.paid_starts(), row.paid_starts);
  EXPECT_EQ(job.cost.charged_micros, row.charged);
  EXPECT_EQ(job.cost.held_micros, row.held);
  EXPECT_EQ(job.cost.reserved_micros, *row.reserved);
  EXPECT_THAT(house_.log.Text(), HasSubstr(row.log));
  EXPECT_EQ(google_.simulator().counts().leaked_keys, 0);

  const auto lanes = house_.store->lanes().Closed().value();
  EXPECT_THAT(lanes, SizeIs(row.lane == LaneReason::kNone ? 0 : 1));
  for (const ClosedLane& lane : lanes) EXPECT_EQ(Name(lane.reason), Name(row.lane));
  if (row.state != JobState::kCompleted) return;
  EXPECT_EQ(job.clips.at(0).stored->duration, absl::Seconds(6));
  EXPECT_EQ(house_.storage.Content(job.clips.at(0).stored->object_name),
            google_.VideoOf(job.clips.at(0).operation_name));
}

// Where the trouble was with everybody, it costs no attempt, and the job goes on by itself when it is over.
TEST_P(ProviderFaults, TroubleEnds_JobThatWaitedGoesOn) {
  const Row& row = GetParam();
  if (row.lane == LaneReason::kNone) {
    EXPECT_NE(row.state, JobState::kPending) << "only a closed lane keeps a job waiting";
    return;
  }
  SetFaults(row.faults);
  const std::string id = CreateJob();
  EXPECT_EQ(Run(id, absl::Hours(2)).clips.at(0).attempts, 0);
  SetFaults({});
  const Job job = Run(id, absl::Hours(30));
  EXPECT_EQ(Name(job.state), "completed") << job.detail;
  EXPECT_EQ(google_.paid_starts(), 1);
  EXPECT_THAT(house_.store->lanes().Closed().value(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Google, ProviderFaults, ::testing::ValuesIn(Rows()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace videojobs
