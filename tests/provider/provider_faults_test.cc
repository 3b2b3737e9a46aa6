// Every way in which Google is known to answer badly, from the simulated answer to the job's end: its state and reason,
// what it costs, whether the lane closed, and what the log says. The answers are the simulator's, over real HTTP, to
// the real generator and the real engine. Requests that Google would refuse for their form (a length as text, names in
// snake case, a parameter that a model does not take) cannot be told from answers: the simulator refuses them as Google
// does, so every row that completes proves that none of them is sent.

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "adapters/google/gemini_api.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "simulator/faults.h"
#include "tests/generator/simulated_google.h"
#include "tests/support/engine_house.h"

namespace videojobs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Row {
  std::string name;
  std::vector<std::string> faults{};  // as the simulator's flag takes them
  JobState state = JobState::kCompleted;
  FailureReason reason = FailureReason::kNone;
  int paid_starts = 1;
  int charged = 1;  // in prices of the start, as the next ones
  int held = 0;
  LaneReason lane = LaneReason::kNone;
  std::string log = "operation succeeded";  // a part of what it says
  absl::Duration time = absl::Minutes(20);  // to let pass at most
  int reserved = 0;                         // what is still open at the end
  bool of_file = false;                     // of doors whose videos are files of their own
  google::Patience patience{};
  bool asks_first = false;  // a free question goes out before, and its connection is kept
  bool fires = true;        // each fault meets a call
};

struct Case {
  Door door;
  Row row;
};
void PrintTo(const Case& one, std::ostream* out) { *out << Name(one.door) << one.row.name; }

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
          .held = 1,
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

Row GoesOn(std::string name, std::string fault, std::string log = "operation succeeded") {
  return {.name = std::move(name), .faults = {std::move(fault)}, .log = std::move(log)};
}

Row IsLost(std::string name, std::string fault) {
  return {.name = std::move(name),
          .faults = {std::move(fault)},
          .state = JobState::kFailed,
          .reason = FailureReason::kDeliveryFailed,
          .log = "the result is lost",
          .time = absl::Hours(24 * 9),
          .of_file = true};
}

Row FileGoesOn(std::string name, std::string fault, std::string log = "operation succeeded") {
  Row row = GoesOn(std::move(name), std::move(fault), std::move(log));
  row.of_file = true;
  return row;
}

// Waits this long for the first byte of a start's answer.
Row WaitingForStart(absl::Duration wait, Row row) {
  row.patience.start.first_byte = wait;
  return row;
}

// Gives a download that falls silent this long.
Row WaitingForBytes(absl::Duration wait, Row row) {
  row.patience.fetch.stall = wait;
  return row;
}

// A paid start must not go out on a connection that a question before it left open: libcurl would send it again when
// that connection is closed under it. So the fault finds nothing to do.
Row KeptConnection() {
  Row row = GoesOn("KeptConnectionClosed", "kind=closed_kept_connection");
  row.asks_first = true;
  row.fires = false;
  return row;
}

// Of every door.
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
      Waits("InHighDemand", "kind=503_demand", LaneReason::kOverloaded),
      Waits("BillingOff", "kind=billing", LaneReason::kBilling),
      Waits("PrepaymentUsedUp", "kind=billing_402", LaneReason::kBilling),

      // Nobody can say: held, and never started again.
      Unknown("InternalError", "kind=500", 0),
      Unknown("ProxysOwn503", "kind=503_html", 0),
      Unknown("InternalErrorAfterAccepting", "kind=500_accepted", 1),
      Unknown("AnswerLost", "kind=lost_answer", 1),
      Unknown("AnswerGarbled", "kind=garbage_answer", 1),
      WaitingForStart(absl::Milliseconds(300), Unknown("AnswerNeverComes", "kind=slow_answer,delay=1h", 1)),
      GoesOn("AnswerComesLate", "kind=slow_answer,delay=50ms"),
      KeptConnection(),

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
       .log = "start accepted",
       .time = absl::Hours(24 * 10),
       .reserved = 1},

      // A poll says nothing about the operation.
      GoesOn("PollNotFoundEarly", "kind=poll_404,count=3", "poll in trouble"),
      GoesOn("PollForbiddenEarly", "kind=poll_403,count=3", "poll in trouble"),
      GoesOn("PollInternalError", "kind=poll_500,count=3", "poll in trouble"),
      GoesOn("PollOverloaded", "kind=poll_503,count=3", "poll in trouble"),
      GoesOn("PollQuota", "kind=poll_429,count=3", "poll in trouble"),
      GoesOn("PollAnsweredLate", "kind=slow_answer,on=poll,delay=20ms,count=3"),
      GoesOn("PollGarbled", "kind=poll_garbage,count=3", "poll in trouble"),
      {.name = "PollNotFoundForEver",
       .faults = {"kind=poll_404"},
       .state = JobState::kFailed,
       .reason = FailureReason::kOperationExpired,
       .charged = 0,
       .log = "operation expired",
       .time = absl::Hours(24 * 4),
       .reserved = 1},
      {.name = "PollSilentForEver",
       .faults = {"kind=poll_500"},
       .state = JobState::kFailed,
       .reason = FailureReason::kOperationExpired,
       .charged = 0,
       .log = "operation expired",
       .time = absl::Hours(24 * 9),
       .reserved = 1},

      // The download.
      FileGoesOn("Redirected", "kind=redirect"),
      FileGoesOn("RedirectedToAnotherHost", "kind=redirect_other_host"),
      FileGoesOn("DownloadForbiddenOnce", "kind=download_403,count=2", "delivery in trouble"),
      FileGoesOn("DownloadNotFoundOnce", "kind=download_404,count=2", "delivery in trouble"),
      FileGoesOn("DownloadInternalError", "kind=download_500,count=2", "delivery in trouble"),
      FileGoesOn("Truncated", "kind=truncated,count=2", "delivery in trouble"),
      WaitingForBytes(absl::Milliseconds(300),
                      FileGoesOn("StalledAtFirst", "kind=stalled,delay=1h,count=2", "delivery in trouble")),
      FileGoesOn("PageInPlaceOfTheFile", "kind=wrong_type,count=2", "delivery in trouble"),
      FileGoesOn("EmptyFileAtFirst", "kind=empty_file,count=2", "delivery in trouble"),
      IsLost("DownloadForbiddenForEver", "kind=download_403"),
      IsLost("TruncatedForEver", "kind=truncated"),
      IsLost("PageForEver", "kind=wrong_type"),
      IsLost("EmptyForEver", "kind=empty_file"),
  };
}

