#include "server/engine/adopting.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "adapters/refusal.h"
#include "server/engine/retrying.h"

namespace videojobs {
namespace {

// Why such a row is not followed. The name is kept for a person who looks for a video that may have been paid for; the
// app may have put anything there, so it is cut and escaped.
std::string NotFollowed(const std::string& operation_name) {
  constexpr std::size_t kMost = 200;
  if (operation_name.empty()) return "the web app left this row in processing without an operation's name";
  return absl::StrCat("the web app left this row in processing with \"", absl::CEscape(operation_name.substr(0, kMost)),
                      operation_name.size() > kMost ? "..." : "",
                      "\", which is no operation's name that could be polled");
}

// The clip of a row that the app left in `processing`: followed where it names an operation of some provider's form.
Clip AdoptedClip(const Escalation& row, bool is_operation, Scene scene, std::string object_stem) {
  Clip clip;
  clip.scene = std::move(scene);
  clip.object_stem = std::move(object_stem);
  clip.state = is_operation ? ClipState::kRunning : ClipState::kUnknown;
  if (is_operation) {
    clip.operation_name = row.operation_name;
  } else {
    clip.reason = FailureReason::kStartUnknown;
    clip.detail = NotFollowed(row.operation_name);
  }
  return clip;
}

// A wish that is left alone: it was granted or taken back meanwhile, or waits until this server, or another one, may
// start something again, as rows without a job do.
bool Waits(const absl::Status& refused) {
  const std::string reason = RefusalOf(refused).reason;
  return reason == "NOT_ASKED_AGAIN" || reason == "GENERATION_DISABLED";
}

}  // namespace

int Adopting::Run(int limit) {
  const bool adopts = settings_.adopt != AdoptPolicy::kOff;
  const int adopted = adopts ? AdoptRows(limit) : 0;
  if (adopts) RetryAskedAgain(limit);
  KeepMirrors();
  return adopted;
}

NewJob Adopting::ToJob(const Escalation& row) const {
  NewJob adopted;
  Job& job = adopted.job;
  job.id = ports_.ids.NewId();
  job.escalation_id = row.id;
  job.response_text = row.response;
  job.context = row.context;
  const bool runs = row.status == Name(JobState::kProcessing);
  const VideoGenerator& chosen = ports_.generators.chosen();
  // What runs already may be of another door than that for new jobs.
  const auto naming = runs ? ports_.generators.Naming(row.operation_name) : std::nullopt;
  job.options.model = naming ? naming->model : chosen.ModelId(settings_.default_model);
  job.provider = naming ? naming->provider : chosen.provider();
  job.location = naming ? naming->location : chosen.location();
  job.state = JobState::kPending;
  if (runs) {
    const bool is_operation = naming.has_value();
    job.clips.push_back(AdoptedClip(row, is_operation, SceneOf(job), ports_.ids.NewSecretName()));
    job.state = is_operation ? JobState::kProcessing : JobState::kFailed;
    job.reason = job.clips.front().reason;
    job.detail = job.clips.front().detail;
  }
  return adopted;
}

// For a retry, should what runs come to nothing. Nobody knows the app's own prompt.
Scene Adopting::SceneOf(const Job& job) const {
  if (absl::StripAsciiWhitespace(job.response_text).empty()) return {"", job.options.duration_seconds};
  const auto scenes = ports_.plain_storyboarder.Write(job.response_text, job.context, job.options);
  return scenes.ok() && !scenes->empty() ? scenes->front() : Scene{"", job.options.duration_seconds};
}

int Adopting::AdoptRows(int limit) {
  const auto rows = ports_.intake.FindAdoptable(settings_.adopt, limit);
  if (!rows.ok()) {
    ports_.log.Write({Severity::kError,
                      Component::kWorker,
                      "the web app's rows could not be read; tried again",
                      {{"error", rows.status().ToString()}}});
    return 0;
  }
  std::vector<NewJob> jobs;
  for (const Escalation& row : *rows) {
    // While switched off nothing new is taken on; what runs already is still brought home.
    const bool starts = row.status != Name(JobState::kProcessing);
    if (settings_.generation_enabled || !starts) jobs.push_back(ToJob(row));
  }
  if (jobs.empty()) return 0;
  const auto adopted = ports_.intake.Adopt(jobs);
  if (!adopted.ok()) {
    ports_.log.Write({Severity::kError,
                      Component::kWorker,
                      "the web app's rows could not be adopted; tried again",
                      {{"error", adopted.status().ToString()}}});
    return 0;
  }
  if (*adopted > 0) {
    ports_.log.Write(
        {Severity::kInfo, Component::kWorker, "adopted rows of the web app", {{"jobs", absl::StrCat(*adopted)}}});
  }
  return *adopted;
}

// The app set failed jobs to `pending` again: a retry, by whoever uses the app.
void Adopting::RetryAskedAgain(int limit) {
  const auto jobs = ports_.intake.FindAskedAgain(limit);
  if (!jobs.ok()) {
    ports_.log.Write({Severity::kError,
                      Component::kWorker,
                      "the web app's wishes could not be read; tried again",
                      {{"error", jobs.status().ToString()}}});
    return;
  }
  for (const std::string& job_id : *jobs) RetryOrShow(job_id);
}

void Adopting::RetryOrShow(const std::string& job_id) {
  Retrying retrying(ports_.changes, settings_.generation_enabled, [] {});
  const auto retried = retrying.RetryAsAskedByApp(job_id);
  if (retried.ok()) {
    ports_.log.Write({Severity::kInfo, Component::kWorker, "retried: the web app asked again", {{"job", job_id}}});
  } else if (absl::IsFailedPrecondition(retried.status()) && !Waits(retried.status())) {
    ports_.log.Write({Severity::kWarning,
                      Component::kWorker,
                      "the web app asked again in vain",
                      {{"job", job_id}, {"error", std::string(retried.status().message())}}});
    // A failure is mended by the next sweep, which finds the same wish.
    ports_.intake.ShowAsTheyAre({job_id}).IgnoreError();
  }
}

void Adopting::KeepMirrors() {
  const auto kept = ports_.intake.KeepMirrors();
  if (!kept.ok()) {
    ports_.log.Write({Severity::kError,
                      Component::kWorker,
                      "the web app's rows could not be kept true; tried again",
                      {{"error", kept.status().ToString()}}});
    return;
  }
  if (kept->mirrors_restored > 0) {
    ports_.log.Write({Severity::kInfo,
                      Component::kWorker,
                      "restored what the web app's rows show",
                      {{"rows", absl::StrCat(kept->mirrors_restored)}}});
  }
  for (const std::string& job_id : kept->jobs_gone) {
    ports_.log.Write({Severity::kWarning, Component::kWorker, "its escalation is gone", {{"job", job_id}}});
  }
}

}  // namespace videojobs
