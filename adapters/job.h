#ifndef VIDEOJOBS_ADAPTERS_JOB_H_
#define VIDEOJOBS_ADAPTERS_JOB_H_

// The plain words that all rooms share: a job, its clips, its starts (README.md, "Words"). Values only, no behaviour.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "statemachine/clip_machine.h"
#include "statemachine/failure_reason.h"
#include "statemachine/job_machine.h"

namespace videojobs {

// Who asks, for the prompt's sake. All optional; never logged.
struct Context {
  std::string student_name;
  std::string category;
  std::string course_name;
};

// How the video shall be. Complete and checked once it is in a job.
struct VideoOptions {
  std::string model{};       // the provider's full id, e.g. "veo-3.1-generate-preview"
  int duration_seconds = 6;  // of each scene
  std::string aspect_ratio = "16:9";
  std::string resolution = "720p";
  std::string negative_prompt{};
  std::optional<std::uint32_t> seed{};
  // "allow_adult", "allow_all", "dont_allow"; empty: the model's own default.
  std::string person_generation{};
  std::optional<bool> generate_audio{};  // none: the model's own default, which is sound
  int max_scenes = 1;
};

// One scene of a storyboard.
struct Scene {
  std::string prompt;
  int duration_seconds = 6;
};

// A video that lies in the user's storage.
struct StoredVideo {
  std::string object_name;
  std::int64_t bytes = 0;
  std::string sha256;       // 64 lower-case hex digits
  absl::Duration duration;  // read from the file; zero where it does not say
};

struct Clip {
  int index = 0;  // 0 for the first scene
  ClipState state = ClipState::kNone;
  FailureReason reason = FailureReason::kNone;
  std::string detail;  // what the provider or the storage said last, in words
  Scene scene;

  std::string start_id;           // of the latest start; empty before the first
  std::string start_lease_token;  // the lease under which that start was intended
  int attempts = 0;               // starts so far, refusals by a closed lane not counted
  std::string operation_name;

  std::optional<absl::Time> accepted_at;
  std::optional<absl::Time> next_poll_at;    // when it is next asked, or, once ready, next delivered
  std::optional<absl::Time> last_answer_at;  // when the provider last said anything about the operation
  std::optional<absl::Time> done_at;         // when it was first seen done
  int polls = 0;
  int troubles = 0;         // polls or deliveries without success since the last success
  std::string result;       // how the generator fetches the video: its own words, opaque elsewhere
  std::string object_stem;  // random; the stored object's name begins with it
  std::optional<StoredVideo> stored;
};

// In micro-dollars: 1,000,000 is one dollar.
struct Cost {
  std::int64_t reserved_micros = 0;  // started, not settled yet
  std::int64_t charged_micros = 0;   // settled
  std::int64_t held_micros = 0;      // unknown whether paid
};

struct Job {
  std::string id;
  bool mock = false;
  std::string escalation_id;  // empty where the caller named none
  JobState state = JobState::kNone;
  FailureReason reason = FailureReason::kNone;
  std::string detail;  // the reason in words
  FailureReason stop_requested =
      FailureReason::kNone;  // kCancelled or kEscalationGone, once the open intent is settled

  std::string response_text;
  Context context;
  VideoOptions options;
  std::string provider;
  std::string location;             // Vertex AI's region; empty elsewhere
  std::vector<Clip> clips;          // by index; empty until the storyboard is written
  std::vector<Scene> asked_scenes;  // explicit ones, from the caller; empty: the storyboarder writes them

  absl::Time created_at;
  absl::Time updated_at;
  absl::Time pending_since;  // latest entry into `pending`, or retry: the start deadline counts from here
  std::optional<absl::Time> finished_at;
  std::optional<absl::Time> due_at;  // when work on it is next due; none when nothing is

  std::string video_url;
  bool video_is_placeholder = false;
  Cost cost;
};

// One replica's right to work on one job.
struct Lease {
  std::string job_id;
  std::string token;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_JOB_H_
