#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "cli/call_error.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/job_text.h"

namespace videojobs::cli {
namespace {

constexpr int kLargestPage = 1000;

void SetTime(const std::optional<absl::Time>& time, google::protobuf::Timestamp* (v1::ListJobsRequest::*field)(),
             v1::ListJobsRequest& request) {
  if (!time) return;
  const std::int64_t seconds = absl::ToUnixSeconds(*time);
  google::protobuf::Timestamp& timestamp = *(request.*field)();
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<int>(absl::ToInt64Nanoseconds(*time - absl::FromUnixSeconds(seconds))));
}

v1::ListJobsRequest FilterFor(const ListOptions& options) {
  v1::ListJobsRequest request;
  for (const std::string& word : options.states) {
    v1::JobState state = v1::JOB_STATE_UNSPECIFIED;
    v1::JobState_Parse(absl::StrCat("JOB_STATE_", absl::AsciiStrToUpper(word)), &state);
    request.add_states(state);
  }
  request.set_escalation_id(options.escalation_id);
  SetTime(options.created_after, &v1::ListJobsRequest::mutable_created_after, request);
  SetTime(options.created_before, &v1::ListJobsRequest::mutable_created_before, request);
  return request;
}

}  // namespace

int List(const ListOptions& options, Client& client, Console& console) {
  v1::ListJobsRequest request = FilterFor(options);
  int left = options.limit == 0 ? INT32_MAX : options.limit;
  do {
    request.set_page_size(std::min(left, kLargestPage));
    v1::ListJobsResponse response;
    const grpc::Status status = client.ListJobs(request, response);
    if (!status.ok()) {
      console.err << Describe(status, client.server());
      return ExitCodeFor(status);
    }
    if (!options.json && request.page_token().empty()) console.out << ListHeader();
    for (const v1::Job& job : response.jobs()) console.out << (options.json ? JsonText(job) : ListLine(job));
    left -= response.jobs_size();
    request.set_page_token(response.next_page_token());
  } while (left > 0 && !request.page_token().empty());
  console.out << std::flush;
  return kOk;
}

}  // namespace videojobs::cli
