#ifndef VIDEOJOBS_TESTS_STORE_STORE_CONTRACT_H_
#define VIDEOJOBS_TESTS_STORE_STORE_CONTRACT_H_

// What every store must do, whichever database is below. A database's own test file hands in a way to open one
// (INSTANTIATE_TEST_SUITE_P) and runs all *_contract.cc files of this folder.

#include <cstdint>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/audit.h"
#include "adapters/job_changes.h"
#include "adapters/job_intake.h"
#include "adapters/job_reader.h"
#include "adapters/job_work.h"
#include "adapters/lanes.h"
#include "adapters/start_ledger.h"
#include "gtest/gtest.h"

namespace videojobs {

// The ports of one open store.
struct StorePorts {
  JobIntake* intake;
  JobWork* work;
  StartLedger* ledger;
  Lanes* lanes;
  JobReader* reader;
  JobChanges* changes;
  Audit* audit;
};

// A migrated, empty database without the web app's table, and stores opened on it. Everything ends with it.
class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;
  // A store of real jobs.
  virtual StorePorts Ports() = 0;
  // Another process's store of real jobs on the same database; the same store where one process owns the database.
  virtual StorePorts Replica() = 0;
  // A store of mock jobs on the same database.
  virtual StorePorts MockPorts() = 0;
  // Lets time pass for everything stored.
  virtual void Advance(absl::Duration duration) = 0;
  // Runs one statement as the owner of the tables, past all code of ours.
  virtual absl::Status ExecuteSql(const std::string& sql) = 0;
  // The rows of a query; NULL is "".
  virtual absl::StatusOr<std::vector<std::vector<std::string>>> QuerySql(const std::string& sql) = 0;
};

struct StoreFactory {
  std::string name;
  std::function<std::unique_ptr<StoreUnderTest>()> open;
};
inline void PrintTo(const StoreFactory& factory, std::ostream* out) { *out << factory.name; }

class StoreContract : public ::testing::TestWithParam<StoreFactory> {
 protected:
  StoreContract();

  StoreUnderTest& store() { return *store_; }
  JobIntake& intake() { return *ports_.intake; }
  JobWork& work() { return *ports_.work; }
  StartLedger& ledger() { return *ports_.ledger; }
  Lanes& lanes() { return *ports_.lanes; }
  JobReader& reader() { return *ports_.reader; }
  JobChanges& changes() { return *ports_.changes; }
  Audit& audit() { return *ports_.audit; }

  // A pending job as a caller asks for it, complete. Ids ascend.
  NewJob Asked(const std::string& escalation_id = "");
  std::string NextId();
  // Creates it and gives it as stored. The test ends where that fails.
  Job Create(const NewJob& job);
  // Claims the one job that is due.
  ClaimedJob ClaimOne(const std::string& token = "token-a");
  // A claimed job with a storyboard of so many scenes.
  ClaimedJob Planned(int scenes = 1);
  StartIntent IntentFor(const ClaimedJob& claimed, int clip = 0);
  // A claimed job whose one clip has an open start. Gives the start's id.
  std::string Intended(const ClaimedJob& claimed, int clip = 0);
  // A claimed, processing job whose one clip runs.
  ClaimedJob Running(const std::string& operation_name = "models/veo/operations/one");
  // A job whose one clip's first start is in doubt, and whose second, which a person allowed, is open.
  struct TwoStarts {
    std::string job_id;
    std::string first;
    std::string second;
  };
  TwoStarts StartedAgain();
  Job Read(const std::string& job_id);
  // The events of a job in order, e.g. "0:start_intended" of clip 0 and "created" of the job itself.
  std::vector<std::string> Events(const std::string& job_id);

 private:
  std::unique_ptr<StoreUnderTest> store_;
  StorePorts ports_;
  int last_id_ = 0;
};

inline constexpr absl::Duration kLease = absl::Seconds(60);
inline constexpr std::int64_t kDollar = 1'000'000;

StartOutcome Accepted(const std::string& operation_name = "models/veo/operations/one");
StartOutcome Refused(LaneReason lane_reason = LaneReason::kNone, absl::Duration closed_for = absl::ZeroDuration());
StartOutcome Unknown();

JobMove MoveOf(JobState from, JobEvent event, JobState to, FailureReason reason = FailureReason::kNone);
ClipMove MoveOf(int clip, ClipState from, ClipEvent event, ClipState to, FailureReason reason = FailureReason::kNone);
// A person's word, decided by the real use case.
absl::StatusOr<Job> Retry(JobChanges& changes, const std::string& job_id,
                          const std::vector<std::string>& accepted = {});
// Ends a claimed, pending job.
void Fail(JobWork& work, const ClaimedJob& claimed, FailureReason reason);
// What moves a claimed, processing job with a running clip all the way to completed, step by step.
std::vector<Moves> StepsToCompleted();

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_STORE_STORE_CONTRACT_H_
