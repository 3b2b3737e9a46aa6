#include "adapters/postgres/rows.h"

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "adapters/postgres/sql.h"

namespace videojobs::postgres {
namespace {

// $3: with texts.
constexpr std::string_view kJobs =
    "SELECT j.id, j.mock, j.escalation_id, j.status, j.reason, j.detail, j.stop_requested, j.model, j.duration_seconds,"
    " j.aspect_ratio, j.resolution, j.seed, j.max_scenes, j.provider, j.location, j.video_url, j.video_is_placeholder,"
    " j.person_generation, j.generate_audio::int::bigint AS generate_audio,"
    " CASE WHEN $3 THEN j.response_text END AS response_text,"
    " CASE WHEN $3 THEN j.negative_prompt END AS negative_prompt,"
    " CASE WHEN $3 THEN j.student_name END AS student_name, CASE WHEN $3 THEN j.category END AS category,"
    " CASE WHEN $3 THEN j.course_name END AS course_name,"
    " cost.reserved, cost.charged, cost.held, " VIDEOJOBS_MICROS("j.created_at") " AS created_at,"
    " " VIDEOJOBS_MICROS("j.updated_at") " AS updated_at, " VIDEOJOBS_MICROS("j.pending_since") " AS pending_since,"
    " " VIDEOJOBS_MICROS("j.finished_at") " AS finished_at, " VIDEOJOBS_MICROS("j.due_at") " AS due_at"
    R"sql(
  FROM (SELECT id, min(position) AS position FROM unnest($2::text[]) WITH ORDINALITY AS ids (id, position) GROUP BY id)
       AS asked
  JOIN video_jobs j ON j.id = asked.id AND j.tenant = '' AND j.mock = $1
 CROSS JOIN LATERAL (
       SELECT coalesce(sum(price) FILTER (WHERE outcome IN ('open', 'accepted') AND settled IS NULL), 0) AS reserved,
              coalesce(sum(settled), 0) AS charged,
              coalesce(sum(price) FILTER (WHERE outcome = 'unknown' AND settled IS NULL), 0) AS held
         FROM video_starts WHERE job_id = j.id) AS cost
 ORDER BY asked.position
)sql";

// $2: with prompts.
constexpr std::string_view kClips =
    "SELECT job_id, clip, state, reason, detail, CASE WHEN $2 THEN prompt END AS prompt, duration_seconds, object_stem,"
    " start_id, start_lease_token, attempts, operation_name, polls, troubles, result, stored_object, stored_bytes,"
    " stored_sha256, stored_micros, " VIDEOJOBS_MICROS("accepted_at") " AS accepted_at,"
    " " VIDEOJOBS_MICROS("next_poll_at") " AS next_poll_at, " VIDEOJOBS_MICROS("last_answer_at") " AS last_answer_at,"
    " " VIDEOJOBS_MICROS("done_at") " AS done_at"
    " FROM video_clips WHERE job_id = ANY ($1::text[]) ORDER BY job_id, clip";

constexpr std::string_view kAskedScenes = R"sql(
SELECT job_id, prompt, duration_seconds FROM video_asked_scenes WHERE job_id = ANY ($1::text[]) ORDER BY job_id, scene
)sql";

VideoOptions OptionsOf(const pqxx::row& row) {
  VideoOptions options;
  options.model = TextOf(row, "model");
  options.duration_seconds = IntOf(row, "duration_seconds");
  options.aspect_ratio = TextOf(row, "aspect_ratio");
  options.resolution = TextOf(row, "resolution");
  options.negative_prompt = TextOf(row, "negative_prompt");
  if (const auto seed = OptionalInt64Of(row, "seed")) options.seed = static_cast<std::uint32_t>(*seed);
  options.person_generation = TextOf(row, "person_generation");
  if (const auto sound = OptionalInt64Of(row, "generate_audio")) options.generate_audio = *sound == 1;
  options.max_scenes = IntOf(row, "max_scenes");
  return options;
}

