#ifndef VIDEOJOBS_SERVER_DOORS_REQUEST_PROTO_H_
#define VIDEOJOBS_SERVER_DOORS_REQUEST_PROTO_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "adapters/job_reader.h"
#include "server/engine/creating.h"
#include "videojobs/v1/video_jobs.pb.h"

namespace videojobs {

// Requests of the API as domain values. Errors are INVALID_ARGUMENT, INVALID_REQUEST, with the fields' paths. Pure.

// Checked by Creating, not here.
CreateRequest FromProto(const v1::CreateJobsRequest& request);

// How many jobs a sweep may work on.
absl::StatusOr<int> MaxJobsOf(const v1::PollAllRequest& request);

// The ids in lower case, each once, in the order of their first mention.
absl::StatusOr<std::vector<std::string>> JobIdsOf(const v1::BatchGetStatusRequest& request);

// What a listing asks for, its page token read.
struct ListQuery {
  JobFilter filter;
  std::optional<PageEnd> after;
  int limit = 0;
};
absl::StatusOr<ListQuery> FromProto(const v1::ListJobsRequest& request);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_DOORS_REQUEST_PROTO_H_
