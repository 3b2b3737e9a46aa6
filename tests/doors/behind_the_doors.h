#ifndef VIDEOJOBS_TESTS_DOORS_BEHIND_THE_DOORS_H_
#define VIDEOJOBS_TESTS_DOORS_BEHIND_THE_DOORS_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/lanes.h"
#include "adapters/sqlite/sqlite_store.h"
#include "adapters/video_storage.h"
#include "server/doors/door_ports.h"
#include "tests/doors/memory_jobs.h"
#include "tests/support/collected_log.h"
#include "tests/support/fake_video_generator.h"
#include "tests/support/sequence_ids.h"
#include "tests/support/settable_clock.h"

namespace videojobs {

// Lanes that are what a test says.
class FixedLanes : public Lanes {
 public:
  absl::Status Close(const LaneKey& key, LaneReason reason, const std::string& detail, const Closing& closing) override;
  absl::StatusOr<std::vector<ClosedLane>> Closed() override { return closed; }
  absl::StatusOr<std::vector<ClosedLane>> TakeChecks(const ChecksWanted&) override { return std::vector<ClosedLane>(); }
  absl::Status PassCheck(const LaneKey&, const std::string&) override { return absl::OkStatus(); }

  std::vector<ClosedLane> closed;
};

// Objects in a temporary folder, gone with this, or redirects.
class FolderStorage : public VideoStorage {
 public:
  FolderStorage();
  ~FolderStorage() override;

  void Write(const std::string& object_name, const std::string& content);
  // From now on Address answers so for every object.
  void Redirect(const std::string& url) { redirect_ = url; }
  void FailWith(absl::Status error) { error_ = std::move(error); }

  absl::Status Put(const std::string& object_name, ByteSource& source, std::int64_t bytes) override;
  absl::StatusOr<std::int64_t> Size(const std::string& object_name) override;
  absl::StatusOr<std::string> PublicUrl(const std::string& object_name) override;
  absl::StatusOr<VideoAddress> Address(const std::string& object_name) override;
  absl::Status Remove(const std::string&) override { return error_; }

 private:
  std::filesystem::path folder_;
  std::string redirect_;
  absl::Status error_;
};

// What the doors lead to, in memory. `report` is what every sweep answers.
struct BehindTheDoors {
  explicit BehindTheDoors(bool generation_enabled = true);

  DoorPorts ports();
  // The same with the jobs of `store`: for what a person's word changes, and what is told of the past.
  DoorPorts ports_to_store();

  MemoryJobs jobs;
  FixedLanes lanes;
  FolderStorage storage;
  FakeVideoGenerator generator;
  SettableClock clock;
  SequenceIds ids;
  CollectedLog log;
  int wakes = 0;
  Creating creating;
  std::unique_ptr<SqliteStore> store;
  Retrying retrying;
  Cancelling cancelling;
  bool generation_enabled;

  absl::StatusOr<SweepReport> report = SweepReport{};
  int sweeps = 0;
  int swept_max_jobs = 0;
  absl::Duration swept_time_limit;
};

// A job of one scene in this state.
Job JobInState(const std::string& id, JobState state, ClipState clip_state);

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_DOORS_BEHIND_THE_DOORS_H_
