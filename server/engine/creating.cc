#include "server/engine/creating.h"

#include <cstddef>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "adapters/refusal.h"
#include "server/engine/creating_checks.h"
#include "server/engine/uuid.h"

namespace videojobs {
namespace {

absl::Status RefuseField(absl::StatusCode code, absl::string_view reason, std::string field, std::string problem,
                         std::vector<std::pair<std::string, std::string>> metadata = {}) {
  const std::string message = absl::StrCat(field, " ", problem);
  return Refuse(code, message, {std::string(reason), {{std::move(field), std::move(problem)}}, std::move(metadata)});
}

absl::Status RefuseConflict(const IntakeConflict& conflict) {
  const std::string field = absl::StrCat("videos[", conflict.index, "].escalation_id");
  switch (conflict.problem) {
    case IntakeProblem::kRequestIdReused:
      return RefuseField(absl::StatusCode::kAlreadyExists, "REQUEST_ID_REUSED", "request_id",
                         "was used before with another payload; take a new one for a new request");
    case IntakeProblem::kUnfinishedJob:
      return RefuseField(absl::StatusCode::kAlreadyExists, "UNFINISHED_JOB", field,
                         "has a job that has not ended; wait for it, or ask for its status",
                         {{"job_id", conflict.job_id}});
    case IntakeProblem::kFinishedJob:
      return RefuseField(absl::StatusCode::kAlreadyExists, "FINISHED_JOB", field,
                         "has a job that ended; set regenerate to make another video", {{"job_id", conflict.job_id}});
    case IntakeProblem::kStartInDoubt:
      return RefuseField(
          absl::StatusCode::kFailedPrecondition, "POSSIBLE_SECOND_CHARGE", field,
          "has a job for the same text whose start may have been charged; to pay again all the same, name "
          "each of metadata start_ids in accept_possible_second_charge",
          {{"job_id", conflict.job_id}, {"start_ids", absl::StrJoin(conflict.start_ids, ",")}});
    case IntakeProblem::kUnknownEscalation:
      return RefuseField(absl::StatusCode::kNotFound, "ESCALATION_NOT_FOUND", field,
                         "names no row of the escalations table");
    case IntakeProblem::kNotAdoptedYet:
      return RefuseField(
          absl::StatusCode::kFailedPrecondition, "NOT_ADOPTED_YET", field,
          "is `processing` in the web app's table by another hand; the next sweep of a server whose "
          "VIDEOJOBS_ADOPT is not off follows it, and nothing starts it again; where there is nothing to "
          "follow, set the row to failed");
  }
  return absl::InternalError("an intake problem without words");
}

// What the caller left out, filled in.
VideoOptions Complete(VideoOptions options, const std::string& default_model, const VideoGenerator& generator) {
  options.model = generator.ModelId(options.model.empty() ? default_model : options.model);
  if (options.aspect_ratio.empty()) options.aspect_ratio = "16:9";
  if (options.resolution.empty()) options.resolution = "720p";
  if (options.duration_seconds == 0) options.duration_seconds = options.resolution == "720p" ? 6 : 8;
  if (options.max_scenes == 0) options.max_scenes = 1;
  return options;
}

NewJob ToNewJob(const AskedVideo& video, const CreatingSettings& settings, const VideoGenerator& generator,
                IdSource& ids) {
  NewJob created;
  created.regenerate = video.regenerate;
  created.accepted_starts = video.accepted_starts;
  Job& job = created.job;
  job.id = ids.NewId();
  job.state = JobState::kPending;
  job.escalation_id = NormalEscalationId(video.escalation_id);
  job.response_text = video.response_text;
  job.context = video.context;
  job.options = Complete(video.options, settings.default_model, generator);
  job.provider = generator.provider();
  job.location = generator.location();
  job.asked_scenes = video.scenes;
  for (Scene& scene : job.asked_scenes) {
    if (scene.duration_seconds == 0) scene.duration_seconds = job.options.duration_seconds;
  }
  return created;
}

// What the generator of these options does not accept, with the video's own path in front.
void CheckWithGenerator(const std::vector<NewJob>& jobs, const VideoGenerator& generator,
                        std::vector<Violation>& violations) {
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    for (Violation& found : generator.Check(jobs[i].job.options, jobs[i].job.asked_scenes)) {
      violations.push_back({absl::StrCat("videos[", i, "].", found.field), std::move(found.description)});
    }
  }
}

// Takes text and names from the rows of the web app, for the videos that name one without bringing a text.
absl::Status FillFromEscalations(std::vector<NewJob>& jobs, JobIntake& intake) {
  std::vector<std::string> wanted;
  for (const NewJob& created : jobs) {
    if (created.job.response_text.empty()) wanted.push_back(created.job.escalation_id);
  }
  if (wanted.empty()) return absl::OkStatus();
  const auto has_table = intake.HasEscalations();
  if (!has_table.ok()) return has_table.status();

  std::map<std::string, Escalation> rows;
  if (*has_table) {
    auto found = intake.ReadEscalations(wanted);
    if (!found.ok()) return found.status();
    for (Escalation& row : *found) rows[row.id] = std::move(row);
  }
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    Job& job = jobs[i].job;
    if (!job.response_text.empty()) continue;
    const std::string field = absl::StrCat("videos[", i, "].response_text");
    if (!*has_table) {
      return RefuseField(absl::StatusCode::kFailedPrecondition, "NO_ESCALATIONS", field,
                         "is required: this database has no escalations table to read it from");
    }
    const auto row = rows.find(job.escalation_id);
    if (row == rows.end()) {
      return RefuseConflict({IntakeProblem::kUnknownEscalation, static_cast<int>(i), ""});
    }
    if (absl::Status answered = CheckEscalationResponse(row->second.response, field); !answered.ok()) return answered;
    job.response_text = row->second.response;
    MergeContext(row->second.context, job.context);
  }
  return absl::OkStatus();
}

}  // namespace

