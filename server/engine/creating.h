#ifndef VIDEOJOBS_SERVER_ENGINE_CREATING_H_
#define VIDEOJOBS_SERVER_ENGINE_CREATING_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "adapters/id_source.h"
#include "adapters/job.h"
#include "adapters/job_intake.h"
#include "adapters/video_generator.h"

namespace videojobs {

// One video as a caller asks for it. What is empty or zero in `options` takes its default.
struct AskedVideo {
  std::string escalation_id;
  std::string response_text;
  Context context;
  VideoOptions options{.duration_seconds = 0, .aspect_ratio = "", .resolution = "", .max_scenes = 0};
  std::vector<Scene> scenes;  // a scene's duration of 0 takes that of the options
  bool regenerate = false;
  std::vector<std::string> accepted_starts{};  // accept_possible_second_charge
};

struct CreateRequest {
  std::vector<AskedVideo> videos;
  std::string request_id;
};

struct CreatingSettings {
  std::string default_model;       // VEO_MODEL
  bool generation_enabled = true;  // VIDEO_GENERATION_ENABLED
};

// Takes requests for videos in: checks them field by field, fills in what was left out, and stores all jobs or none.
// Thread-safe.
class Creating {
 public:
  // `wake` is called after jobs were created; it must not block. All references outlive this.
  Creating(CreatingSettings settings, JobIntake& intake, const VideoGenerator& generator, IdSource& ids,
           std::function<void()> wake);

  // The jobs, in the request's order. Errors carry a Refusal (adapters/refusal.h); their codes and reasons are those of
  // CreateJobs in video_jobs.proto. Idempotent for a repeated request_id.
  absl::StatusOr<std::vector<Job>> Create(const CreateRequest& request);

 private:
  CreatingSettings settings_;
  JobIntake& intake_;
  const VideoGenerator& generator_;
  IdSource& ids_;
  std::function<void()> wake_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_CREATING_H_
