#include "tests/doors/behind_the_doors.h"

#include <stdlib.h>

#include <fstream>

namespace videojobs {

absl::Status FixedLanes::Close(const LaneKey& key, LaneReason reason, const std::string& detail,
                               absl::Duration duration) {
  closed.push_back({key, reason, detail, absl::FromUnixSeconds(1'800'000'600), duration});
  return absl::OkStatus();
}

absl::Status FixedLanes::Open(const LaneKey&) {
  closed.clear();
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
    : creating({"fake", enabled}, jobs, generator, ids, [this] { ++wakes; }), generation_enabled(enabled) {}

DoorPorts BehindTheDoors::ports() {
  const SweepCall sweep = [this](int max_jobs, absl::Duration time_limit) {
    ++sweeps;
    swept_max_jobs = max_jobs;
    swept_time_limit = time_limit;
    return report;
  };
  return {creating, sweep, jobs, lanes, storage, generator, clock, log, generation_enabled};
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
