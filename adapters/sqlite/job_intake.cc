#include "adapters/job_intake.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/sha256/sha256.h"
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/doubt.h"
#include "adapters/sqlite/ports.h"
#include "adapters/sqlite/rows.h"

namespace videojobs::sqlite {
namespace {

constexpr char kFindRequest[] =
    "SELECT fingerprint FROM video_requests WHERE tenant = '' AND mock = ?1 AND request_id = ?2";

constexpr char kRequestJobs[] = R"(
SELECT job_id FROM video_request_jobs WHERE tenant = '' AND mock = ?1 AND request_id = ?2 ORDER BY position)";

constexpr char kInsertRequest[] =
    "INSERT INTO video_requests (mock, request_id, fingerprint, created_at) VALUES (?1, ?2, ?3, ?4)";

constexpr char kInsertRequestJob[] =
    "INSERT INTO video_request_jobs (mock, request_id, position, job_id) VALUES (?1, ?2, ?3, ?4)";

// The unfinished job, of which there is at most one, before the newest finished one; and whether it goes on.
constexpr char kJobInTheWay[] =
    "SELECT j.id, " VIDEOJOBS_GOES_ON
    " FROM video_jobs j WHERE j.tenant = '' AND j.mock = ?1 AND j.escalation_id = ?2"
    " ORDER BY j.status IN ('pending', 'processing') DESC, j.created_at DESC, j.id DESC LIMIT 1";

// The starts that may have been charged, of jobs of the same text.
constexpr char kDoubtedForText[] =
    "SELECT d.id, " VIDEOJOBS_NAME_OF_DOUBT
    " FROM video_jobs d JOIN video_clips c ON c.job_id = d.id" VIDEOJOBS_JOIN_DOUBTS
    " WHERE d.tenant = '' AND d.mock = ?1 AND d.escalation_id = ?2 AND d.response_sha256 = ?3 AND " VIDEOJOBS_IN_DOUBT
    " ORDER BY d.created_at, c.clip, s.attempt";

constexpr char kInsertJob[] = R"(
INSERT INTO video_jobs (id, mock, escalation_id, status, response_text, response_sha256, student_name, category,
                        course_name, provider, location, model, duration_seconds, aspect_ratio, resolution,
                        negative_prompt, seed, person_generation, generate_audio, max_scenes, created_at, updated_at,
                        pending_since, due_at)
VALUES (?1, ?2, nullif(?3, ''), 'pending', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
        ?20, ?20, ?20))";

constexpr char kInsertAskedScene[] =
    "INSERT INTO video_asked_scenes (job_id, scene, prompt, duration_seconds) VALUES (?1, ?2, ?3, ?4)";

void InsertAskedScenes(Session& session, const Job& job) {
  for (std::size_t i = 0; i < job.asked_scenes.size(); ++i) {
    const Scene& scene = job.asked_scenes[i];
    session.connection.Run(kInsertAskedScene, job.id, static_cast<int>(i), scene.prompt, scene.duration_seconds);
  }
}

void InsertJob(Session& session, const Job& job) {
  const VideoOptions& options = job.options;
  session.connection.Run(kInsertJob, job.id, session.mock, job.escalation_id, job.response_text,
                         Sha256Hex(job.response_text), job.context.student_name, job.context.category,
                         job.context.course_name, job.provider, job.location, options.model, options.duration_seconds,
                         options.aspect_ratio, options.resolution, options.negative_prompt, options.seed,
                         options.person_generation, options.generate_audio, options.max_scenes, session.now);
  InsertAskedScenes(session, job);
  AppendEvent(session, job.id, std::nullopt,
              {.name = Name(JobEvent::kCreated), .from = "", .to = Name(JobState::kPending)});
}

bool Names(const std::vector<std::string>& accepted, const std::string& start_id) {
  return std::find(accepted.begin(), accepted.end(), start_id) != accepted.end();
}

// Leaves of `asked.accepted_starts` what is in doubt indeed: nothing else was accepted.
std::optional<IntakeConflict> FindConflict(Session& session, NewJob& asked, int index) {
  const std::vector<std::string> accepted = std::exchange(asked.accepted_starts, {});
  if (asked.job.escalation_id.empty()) return std::nullopt;
  Statement row = session.connection.Query(kJobInTheWay, session.mock, asked.job.escalation_id);
  if (!row.Step()) return std::nullopt;
  IntakeConflict conflict{.problem = IntakeProblem::kUnfinishedJob, .index = index, .job_id = row.Text()};
  if (row.Flag()) return conflict;
  conflict.problem = IntakeProblem::kFinishedJob;
  if (!asked.regenerate) return conflict;
  conflict = {.problem = IntakeProblem::kStartInDoubt, .index = index, .job_id = ""};
  Statement in_doubt = session.connection.Query(kDoubtedForText, session.mock, asked.job.escalation_id,
                                                Sha256Hex(asked.job.response_text));
  while (in_doubt.Step()) {
    const std::string job_id = in_doubt.Text(), start_id = in_doubt.Text();
    if (Names(accepted, start_id)) {
      asked.accepted_starts.push_back(start_id);
      continue;
    }
    conflict.job_id = job_id;
    conflict.start_ids.push_back(start_id);
  }
  return conflict.start_ids.empty() ? std::nullopt : std::optional(conflict);
}