Creating::Creating(CreatingSettings settings, JobIntake& intake, const VideoGenerator& generator, IdSource& ids,
                   std::function<void()> wake)
    : settings_(std::move(settings)), intake_(intake), generator_(generator), ids_(ids), wake_(std::move(wake)) {}

absl::StatusOr<std::vector<Job>> Creating::Create(const CreateRequest& request) {
  if (absl::Status checked = CheckRequest(request); !checked.ok()) return checked;
  NewBatch batch;
  batch.request_id = request.request_id;
  batch.fingerprint = Fingerprint(request);
  if (!request.request_id.empty()) {
    auto known = intake_.FindRequest(batch.request_id, batch.fingerprint);
    if (!known.ok()) return known.status();
    if (!known->conflicts.empty()) return RefuseConflict(known->conflicts.front());
    if (known->replayed) return std::move(known->jobs);
  }
  if (!settings_.generation_enabled) {
    return Refuse(absl::StatusCode::kFailedPrecondition,
                  "video generation is switched off; set VIDEO_GENERATION_ENABLED=true on the server",
                  {"GENERATION_DISABLED", {}, {}});
  }
  for (const AskedVideo& video : request.videos) batch.jobs.push_back(ToNewJob(video, settings_, generator_, ids_));
  std::vector<Violation> violations;
  CheckWithGenerator(batch.jobs, generator_, violations);
  if (!violations.empty()) return RefuseRequest(std::move(violations));
  if (absl::Status filled = FillFromEscalations(batch.jobs, intake_); !filled.ok()) return filled;

  auto created = intake_.Create(batch);
  if (!created.ok()) return created.status();
  if (!created->conflicts.empty()) return RefuseConflict(created->conflicts.front());
  wake_();
  return std::move(created->jobs);
}

}  // namespace videojobs
