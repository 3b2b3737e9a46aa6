#include "adapters/sqlite/rows.h"

#include <cstdint>

namespace videojobs::sqlite {
namespace {

// ?1 the id, ?2 mock, ?3 whether texts are read.
constexpr char kReadJob[] = R"(
SELECT id, mock, escalation_id, status, reason, detail, stop_requested,
       iif(?3, response_text, ''), student_name, category, course_name,
       model, duration_seconds, aspect_ratio, resolution, negative_prompt, seed, person_generation, generate_audio, max_scenes,
       provider, location, created_at, updated_at, pending_since, finished_at, due_at, video_url, video_is_placeholder,
       (SELECT coalesce(sum(price), 0) FROM video_starts
         WHERE job_id = video_jobs.id AND outcome IN ('open', 'accepted') AND settled IS NULL),
       (SELECT coalesce(sum(settled), 0) FROM video_starts WHERE job_id = video_jobs.id),
       (SELECT coalesce(sum(price), 0) FROM video_starts
         WHERE job_id = video_jobs.id AND outcome = 'unknown' AND settled IS NULL)
  FROM video_jobs WHERE id = ?1 AND mock = ?2)";

constexpr char kReadClips[] = R"(
SELECT c.clip, c.state, c.reason, c.detail, iif(?2, c.prompt, ''), c.duration_seconds, c.start_id, s.lease_token,
       c.attempts, c.operation_name, c.accepted_at, c.next_poll_at, c.last_answer_at, c.done_at, c.polls, c.troubles,
       c.result, c.object_stem, c.stored_object, c.stored_bytes, c.stored_sha256, c.stored_duration
  FROM video_clips AS c LEFT JOIN video_starts AS s ON s.start_id = c.start_id
 WHERE c.job_id = ?1 ORDER BY c.clip)";

constexpr char kReadAskedScenes[] =
    "SELECT prompt, duration_seconds FROM video_asked_scenes WHERE job_id = ?1 ORDER BY scene";

constexpr char kIsHeld[] =
    "SELECT 1 FROM video_jobs WHERE id = ?1 AND mock = ?2 AND lease_token = ?3 AND lease_until > ?4";

constexpr char kAppendEvent[] = R"(
INSERT INTO video_job_events (job_id, seq, at, clip, event, from_state, to_state, reason, detail, start_id)
VALUES (?1, (SELECT coalesce(max(seq), 0) + 1 FROM video_job_events WHERE job_id = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8,
        ?9))";

constexpr char kTouchJob[] = "UPDATE video_jobs SET updated_at = ?2 WHERE id = ?1";

// ?6: for how long, ?7: how long at most where that is a guess, else 0, ?8: now. Whoever waits behind one closing does
// not add to it. A cap is looked at anew by every start: it gives way to what the provider says, and never hides it.
constexpr char kCloseLane[] = R"(
INSERT INTO video_lanes (mock, provider, model, reason, detail, closed_until) VALUES (?1, ?2, ?3, ?4, ?5, ?8 + ?6)
ON CONFLICT (tenant, mock, provider, model) DO UPDATE
   SET reason = excluded.reason, detail = excluded.detail, checked = 0, check_token = '', check_until = NULL,
       probe_start_id = '',
       closures = CASE WHEN reason = 'SPENDING_CAP' THEN 1 WHEN closed_until > ?8 THEN closures ELSE closures + 1 END,
       closed_until = iif(reason = 'SPENDING_CAP' OR closed_until > ?8 OR ?7 = 0, excluded.closed_until,
                          ?8 + max(?6, min(?7, ?6 << min(closures, 12))))
 WHERE reason = 'SPENDING_CAP' OR (?4 <> 'SPENDING_CAP' AND excluded.closed_until > closed_until))";

// Where the state stays, only words change. A clip that is planned again forgets its earlier operation: the start's row
// keeps it.
constexpr char kMoveClip[] = R"(
UPDATE video_clips
   SET state = ?4, reason = ?5, detail = ?6,
       operation_name = CASE WHEN ?8 <> '' THEN ?8 WHEN ?4 = 'planned' THEN '' ELSE operation_name END,
       accepted_at = CASE ?4 WHEN 'planned' THEN NULL WHEN 'running' THEN coalesce(accepted_at, ?7) ELSE accepted_at END,
       next_poll_at = CASE WHEN ?3 = ?4 THEN next_poll_at WHEN ?4 = 'running' THEN ?7 END,
       last_answer_at = iif(?4 = 'planned', NULL, last_answer_at),
       done_at = CASE WHEN ?3 = ?4 THEN done_at WHEN ?4 = 'ready' THEN ?7 WHEN ?4 = 'planned' THEN NULL ELSE done_at END,
       polls = iif(?4 = 'planned', 0, polls),
       troubles = iif(?3 = ?4, troubles, 0),
       result = CASE WHEN ?9 <> '' THEN ?9 WHEN ?4 = 'planned' THEN '' ELSE result END,
       stored_object = coalesce(?10, stored_object),
       stored_bytes = coalesce(?11, stored_bytes),
       stored_sha256 = coalesce(?12, stored_sha256),
       stored_duration = coalesce(?13, stored_duration)
 WHERE job_id = ?1 AND clip = ?2 AND state = ?3)";

Context ReadContext(Statement& row) {
  return Context{.student_name = row.Text(), .category = row.Text(), .course_name = row.Text()};
}