Job JobOf(const pqxx::row& row) {
  Job job;
  job.id = TextOf(row, "id");
  job.mock = BoolOf(row, "mock");
  job.escalation_id = TextOf(row, "escalation_id");
  job.state = JobStateNamed(TextOf(row, "status"));
  job.reason = FailureReasonNamed(TextOf(row, "reason"));
  job.detail = TextOf(row, "detail");
  job.stop_requested = FailureReasonNamed(TextOf(row, "stop_requested"));
  job.response_text = TextOf(row, "response_text");
  job.context = {TextOf(row, "student_name"), TextOf(row, "category"), TextOf(row, "course_name")};
  job.options = OptionsOf(row);
  job.provider = TextOf(row, "provider");
  job.location = TextOf(row, "location");
  job.created_at = TimeOf(row, "created_at");
  job.updated_at = TimeOf(row, "updated_at");
  job.pending_since = TimeOf(row, "pending_since");
  job.finished_at = OptionalTimeOf(row, "finished_at");
  job.due_at = OptionalTimeOf(row, "due_at");
  job.video_url = TextOf(row, "video_url");
  job.video_is_placeholder = BoolOf(row, "video_is_placeholder");
  job.cost = {Int64Of(row, "reserved"), Int64Of(row, "charged"), Int64Of(row, "held")};
  return job;
}

std::optional<StoredVideo> StoredOf(const pqxx::row& row) {
  if (row["stored_object"].is_null()) return std::nullopt;
  return StoredVideo{TextOf(row, "stored_object"), Int64Of(row, "stored_bytes"), TextOf(row, "stored_sha256"),
                     absl::Microseconds(Int64Of(row, "stored_micros"))};
}

Clip ClipOf(const pqxx::row& row) {
  Clip clip;
  clip.index = IntOf(row, "clip");
  clip.state = ClipStateNamed(TextOf(row, "state"));
  clip.reason = FailureReasonNamed(TextOf(row, "reason"));
  clip.detail = TextOf(row, "detail");
  clip.scene = {TextOf(row, "prompt"), IntOf(row, "duration_seconds")};
  clip.start_id = TextOf(row, "start_id");
  clip.start_lease_token = TextOf(row, "start_lease_token");
  clip.attempts = IntOf(row, "attempts");
  clip.operation_name = TextOf(row, "operation_name");
  clip.accepted_at = OptionalTimeOf(row, "accepted_at");
  clip.next_poll_at = OptionalTimeOf(row, "next_poll_at");
  clip.last_answer_at = OptionalTimeOf(row, "last_answer_at");
  clip.done_at = OptionalTimeOf(row, "done_at");
  clip.polls = IntOf(row, "polls");
  clip.troubles = IntOf(row, "troubles");
  clip.result = TextOf(row, "result");
  clip.object_stem = TextOf(row, "object_stem");
  clip.stored = StoredOf(row);
  return clip;
}

}  // namespace

std::vector<Job> ReadJobs(pqxx::transaction_base& transaction, bool mock, const std::vector<std::string>& job_ids,
                          Reading reading) {
  if (job_ids.empty()) return {};
  const bool with_texts = reading == Reading::kWithTexts;
  std::vector<Job> jobs;
  std::unordered_map<std::string, std::size_t> position;
  for (const pqxx::row& row : Execute(transaction, kJobs, {mock, Texts(job_ids), with_texts})) {
    jobs.push_back(JobOf(row));
    position.emplace(jobs.back().id, jobs.size() - 1);
  }
  for (const pqxx::row& row : Execute(transaction, kClips, {Texts(job_ids), with_texts})) {
    const auto found = position.find(TextOf(row, "job_id"));
    if (found != position.end()) jobs[found->second].clips.push_back(ClipOf(row));
  }
  if (!with_texts) return jobs;
  for (const pqxx::row& row : Execute(transaction, kAskedScenes, {Texts(job_ids)})) {
    const auto found = position.find(TextOf(row, "job_id"));
    if (found == position.end()) continue;
    jobs[found->second].asked_scenes.push_back({TextOf(row, "prompt"), IntOf(row, "duration_seconds")});
  }
  return jobs;
}

std::vector<std::string> IdsOf(const pqxx::result& rows) {
  std::vector<std::string> ids;
  for (const pqxx::row& row : rows) ids.push_back(TextOf(row, "id"));
  return ids;
}

}  // namespace videojobs::postgres
