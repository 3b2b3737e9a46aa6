#include "server/doors/request_proto.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/doors/job_lookup.h"
#include "server/doors/page_token.h"
#include "server/doors/poll_call.h"
#include "server/engine/creating_checks.h"
#include "server/engine/uuid.h"

namespace videojobs {
namespace {

constexpr int kMostIds = 1000;
constexpr int kDefaultPage = 50;
constexpr int kMostPage = 1000;

AskedVideo FromProto(const v1::Video& video) {
  AskedVideo asked;
  asked.escalation_id = video.escalation_id();
  asked.response_text = video.response_text();
  asked.context = {video.context().student_name(), video.context().category(), video.context().course_name()};
  const v1::VideoOptions& options = video.options();
  asked.options.model = options.model();
  asked.options.duration_seconds = options.duration_seconds();
  asked.options.aspect_ratio = options.aspect_ratio();
  asked.options.resolution = options.resolution();
  asked.options.negative_prompt = options.negative_prompt();
  if (options.has_seed()) asked.options.seed = options.seed();
  asked.options.person_generation = options.person_generation();
  if (options.has_generate_audio()) asked.options.generate_audio = options.generate_audio();
  asked.options.max_scenes = options.max_scenes();
  for (const v1::Scene& scene : video.scenes()) asked.scenes.push_back({scene.prompt(), scene.duration_seconds()});
  asked.regenerate = video.regenerate();
  asked.accepted_starts.assign(video.accept_possible_second_charge().begin(),
                               video.accept_possible_second_charge().end());
  return asked;
}

// The bounds that google/protobuf/timestamp.proto sets: the years 1 to 9999.
bool IsValid(const google::protobuf::Timestamp& time) {
  return time.seconds() >= -62135596800 && time.seconds() <= 253402300799 && time.nanos() >= 0 &&
         time.nanos() <= 999'999'999;
}

std::optional<absl::Time> TimeOf(bool is_set, const google::protobuf::Timestamp& time, const std::string& field,
                                 std::vector<Violation>& violations) {
  if (!is_set) return std::nullopt;
  if (!IsValid(time)) {
    violations.push_back({field, "is no valid time; seconds must lie in the years 1 to 9999, nanos in 0 to 999999999"});
  }
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

}  // namespace

CreateRequest FromProto(const v1::CreateJobsRequest& request) {
  CreateRequest asked;
  asked.request_id = request.request_id();
  asked.videos.reserve(static_cast<std::size_t>(request.videos_size()));
  for (const v1::Video& video : request.videos()) asked.videos.push_back(FromProto(video));
  return asked;
}

absl::StatusOr<int> MaxJobsOf(const v1::PollAllRequest& request) {
  const int max_jobs = request.max_jobs();
  if (max_jobs < 0 || max_jobs > kMostPollJobs) {
    return RefuseRequest(
        {{"max_jobs", absl::StrCat("is ", max_jobs, "; send 1 to ", kMostPollJobs, ", or 0 for ", kDefaultPollJobs)}});
  }
  return max_jobs == 0 ? kDefaultPollJobs : max_jobs;
}

absl::StatusOr<std::vector<std::string>> JobIdsOf(const v1::BatchGetStatusRequest& request) {
  const int count = request.job_ids_size();
  if (count == 0 || count > kMostIds) {
    return RefuseRequest({{"job_ids", absl::StrCat("has ", count, " entries; send 1 to ", kMostIds)}});
  }
  std::vector<Violation> violations;
  std::vector<std::string> ids;
  std::set<std::string> seen;
  for (int i = 0; i < count; ++i) {
    auto id = NormalUuid(request.job_ids(i));
    if (!id) {
      violations.push_back({absl::StrCat("job_ids[", i, "]"), "is not a UUID such as CreateJobs gives"});
    } else if (seen.insert(*id).second) {
      ids.push_back(*std::move(id));
    }
  }
  if (!violations.empty()) return RefuseRequest(std::move(violations));
  return ids;
}

absl::StatusOr<ListQuery> FromProto(const v1::ListJobsRequest& request) {
  std::vector<Violation> violations;
  ListQuery query;
  if (request.page_size() < 0) violations.push_back({"page_size", "is negative; send up to 1000, or 0 for 50"});
  query.limit = request.page_size() == 0 ? kDefaultPage : std::min(request.page_size(), kMostPage);
  for (int i = 0; i < request.states_size(); ++i) {
    const v1::JobState state = request.states(i);
    if (state == v1::JOB_STATE_UNSPECIFIED || !v1::JobState_IsValid(state)) {
      violations.push_back(
          {absl::StrCat("states[", i, "]"),
           "is no state of a job; send JOB_STATE_PENDING, _PROCESSING, _COMPLETED or _FAILED, or none for all"});
    }
    query.filter.states.push_back(static_cast<JobState>(state));
  }
  query.filter.escalation_id = NormalEscalationId(request.escalation_id());
  query.filter.created_after =
      TimeOf(request.has_created_after(), request.created_after(), "created_after", violations);
  query.filter.created_before =
      TimeOf(request.has_created_before(), request.created_before(), "created_before", violations);
  if (!violations.empty()) return RefuseRequest(std::move(violations));
  if (!request.escalation_id().empty()) {
    if (absl::Status checked = CheckEscalationId(request.escalation_id(), "escalation_id"); !checked.ok()) {
      return checked;
    }
  }
  if (!request.page_token().empty()) {
    auto after = FromPageToken(request.page_token(), query.filter);
    if (!after.ok()) return after.status();
    query.after = *std::move(after);
  }
  return query;
}

}  // namespace videojobs