std::vector<IntakeConflict> FindConflicts(Session& session, std::vector<NewJob>& asked) {
  std::vector<IntakeConflict> conflicts;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (auto conflict = FindConflict(session, asked[i], static_cast<int>(i))) conflicts.push_back(*conflict);
  }
  return conflicts;
}

// Without jobs and conflicts: no earlier request has this id.
IntakeResult Replay(Session& session, const std::string& request_id, const std::string& fingerprint) {
  IntakeResult result;
  if (request_id.empty()) return result;
  Statement request = session.connection.Query(kFindRequest, session.mock, request_id);
  if (!request.Step()) return result;
  if (request.Text() != fingerprint) {
    result.conflicts.push_back({.problem = IntakeProblem::kRequestIdReused, .index = 0, .job_id = ""});
    return result;
  }
  result.replayed = true;
  Statement ids = session.connection.Query(kRequestJobs, session.mock, request_id);
  while (ids.Step()) result.jobs.push_back(*ReadJob(session, ids.Text(), Texts::kLeftOut));
  return result;
}

void RememberRequest(Session& session, const NewBatch& batch) {
  if (batch.request_id.empty()) return;
  session.connection.Run(kInsertRequest, session.mock, batch.request_id, batch.fingerprint, session.now);
  for (std::size_t i = 0; i < batch.jobs.size(); ++i) {
    session.connection.Run(kInsertRequestJob, session.mock, batch.request_id, static_cast<int>(i),
                           batch.jobs[i].job.id);
  }
}

IntakeResult InsertBatch(Session& session, const NewBatch& batch) {
  IntakeResult result;
  for (const NewJob& asked : batch.jobs) {
    InsertJob(session, asked.job);
    for (const std::string& start_id : asked.accepted_starts) {
      AppendEvent(session, asked.job.id, std::nullopt, {.name = "second_charge_accepted", .start_id = start_id});
    }
    result.jobs.push_back(*ReadJob(session, asked.job.id, Texts::kLeftOut));
  }
  RememberRequest(session, batch);
  return result;
}

// There is no web app's table in the embedded database: nothing is adopted, and nothing mirrored.
class SqliteJobIntake : public JobIntake {
 public:
  explicit SqliteJobIntake(Sessions sessions) : sessions_(sessions) {}

  absl::StatusOr<bool> HasEscalations() override { return false; }

  absl::StatusOr<std::vector<Escalation>> ReadEscalations(absl::Span<const std::string>) override {
    return absl::FailedPreconditionError(
        "the embedded database has no table of escalations: say response_text, or use the web app's Postgres "
        "(DATABASE_URL)");
  }

  absl::StatusOr<IntakeResult> FindRequest(const std::string& request_id, const std::string& fingerprint) override {
    return sessions_.Read(
        [&](Session& session) -> absl::StatusOr<IntakeResult> { return Replay(session, request_id, fingerprint); });
  }

  absl::StatusOr<IntakeResult> Create(const NewBatch& batch) override {
    return sessions_.Write([&](Session& session) -> absl::StatusOr<IntakeResult> {
      IntakeResult known = Replay(session, batch.request_id, batch.fingerprint);
      if (known.replayed || !known.conflicts.empty()) return known;
      NewBatch checked = batch;
      known.conflicts = FindConflicts(session, checked.jobs);
      return known.conflicts.empty() ? InsertBatch(session, checked) : known;
    });
  }

  absl::StatusOr<std::vector<Escalation>> FindAdoptable(AdoptPolicy, int) override { return std::vector<Escalation>(); }

  absl::StatusOr<int> Adopt(absl::Span<const NewJob>) override { return 0; }

  absl::StatusOr<std::vector<std::string>> FindAskedAgain(int) override { return std::vector<std::string>(); }

  absl::Status ShowAsTheyAre(absl::Span<const std::string>) override { return absl::OkStatus(); }

  absl::StatusOr<Upkeep> KeepMirrors() override { return Upkeep(); }

 private:
  Sessions sessions_;
};

}  // namespace

std::unique_ptr<JobIntake> MakeJobIntake(Sessions sessions) { return std::make_unique<SqliteJobIntake>(sessions); }

}  // namespace videojobs::sqlite
