#include "adapters/job_work.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/sqlite/database.h"
#include "adapters/sqlite/moves.h"
#include "adapters/sqlite/ports.h"
#include "adapters/sqlite/rows.h"

namespace videojobs::sqlite {
namespace {

constexpr char kFindDue[] = R"(
SELECT id FROM video_jobs
 WHERE tenant = '' AND mock = ?1 AND due_at <= ?2 AND (lease_until IS NULL OR lease_until <= ?2)
 ORDER BY due_at, id LIMIT ?3)";

constexpr char kCountDue[] = R"(
SELECT count(*) FROM video_jobs
 WHERE tenant = '' AND mock = ?1 AND due_at <= ?2 AND (lease_until IS NULL OR lease_until <= ?2))";

constexpr char kNextDue[] = R"(
SELECT min(first) FROM (
  SELECT min(due_at) AS first FROM video_jobs
   WHERE tenant = '' AND mock = ?1 AND due_at IS NOT NULL AND lease_until IS NULL
  UNION ALL
  SELECT min(lease_until) FROM video_jobs WHERE tenant = '' AND mock = ?1 AND lease_until IS NOT NULL))";

constexpr char kLease[] = "UPDATE video_jobs SET lease_token = ?2, lease_until = ?3 WHERE id = ?1";

constexpr char kRenew[] = R"(
UPDATE video_jobs SET lease_until = ?5 WHERE id = ?1 AND mock = ?2 AND lease_token = ?3 AND lease_until > ?4)";

// A clip that runs keeps its job due, whatever the holder believes: its start may have been recorded meanwhile by
// another one, and what was paid for is followed. One that was asked to stop behind the holder's back is due at once.
constexpr char kRelease[] = R"(
UPDATE video_jobs
   SET lease_token = NULL, lease_until = NULL,
       due_at = iif(stop_requested <> '' AND status IN ('pending', 'processing'), ?3,
                    coalesce(?2, (SELECT min(next_poll_at) FROM video_clips WHERE job_id = ?1 AND state = 'running')))
 WHERE id = ?1)";

constexpr char kNote[] = R"(
UPDATE video_clips
   SET polls = polls + ?3,
       last_answer_at = iif(?4, ?8, last_answer_at),
       troubles = CASE WHEN ?4 AND ?5 THEN 1 WHEN ?5 THEN troubles + 1 WHEN ?4 THEN 0 ELSE troubles END,
       detail = CASE WHEN ?6 <> '' THEN ?6 WHEN ?4 THEN '' ELSE detail END,
       next_poll_at = coalesce(?7, next_poll_at)
 WHERE job_id = ?1 AND clip = ?2)";

constexpr char kStops[] = "SELECT 1 FROM video_jobs WHERE id = ?1 AND stop_requested <> ''";

constexpr char kHasClips[] = "SELECT 1 FROM video_clips WHERE job_id = ?1";

constexpr char kPlanClip[] = R"(
INSERT INTO video_clips (job_id, clip, state, prompt, duration_seconds, object_stem)
VALUES (?1, ?2, 'planned', ?3, ?4, ?5))";

absl::Status LeaseLost() { return absl::AbortedError("the lease on the job is lost"); }

std::vector<std::string> DueJobs(Session& session, int limit) {
  std::vector<std::string> ids;
  Statement due = session.connection.Query(kFindDue, session.mock, session.now, limit);
  while (due.Step()) ids.push_back(due.Text());
  return ids;
}

void Note(Session& session, const std::string& job_id, const ClipNote& note) {
  const auto next_poll_at =
      note.next_poll_in ? std::optional(session.now + *note.next_poll_in) : std::optional<absl::Time>();
  session.connection.Run(kNote, job_id, note.clip, note.asked, note.answered, note.troubled, note.detail, next_poll_at,
                         session.now);
}

void GiveBack(Session& session, const ReleasedJob& released) {
  for (const ClipNote& note : released.notes) Note(session, released.lease.job_id, note);
  const auto due_at = released.due_in ? std::optional(session.now + *released.due_in) : std::optional<absl::Time>();
  session.connection.Run(kRelease, released.lease.job_id, due_at, session.now);
}