std::vector<Row> RowsOf(Door door) {
  switch (door) {
    case Door::kInteractions:
      return {
          Ends("WantsAnAction", "kind=interaction_requires_action", FailureReason::kGenerationFailed),
          Ends("BudgetExceeded", "kind=interaction_budget_exceeded", FailureReason::kGenerationFailed),
          Ends("Incomplete", "kind=interaction_incomplete", FailureReason::kGenerationFailed),
          Waits("KeyNotValidInFront", "kind=bad_key_in_front", LaneReason::kBadKey),
          GoesOn("PollNameInvalidEarly", "kind=poll_name_invalid,count=3", "poll in trouble"),
          {.name = "PollNameInvalidForEver",
           .faults = {"kind=poll_name_invalid"},
           .state = JobState::kFailed,
           .reason = FailureReason::kOperationExpired,
           .charged = 0,
           .log = "operation expired",
           .time = absl::Hours(24 * 4),
           .reserved = 1},
          Ends("WordsInPlaceOfAVideo", "kind=interaction_words", FailureReason::kFiltered),
          IsLost("FileFailed", "kind=file_fails"),
          IsLost("FileNeverReady", "kind=file_stays_processing"),
      };
    case Door::kVertexAccount:
      return {Waits("ServiceAccountRefused", "kind=token_refused", LaneReason::kBadKey)};
    default:
      return {};
  }
}

// With a folder per start, what was made behind a lost answer is found again, without a second payment.
Row Healed(Row row) {
  row.state = JobState::kCompleted;
  row.reason = FailureReason::kNone;
  row.held = 0;
  row.charged = 1;
  row.log = "found by its own id";
  return row;
}

constexpr absl::Duration kLongerThanEvidenceIsTried = absl::Hours(24 * 32);

// Nor is an operation expired that left its video in the user's own bucket; that is tried for a month, not for a week.
Row Kept(Row row) {
  if (row.reason == FailureReason::kOperationExpired) {
    row.state = JobState::kCompleted;
    row.reason = FailureReason::kNone;
    row.charged = 1;
    row.reserved = 0;
    row.log = "found by its start's id";
  } else if (row.name == "DownloadForbiddenForEver") {
    row.state = JobState::kProcessing;
    row.reason = FailureReason::kNone;
    row.log = "delivery in trouble";
    row.time = kLongerThanEvidenceIsTried;
  } else if (row.reason == FailureReason::kDeliveryFailed) {
    row.time = kLongerThanEvidenceIsTried;
  }
  return row;
}

std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (const Door door : {Door::kVeo, Door::kInteractions, Door::kVertexAccount, Door::kVertexOutput}) {
    std::vector<Row> rows = Rows();
    for (Row& row : RowsOf(door)) rows.push_back(std::move(row));
    for (Row& row : rows) {
      if (row.of_file && door == Door::kVertexAccount) continue;
      const bool keeps = door == Door::kVertexOutput;
      const bool heals = keeps && row.held > 0 && row.paid_starts > 0;
      cases.push_back({door, heals ? Healed(std::move(row)) : keeps ? Kept(std::move(row)) : std::move(row)});
    }
  }
  return cases;
}

// Those that close a lane.
std::vector<Case> CasesWithALane() {
  std::vector<Case> cases = Cases();
  cases.erase(
      std::remove_if(cases.begin(), cases.end(), [](const Case& one) { return one.row.lane == LaneReason::kNone; }),
      cases.end());
  return cases;
}

