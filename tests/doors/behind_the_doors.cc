#include "tests/doors/behind_the_doors.h"

#include <stdlib.h>

#include <fstream>

namespace videojobs {

absl::Status FixedLanes::Close(const LaneKey& key, LaneReason reason, const std::string& detail,
                               const Closing& closing) {
  closed.push_back({key, reason, detail, absl::FromUnixSeconds(1'800'000'600), closing.duration});
  return absl::OkStatus();
}

FolderStorage::FolderStorage() {
  std::string folder = std::filesystem::temp_directory_path() / "videojobs-doors-XXXXXX";
  folder_ = mkdtemp(folder.data());
}

FolderStorage::~FolderStorage() { std::filesystem::remove_all(folder_); }

void FolderStorage::Write(const std::string& object_name, const std::string& content) {
  std::ofstream(folder_ / object_name, std::ios::binary) << content;
}

absl::Status FolderStorage::Put(const std::string&, ByteSource&, std::int64_t) { return error_; }

absl::StatusOr<std::int64_t> FolderStorage::Size(const std::string&) { return absl::NotFoundError("no such object"); }

absl::StatusOr<std::string> FolderStorage::PublicUrl(const std::string&) { return std::string(); }

absl::StatusOr<VideoAddress> FolderStorage::Address(const std::string& object_name) {
  if (!error_.ok()) return error_;
  if (!redirect_.empty()) return VideoAddress{"", redirect_};
  if (!std::filesystem::exists(folder_ / object_name)) return absl::NotFoundError("no such object");
  return VideoAddress{folder_ / object_name, ""};
}

BehindTheDoors::BehindTheDoors(bool enabled)
    : creating({"fake", enabled}, jobs, generator, ids, [this] { ++wakes; }),
      store(*SqliteStore::Open(":memory:", {}, clock)),
      retrying(store->changes(), enabled, [this] { ++wakes; }),
      cancelling(store->changes(), [this] { ++wakes; }),
      generation_enabled(enabled) {}

DoorPorts BehindTheDoors::ports() {
  const SweepCall sweep = [this](int max_jobs, absl::Duration time_limit) {
    ++sweeps;
    swept_max_jobs = max_jobs;
    swept_time_limit = time_limit;
    return report;
  };
  return {.creating = creating,
          .retrying = retrying,
          .cancelling = cancelling,
          .sweep = sweep,
          .reader = jobs,
          .audit = store->audit(),
          .lanes = lanes,
          .storage = storage,
          .generators = generator,
          .clock = clock,
          .log = log,
          .generation_enabled = generation_enabled,
          .daily_cap_micros = 25'000'000};
}

DoorPorts BehindTheDoors::ports_to_store() {
  const DoorPorts all = ports();
  return {.creating = all.creating,
          .retrying = all.retrying,
          .cancelling = all.cancelling,
          .sweep = all.sweep,
          .reader = store->reader(),
          .audit = all.audit,
          .lanes = all.lanes,
          .storage = all.storage,
          .generators = all.generators,
          .clock = all.clock,
          .log = all.log,
          .generation_enabled = all.generation_enabled,
          .daily_cap_micros = all.daily_cap_micros};
}

Job JobInState(const std::string& id, JobState state, ClipState clip_state) {
  Job job;
  job.id = id;
  job.state = state;
  job.provider = "gemini";
  job.options.model = "fake-1.0";
  job.created_at = job.updated_at = absl::FromUnixSeconds(1'800'000'000);
  Clip clip;
  clip.state = clip_state;
  job.clips.push_back(clip);
  return job;
}

}  // namespace videojobs
