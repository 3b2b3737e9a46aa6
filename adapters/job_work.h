#ifndef VIDEOJOBS_ADAPTERS_JOB_WORK_H_
#define VIDEOJOBS_ADAPTERS_JOB_WORK_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "adapters/job.h"

namespace videojobs {

// A clip of a storyboard that is not stored yet.
struct PlannedClip {
  Scene scene;
  std::string object_stem;  // random: what its stored video's name begins with
};

// A job together with the right to work on it.
struct ClaimedJob {
  Job job;  // with its clips, as of `now`
  Lease lease;
  absl::Time now;  // the store's clock at the claim: every age and deadline is measured with it
};

// What a poll or a delivery attempt that changed no state leaves behind.
struct ClipNote {
  int clip = 0;
  bool asked = false;     // the provider was asked: counts as a poll
  bool answered = false;  // and said something about this very operation
  bool troubled = false;  // without success: `detail` says how; with `answered`, the first trouble since that answer
  std::string detail{};
  std::optional<absl::Duration> next_poll_in{};
};

// A job given back.
struct ReleasedJob {
  Lease lease;
  std::optional<absl::Duration> due_in;  // from now, by the store's clock; none: nothing is due any more
  std::vector<ClipNote> notes;
};

// What a clip's latest start did cost in the end: the price in its own row, or nothing.
enum class Settlement { kCharged, kNothing };

struct ClipMove {
  int clip = 0;
  ClipState from = ClipState::kNone;
  ClipEvent event = ClipEvent::kPlanned;
  ClipState to = ClipState::kNone;
  FailureReason reason = FailureReason::kNone;
  std::string detail{};
  std::string result{};                 // with → ready
  std::optional<StoredVideo> stored{};  // with → stored
  std::optional<Settlement> settled{};  // once that is known
};

struct JobMove {
  JobState from = JobState::kNone;
  JobEvent event = JobEvent::kCreated;
  JobState to = JobState::kNone;
  FailureReason reason = FailureReason::kNone;
  std::string detail{};
  std::string video_url{};  // with → completed
  bool video_is_placeholder = false;
};

// What one step changes: all of it, or nothing.
struct Moves {
  std::vector<ClipMove> clips;
  std::optional<JobMove> job;  // from == to: only the event is recorded
};

// Whether these lead a job on towards its video: not what one does that was asked to stop.
inline bool LeadsOn(const Moves& moves) {
  return moves.job && moves.job->from != moves.job->to &&
         (moves.job->to == JobState::kProcessing || moves.job->to == JobState::kCompleted);
}

// What MoveIfHeld says of a job that would end although one of its clips goes on.
inline absl::Status EndsTooEarly(int clip) {
  return absl::AbortedError(absl::StrCat("clip ", clip, " goes on with another start that was accepted"));
}

// What became of leases that were to be extended. All others were.
struct Renewal {
  std::vector<Lease> lost;     // taken over, given back, or ended already
  std::vector<Lease> skipped;  // held still, but somebody has the job's row locked: to be asked again soon
};

// Working on jobs, under leases. The store knows the time; durations are counted from its now. Thread-safe.
// Every method may fail with UNAVAILABLE or ABORTED (nothing was committed, safe to repeat), UNKNOWN (the commit's
// outcome is unknown) or INTERNAL.
class JobWork {
 public:
  virtual ~JobWork() = default;

  // Leases up to `limit` due jobs that nobody holds, the longest due first, to `token` for `duration`. Two callers
  // never get the same job. A job whose lease has ended counts as held by nobody.
  virtual absl::StatusOr<std::vector<ClaimedJob>> Claim(int limit, const std::string& token,
                                                        absl::Duration duration) = 0;

  // Extends leases to `duration` from now. Waits neither for another transaction that has a job locked nor for the
  // connections of other calls: one slow transaction does not cost the other jobs their leases.
  virtual absl::StatusOr<Renewal> Renew(absl::Span<const Lease> leases, absl::Duration duration) = 0;

  // Gives jobs back, in one statement, with what is next due. A lease that is lost is passed over in silence: its job
  // belongs to somebody else.
  virtual absl::Status Release(absl::Span<const ReleasedJob> jobs) = 0;

  // Writes the storyboard, once per job.
  // ABORTED: the lease is lost. FAILED_PRECONDITION: there is a storyboard already.
  virtual absl::Status WriteStoryboardIfHeld(const Lease& lease, absl::Span<const PlannedClip> clips) = 0;

  // Moves clips and job together, each from the state that the caller saw, writes an event per move, and, where the job
  // moved, the web app's row. ABORTED: the lease is lost, a state is another by now, or the job was asked to stop and
  // this would lead it on; nothing was changed.
  // A clip that fails goes on at once with a start that was accepted beside it, where there is one that may still bring
  // a video: such a move comes alone, and the clip is to be read again. ABORTED: the job's move came with it.
  virtual absl::Status MoveIfHeld(const Lease& lease, const Moves& moves) = 0;

  // How many jobs are due now and held by nobody.
  virtual absl::StatusOr<int> CountDue() = 0;

  // How long until a job falls due that nobody holds, or until the first lease ends; zero: now; none: nothing is due.
  // Cheap, for asking every other second whether another replica left work behind.
  virtual absl::StatusOr<std::optional<absl::Duration>> NextDueIn() = 0;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_JOB_WORK_H_