void Plan(Session& session, const std::string& job_id, int clip, const PlannedClip& planned) {
  session.connection.Run(kPlanClip, job_id, clip, planned.scene.prompt, planned.scene.duration_seconds,
                         planned.object_stem);
  AppendEvent(session, job_id, clip, {.name = Name(ClipEvent::kPlanned), .from = "", .to = Name(ClipState::kPlanned)});
}

class SqliteJobWork : public JobWork {
 public:
  explicit SqliteJobWork(Sessions sessions) : sessions_(sessions) {}

  absl::StatusOr<std::vector<ClaimedJob>> Claim(int limit, const std::string& token, absl::Duration duration) override {
    return sessions_.Write([&](Session& session) -> absl::StatusOr<std::vector<ClaimedJob>> {
      std::vector<ClaimedJob> claimed;
      for (const std::string& id : DueJobs(session, limit)) {
        session.connection.Run(kLease, id, token, session.now + duration);
        claimed.push_back({.job = *ReadJob(session, id, Texts::kRead), .lease = {id, token}, .now = session.now});
      }
      return claimed;
    });
  }

  absl::StatusOr<Renewal> Renew(absl::Span<const Lease> leases, absl::Duration duration) override {
    return sessions_.Write([&](Session& session) -> absl::StatusOr<Renewal> {
      Renewal renewal;
      for (const Lease& lease : leases) {
        const int renewed = session.connection.Run(kRenew, lease.job_id, session.mock, lease.token, session.now,
                                                   session.now + duration);
        if (renewed == 0) renewal.lost.push_back(lease);
      }
      return renewal;
    });
  }

  absl::Status Release(absl::Span<const ReleasedJob> jobs) override {
    return sessions_.Write([&](Session& session) {
      for (const ReleasedJob& released : jobs) {
        if (IsHeld(session, released.lease)) GiveBack(session, released);
      }
      return absl::OkStatus();
    });
  }

  absl::Status WriteStoryboardIfHeld(const Lease& lease, absl::Span<const PlannedClip> clips) override {
    return sessions_.Write([&](Session& session) {
      if (!IsHeld(session, lease)) return LeaseLost();
      if (session.connection.Query(kHasClips, lease.job_id).Step()) {
        return absl::FailedPreconditionError("the job has a storyboard already");
      }
      for (std::size_t i = 0; i < clips.size(); ++i) Plan(session, lease.job_id, static_cast<int>(i), clips[i]);
      TouchJob(session, lease.job_id);
      return absl::OkStatus();
    });
  }

  absl::Status MoveIfHeld(const Lease& lease, const Moves& moves) override {
    return sessions_.Write([&](Session& session) {
      if (!IsHeld(session, lease)) return LeaseLost();
      if (LeadsOn(moves) && session.connection.Query(kStops, lease.job_id).Step()) {
        return absl::AbortedError("the job was asked to stop");
      }
      return ApplyMoves(session, lease.job_id, moves);
    });
  }

  absl::StatusOr<int> CountDue() override {
    return sessions_.Read([](Session& session) -> absl::StatusOr<int> {
      Statement count = session.connection.Query(kCountDue, session.mock, session.now);
      count.Step();
      return count.Count();
    });
  }

  absl::StatusOr<std::optional<absl::Duration>> NextDueIn() override {
    return sessions_.Read([](Session& session) -> absl::StatusOr<std::optional<absl::Duration>> {
      Statement next = session.connection.Query(kNextDue, session.mock);
      next.Step();
      const auto at = next.MaybeTime();
      if (!at) return std::optional<absl::Duration>();
      return std::optional(std::max(*at - session.now, absl::ZeroDuration()));
    });
  }

 private:
  Sessions sessions_;
};

}  // namespace

std::unique_ptr<JobWork> MakeJobWork(Sessions sessions) { return std::make_unique<SqliteJobWork>(sessions); }

}  // namespace videojobs::sqlite
