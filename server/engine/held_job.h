#ifndef VIDEOJOBS_SERVER_ENGINE_HELD_JOB_H_
#define VIDEOJOBS_SERVER_ENGINE_HELD_JOB_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "adapters/job.h"
#include "adapters/job_work.h"
#include "adapters/log.h"
#include "server/engine/engine.h"
#include "server/engine/leases.h"
#include "server/engine/round.h"

namespace videojobs {

// What happened to a clip, for HeldJob::Record.
struct ClipFact {
  ClipEvent event = ClipEvent::kPlanned;
  FailureReason reason = FailureReason::kNone;
  std::string detail{};
  std::string result{};
  std::optional<StoredVideo> stored{};
  std::optional<Settlement> settled{};
};

// A claimed job in this replica's hands: a copy that follows every change, and the one way to change it. The steps
// (starting, polling, delivering) say what happened to a clip; what follows for the job is decided here, by the tables.
// Once the lease is lost, or a change could not be stored, the job is `abandoned`: no step touches it any more, and
// whoever claims it next goes on from what is stored. Used by one thread at a time.
class HeldJob {
 public:
  HeldJob(const EnginePorts& ports, const EngineSettings& settings, Leases& leases, std::shared_ptr<Round> round,
          ClaimedJob claimed, absl::Duration claimed_at);

  const Job& job() const { return job_; }
  const Clip& clip(int index) const { return job_.clips[static_cast<std::size_t>(index)]; }
  const Lease& lease() const { return lease_; }
  bool abandoned() const { return abandoned_; }
  // The store's time, as far as this process can tell.
  absl::Time Now() const;
  // How much of the lease is surely left.
  absl::Duration LeaseLeft() const { return leases_.Remaining(lease_); }

  // The storyboard was stored.
  void NoteStoryboard(const std::vector<PlannedClip>& clips);
  // A start's outcome was stored, and the clip with it: brings the copy up to date, then moves the job.
  void NoteOutcome(int clip, const std::string& start_id, const StartOutcome& outcome);
  // Something happened to a clip: stores it, together with what follows for the job.
  void Record(int clip, ClipFact fact);
  // Where the video will play once the clip that is stored next is recorded, or, of one that is stored already, with
  // the next Conclude().
  void SetDeliveredUrl(std::string url) { delivered_url_ = std::move(url); }
  // The clip whose stored video only waits for its URL; none where the job waits for something else.
  std::optional<int> ClipLackingUrl() const;
  // Moves the job where its clips, a stop that was asked for, or its start deadline say so.
  void Conclude();
  // The job can't be worked on safely any more.
  void Abandon(const absl::Status& why);

  // A poll or a delivery that changed no state.
  void Note(ClipNote note);
  // A start has to wait for `wait`.
  void Defer(absl::Duration wait);
  void Count(Counted what) { round_->Count(what, job_.id); }
  // A line about this job.
  void Say(Severity severity, Component component, std::string message,
           std::vector<std::pair<std::string, std::string>> fields = {}) const;

  // What to give back: when it is next due, and the notes.
  ReleasedJob Released() const;
  // What to give back when this replica stops: due at once for another one, as if this one had not tried.
  ReleasedJob HandedBack() const;

 private:
  void ReadAgain(int clip);
  void RecordFailed(const ClipMove& move);
  void HearStop();
  std::optional<ClipMove> DecideClip(int clip, const ClipFact& fact);
  void Apply(const ClipMove& move);
  std::optional<JobMove> DecideJob();
  bool MayPublish();
  void TellMove(const JobMove& move);
  bool Store(Moves moves);

  const EnginePorts& ports_;
  const EngineSettings& settings_;
  Leases& leases_;
  std::shared_ptr<Round> round_;
  Job job_;
  Lease lease_;
  absl::Time claimed_now_;
  absl::Duration claimed_at_;
  std::map<int, ClipNote> notes_;
  std::optional<absl::Duration> start_wait_;
  std::string delivered_url_;
  bool abandoned_ = false;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_HELD_JOB_H_