VideoOptions ReadOptions(Statement& row) {
  VideoOptions options;
  options.model = row.Text();
  options.duration_seconds = row.Count();
  options.aspect_ratio = row.Text();
  options.resolution = row.Text();
  options.negative_prompt = row.Text();
  if (const auto seed = row.MaybeNumber()) options.seed = static_cast<std::uint32_t>(*seed);
  options.person_generation = row.Text();
  if (const auto sound = row.MaybeNumber()) options.generate_audio = *sound == 1;
  options.max_scenes = row.Count();
  return options;
}

// In the order of kReadJob's columns.
Job JobOf(Statement& row) {
  Job job;
  job.id = row.Text();
  job.mock = row.Flag();
  job.escalation_id = row.Text();
  job.state = JobStateNamed(row.Text());
  job.reason = FailureReasonNamed(row.Text());
  job.detail = row.Text();
  job.stop_requested = FailureReasonNamed(row.Text());
  job.response_text = row.Text();
  job.context = ReadContext(row);
  job.options = ReadOptions(row);
  job.provider = row.Text();
  job.location = row.Text();
  job.created_at = row.Time();
  job.updated_at = row.Time();
  job.pending_since = row.Time();
  job.finished_at = row.MaybeTime();
  job.due_at = row.MaybeTime();
  job.video_url = row.Text();
  job.video_is_placeholder = row.Flag();
  job.cost.reserved_micros = row.Number();
  job.cost.charged_micros = row.Number();
  job.cost.held_micros = row.Number();
  return job;
}

std::optional<StoredVideo> ReadStoredVideo(Statement& row) {
  StoredVideo stored;
  stored.object_name = row.Text();
  stored.bytes = row.Number();
  stored.sha256 = row.Text();
  stored.duration = absl::Microseconds(row.Number());
  return stored.object_name.empty() ? std::nullopt : std::optional(stored);
}

// In the order of kReadClips' columns.
Clip ClipOf(Statement& row) {
  Clip clip;
  clip.index = row.Count();
  clip.state = ClipStateNamed(row.Text());
  clip.reason = FailureReasonNamed(row.Text());
  clip.detail = row.Text();
  clip.scene = Scene{.prompt = row.Text(), .duration_seconds = row.Count()};
  clip.start_id = row.Text();
  clip.start_lease_token = row.Text();
  clip.attempts = row.Count();
  clip.operation_name = row.Text();
  clip.accepted_at = row.MaybeTime();
  clip.next_poll_at = row.MaybeTime();
  clip.last_answer_at = row.MaybeTime();
  clip.done_at = row.MaybeTime();
  clip.polls = row.Count();
  clip.troubles = row.Count();
  clip.result = row.Text();
  clip.object_stem = row.Text();
  clip.stored = ReadStoredVideo(row);
  return clip;
}

}  // namespace

// A few statements per job: within the process they cost microseconds each (https://www.sqlite.org/np1queryprob.html).
std::optional<Job> ReadJob(Session& session, const std::string& job_id, Texts texts) {
  const bool with_texts = texts == Texts::kRead;
  Statement row = session.connection.Query(kReadJob, job_id, session.mock, with_texts);
  if (!row.Step()) return std::nullopt;
  Job job = JobOf(row);
  Statement clips = session.connection.Query(kReadClips, job_id, with_texts);
  while (clips.Step()) job.clips.push_back(ClipOf(clips));
  if (!with_texts) return job;
  Statement scenes = session.connection.Query(kReadAskedScenes, job_id);
  while (scenes.Step()) job.asked_scenes.push_back({.prompt = scenes.Text(), .duration_seconds = scenes.Count()});
  return job;
}

bool IsHeld(Session& session, const Lease& lease) {
  return session.connection.Query(kIsHeld, lease.job_id, session.mock, lease.token, session.now).Step();
}

void AppendEvent(Session& session, const std::string& job_id, std::optional<int> clip, const Event& event) {
  session.connection.Run(kAppendEvent, job_id, session.now, clip, event.name, event.from, event.to, Name(event.reason),
                         event.detail, event.start_id);
}

void TouchJob(Session& session, const std::string& job_id) { session.connection.Run(kTouchJob, job_id, session.now); }

void CloseLane(Session& session, const LaneKey& key, LaneReason reason, const std::string& detail,
               const Closing& closing) {
  const absl::Duration most = closing.told ? absl::ZeroDuration() : kLongestGuess;
  session.connection.Run(kCloseLane, session.mock, key.provider, key.model, Name(reason), detail,
                         absl::ToInt64Microseconds(closing.duration), absl::ToInt64Microseconds(most), session.now);
}

bool MoveClip(Session& session, const std::string& job_id, const ClipMove& move, const std::string& operation_name,
              const std::string& start_id) {
  Statement update = session.connection.Query(kMoveClip, job_id, move.clip, Name(move.from), Name(move.to),
                                              Name(move.reason), move.detail, session.now, operation_name, move.result);
  if (move.stored) {
    update.BindOne(10, move.stored->object_name);
    update.BindOne(11, move.stored->bytes);
    update.BindOne(12, move.stored->sha256);
    update.BindOne(13, absl::ToInt64Microseconds(move.stored->duration));
  }
  if (update.Finish() == 0) return false;
  AppendEvent(session, job_id, move.clip,
              {Name(move.event), Name(move.from), Name(move.to), move.reason, move.detail, start_id});
  return true;
}

}  // namespace videojobs::sqlite
