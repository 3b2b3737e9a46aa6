#include <string_view>
#include <unordered_set>

#include "adapters/postgres/events.h"
#include "adapters/postgres/job_intake.h"
#include "adapters/postgres/rows.h"
#include "adapters/postgres/sql.h"

namespace videojobs::postgres {
namespace {

// All jobs of a batch have one time: they are listed in the order of their ids. An adopted failed job has ended
// already, and nothing about it is due.
constexpr std::string_view kInsertJobs = R"sql(
WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now)
INSERT INTO video_jobs (mock, adopted, escalation_known, id, escalation_id, status, reason, detail, response_text,
  response_sha256, student_name, category, course_name, model, duration_seconds, aspect_ratio, resolution,
  negative_prompt, seed, max_scenes, provider, location, person_generation, generate_audio, created_at, updated_at,
  pending_since, finished_at, due_at)
SELECT $1, $2, $3, n.id, n.escalation_id, n.status, n.reason, n.detail, n.response_text,
       encode(sha256(convert_to(n.response_text, 'UTF8')), 'hex'), n.student_name, n.category, n.course_name, n.model,
       n.duration_seconds, n.aspect_ratio, n.resolution, n.negative_prompt, n.seed, n.max_scenes, n.provider,
       n.location, n.person_generation, n.generate_audio = 1, now, now, now,
       CASE WHEN n.status = 'failed' THEN now END,
       CASE WHEN n.status <> 'failed' THEN now END
  FROM clock, unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
       $12::text[], $13::text[], $14::integer[], $15::text[], $16::text[], $17::text[], $18::bigint[], $19::integer[],
       $20::text[], $21::text[], $22::text[], $23::bigint[])
       AS n (id, escalation_id, status, reason, detail, response_text, student_name, category, course_name, model,
             duration_seconds, aspect_ratio, resolution, negative_prompt, seed, max_scenes, provider, location,
             person_generation, generate_audio)
 ORDER BY n.escalation_id, n.id
    ON CONFLICT (tenant, mock, escalation_id) WHERE escalation_id <> '' AND status IN ('pending', 'processing')
    DO NOTHING
RETURNING id
)sql";

constexpr std::string_view kInsertAskedScenes = R"sql(
INSERT INTO video_asked_scenes (job_id, scene, prompt, duration_seconds)
SELECT * FROM unnest($1::text[], $2::integer[], $3::text[], $4::integer[])
)sql";

constexpr std::string_view kInsertClips = R"sql(
WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now)
INSERT INTO video_clips (job_id, clip, state, reason, detail, prompt, duration_seconds, object_stem, operation_name,
  accepted_at, next_poll_at)
SELECT n.job_id, n.clip, n.state, n.reason, n.detail, n.prompt, n.duration_seconds, n.object_stem, n.operation_name,
       CASE WHEN n.operation_name <> '' THEN now END, CASE WHEN n.state = 'running' THEN now END
  FROM clock, unnest($1::text[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::integer[],
       $8::text[], $9::text[])
       AS n (job_id, clip, state, reason, detail, prompt, duration_seconds, object_stem, operation_name)
)sql";

using Inserted = std::unordered_set<std::string>;

struct SceneRow {
  const std::string& job_id;
  int index;
  const Scene& scene;
};

void InsertAskedScenes(pqxx::transaction_base& transaction, const std::vector<NewJob>& jobs, const Inserted& inserted) {
  std::vector<SceneRow> rows;
  for (const NewJob& n : jobs) {
    if (inserted.count(n.job.id) == 0) continue;
    for (const Scene& scene : n.job.asked_scenes) {
      const bool same_job = !rows.empty() && rows.back().job_id == n.job.id;
      rows.push_back({n.job.id, same_job ? rows.back().index + 1 : 0, scene});
    }
  }
  if (rows.empty()) return;
  Execute(transaction, kInsertAskedScenes,
          {Column(rows, [](const SceneRow& r) { return r.job_id; }),
           Column(rows, [](const SceneRow& r) { return r.index; }),
           Column(rows, [](const SceneRow& r) { return r.scene.prompt; }),
           Column(rows, [](const SceneRow& r) { return r.scene.duration_seconds; })});
}

struct NewClip {
  const std::string& job_id;
  const Clip& clip;
};

void InsertClips(pqxx::transaction_base& transaction, const std::vector<NewJob>& jobs, const Inserted& inserted) {
  std::vector<NewClip> rows;
  for (const NewJob& n : jobs) {
    if (inserted.count(n.job.id) == 0) continue;
    for (const Clip& clip : n.job.clips) rows.push_back({n.job.id, clip});
  }
  if (rows.empty()) return;
  Execute(transaction, kInsertClips,
          {Column(rows, [](const NewClip& r) { return r.job_id; }),
           Column(rows, [](const NewClip& r) { return r.clip.index; }),
           Column(rows, [](const NewClip& r) { return Name(r.clip.state); }),
           Column(rows, [](const NewClip& r) { return Name(r.clip.reason); }),
           Column(rows, [](const NewClip& r) { return r.clip.detail; }),
           Column(rows, [](const NewClip& r) { return r.clip.scene.prompt; }),
           Column(rows, [](const NewClip& r) { return r.clip.scene.duration_seconds; }),
           Column(rows, [](const NewClip& r) { return r.clip.object_stem; }),
           Column(rows, [](const NewClip& r) { return r.clip.operation_name; })});
}