class ProviderFaults : public ::testing::TestWithParam<Case> {
 protected:
  ProviderFaults() : google_(GetParam().door), house_({.daily_cap_micros = std::nullopt}) {
    google_.Use(GetParam().row.patience);
    house_.Use(google_.generator());
  }

  void SetFaults(const std::vector<std::string>& texts) {
    std::vector<simulator::Fault> faults;
    for (const std::string& text : texts) faults.push_back(simulator::ParseFault(text).value());
    google_.simulator().SetFaults(std::move(faults));
  }

  std::string CreateJob() {
    AskedVideo video;
    video.response_text = "Yes, you may hand it in on Friday.";
    video.options.model = google_.options().model;
    return house_.creating->Create({{video}, "request"}).value().front().id;
  }

  // Sweeps, ever less often, until the job has ended or the time is over.
  Job Run(const std::string& id, absl::Duration time) {
    absl::Duration passed;
    while (passed < time && MayGoOn(house_.Read(id))) {
      house_.Sweep();
      NoteLanes();
      const absl::Duration step = std::clamp(passed / 10, absl::Seconds(15), absl::Hours(2));
      house_.clock.Advance(step);
      google_.clock().Advance(step);
      passed += step;
    }
    return house_.Read(id);
  }

  static bool MayGoOn(const Job& job) {
    return !IsFinished(job.state) || (job.reason == FailureReason::kStartUnknown && GetParam().row.held == 0);
  }

  void NoteLanes() {
    const std::vector<ClosedLane> closed = house_.store->lanes().Closed().value();
    for (const ClosedLane& lane : closed) lanes_seen_.emplace(Name(lane.reason));
  }

  void AskForTheModel() { EXPECT_EQ(google_.generator().CheckModel(google_.options().model), absl::OkStatus()); }

  void ExpectFaultsMet() {
    for (const simulator::Fault& fault : google_.simulator().faults()) {
      EXPECT_EQ(fault.hits > 0, GetParam().row.fires) << simulator::FaultName(fault.kind);
    }
  }

  std::int64_t Price(const Job& job) {
    return google_.generator().PriceMicros(job.options, {"", job.options.duration_seconds});
  }

  std::set<std::string> lanes_seen_;
  SimulatedGoogle google_;
  EngineHouse house_;
};

TEST_P(ProviderFaults, FromTheAnswer_ToTheJobsEnd) {
  const Row& row = GetParam().row;
  ASSERT_NE(row.log, "") << "any text would do";
  SetFaults(row.faults);
  if (row.asks_first) AskForTheModel();
  const std::string id = CreateJob();
  const Job job = Run(id, row.time);
  ExpectFaultsMet();
  const std::int64_t price = Price(job);
  EXPECT_EQ(Name(job.state), Name(row.state)) << job.detail;
  EXPECT_EQ(Name(job.reason), Name(row.reason)) << job.detail;
  EXPECT_EQ(google_.paid_starts(), row.paid_starts);
  EXPECT_EQ(job.cost.charged_micros, price * row.charged);
  EXPECT_EQ(job.cost.held_micros, price * row.held);
  EXPECT_EQ(job.cost.reserved_micros, price * row.reserved);
  EXPECT_THAT(house_.log.Text(), HasSubstr(row.log));
  EXPECT_EQ(google_.simulator().counts().leaked_keys, 0);

  if (row.lane == LaneReason::kNone) {
    EXPECT_THAT(house_.store->lanes().Closed().value(), IsEmpty());
  } else {
    EXPECT_THAT(lanes_seen_, ElementsAre(Name(row.lane)));
  }
  if (row.state != JobState::kCompleted) return;
  EXPECT_EQ(job.clips.at(0).stored->duration, absl::Seconds(6));
  EXPECT_EQ(house_.storage.Content(job.clips.at(0).stored->object_name),
            google_.VideoOf(job.clips.at(0).operation_name));
}

class ProviderLanes : public ProviderFaults {};

// Where the trouble was with everybody, it costs no attempt, and the job goes on by itself when it is over.
TEST_P(ProviderLanes, TroubleEnds_JobThatWaitedGoesOn) {
  SetFaults(GetParam().row.faults);
  const std::string id = CreateJob();
  EXPECT_EQ(Run(id, absl::Hours(2)).clips.at(0).attempts, 0);
  ExpectFaultsMet();
  SetFaults({});
  const Job job = Run(id, absl::Hours(30));
  EXPECT_EQ(Name(job.state), "completed") << job.detail;
  EXPECT_EQ(google_.paid_starts(), 1);
  EXPECT_THAT(house_.store->lanes().Closed().value(), IsEmpty());
}

std::string CaseName(const ::testing::TestParamInfo<Case>& info) { return Name(info.param.door) + info.param.row.name; }

INSTANTIATE_TEST_SUITE_P(Google, ProviderFaults, ::testing::ValuesIn(Cases()), CaseName);
INSTANTIATE_TEST_SUITE_P(Google, ProviderLanes, ::testing::ValuesIn(CasesWithALane()), CaseName);

}  // namespace
}  // namespace videojobs