JobEvent EventOfBirth(JobState state) {
  if (state == JobState::kProcessing) return JobEvent::kAdoptedRunning;
  return state == JobState::kFailed ? JobEvent::kAdoptedUnknown : JobEvent::kCreated;
}

// First the job's own event, then one per clip that it was born with.
void AppendBirths(pqxx::transaction_base& transaction, const std::vector<NewJob>& jobs, const Inserted& inserted) {
  std::vector<std::string> created;
  for (const NewJob& n : jobs) {
    if (inserted.count(n.job.id) == 0) continue;
    if (n.job.state == JobState::kPending) {
      created.push_back(n.job.id);
      continue;
    }
    std::vector<Event> events{{{},
                               std::string(Name(EventOfBirth(n.job.state))),
                               "",
                               std::string(Name(n.job.state)),
                               std::string(Name(n.job.reason)),
                               n.job.detail,
                               ""}};
    for (const Clip& clip : n.job.clips) {
      const ClipEvent event =
          clip.state == ClipState::kRunning ? ClipEvent::kAdoptedRunning : ClipEvent::kAdoptedUnknown;
      events.push_back({clip.index, std::string(Name(event)), "", std::string(Name(clip.state)),
                        std::string(Name(clip.reason)), clip.detail, ""});
    }
    AppendEvents(transaction, n.job.id, events);
  }
  AppendToEach(transaction, created, {{}, std::string(Name(JobEvent::kCreated)), "", "pending", "", "", ""});
}

// What a person accepted with `regenerate`.
void AppendAcceptances(pqxx::transaction_base& transaction, const std::vector<NewJob>& jobs, const Inserted& inserted) {
  for (const NewJob& n : jobs) {
    std::vector<Event> events;
    for (const std::string& start_id : n.accepted_starts) {
      events.push_back({{}, "second_charge_accepted", "", "", "", "", start_id});
    }
    if (inserted.count(n.job.id) == 1) AppendEvents(transaction, n.job.id, events);
  }
}

// A column of the jobs' own fields.
template <typename Field>
Value JobColumn(const std::vector<NewJob>& jobs, Field field) {
  return Column(jobs, [&](const NewJob& n) { return field(n.job); });
}

template <typename Field>
Value OptionsColumn(const std::vector<NewJob>& jobs, Field field) {
  return Column(jobs, [&](const NewJob& n) { return field(n.job.options); });
}

std::optional<std::int64_t> SeedOf(const VideoOptions& options) {
  if (!options.seed) return std::nullopt;
  return static_cast<std::int64_t>(*options.seed);
}

std::optional<std::int64_t> SoundOf(const VideoOptions& options) {
  if (!options.generate_audio) return std::nullopt;
  return *options.generate_audio ? 1 : 0;
}

}  // namespace

std::vector<std::string> InsertJobs(pqxx::transaction_base& transaction, bool mock, const std::vector<NewJob>& jobs,
                                    Origin origin, bool escalation_known) {
  if (jobs.empty()) return {};
  const auto rows = Execute(transaction, kInsertJobs,
                            {mock,
                             origin == Origin::kAdopted,
                             escalation_known,
                             JobColumn(jobs, [](const Job& j) { return j.id; }),
                             JobColumn(jobs, [](const Job& j) { return j.escalation_id; }),
                             JobColumn(jobs, [](const Job& j) { return Name(j.state); }),
                             JobColumn(jobs, [](const Job& j) { return Name(j.reason); }),
                             JobColumn(jobs, [](const Job& j) { return j.detail; }),
                             JobColumn(jobs, [](const Job& j) { return j.response_text; }),
                             JobColumn(jobs, [](const Job& j) { return j.context.student_name; }),
                             JobColumn(jobs, [](const Job& j) { return j.context.category; }),
                             JobColumn(jobs, [](const Job& j) { return j.context.course_name; }),
                             OptionsColumn(jobs, [](const VideoOptions& o) { return o.model; }),
                             OptionsColumn(jobs, [](const VideoOptions& o) { return o.duration_seconds; }),
                             OptionsColumn(jobs, [](const VideoOptions& o) { return o.aspect_ratio; }),
                             OptionsColumn(jobs, [](const VideoOptions& o) { return o.resolution; }),
                             OptionsColumn(jobs, [](const VideoOptions& o) { return o.negative_prompt; }),
                             OptionsColumn(jobs, SeedOf),
                             OptionsColumn(jobs, [](const VideoOptions& o) { return o.max_scenes; }),
                             JobColumn(jobs, [](const Job& j) { return j.provider; }),
                             JobColumn(jobs, [](const Job& j) { return j.location; }),
                             OptionsColumn(jobs, [](const VideoOptions& o) { return o.person_generation; }),
                             OptionsColumn(jobs, SoundOf)});
  const std::vector<std::string> ids = IdsOf(rows);
  const Inserted inserted(ids.begin(), ids.end());
  InsertAskedScenes(transaction, jobs, inserted);
  InsertClips(transaction, jobs, inserted);
  AppendBirths(transaction, jobs, inserted);
  AppendAcceptances(transaction, jobs, inserted);
  return ids;
}

}  // namespace videojobs::postgres
