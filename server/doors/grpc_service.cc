#include "server/doors/grpc_service.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "adapters/refusal.h"
#include "server/doors/audit_proto.h"
#include "server/doors/caller_status.h"
#include "server/doors/grpc_status.h"
#include "server/doors/job_lookup.h"
#include "server/doors/job_proto.h"
#include "server/doors/job_view.h"
#include "server/doors/page_token.h"
#include "server/doors/poll_call.h"
#include "server/doors/request_proto.h"
#include "server/engine/creating_checks.h"
#include "server/engine/explaining.h"

namespace videojobs {
namespace {

constexpr absl::Duration kLongestPoll = absl::Minutes(5);
constexpr absl::Duration kShortestPoll = absl::Milliseconds(50);

// Measured by the wall clock that gRPC counts deadlines with, whatever clock the engine is given.
absl::Duration RemainingTime(const grpc::ServerContext& context) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return absl::InfiniteDuration();
  return absl::FromChrono(deadline - std::chrono::system_clock::now());
}

// How long a sweep may take so that its answer is back before the deadline.
absl::Duration TimeLimit(absl::Duration remaining) {
  if (remaining == absl::InfiniteDuration()) return kLongestPoll;
  const absl::Duration margin = std::clamp(remaining / 10, absl::Milliseconds(20), absl::Seconds(1));
  return std::min(remaining - margin, kLongestPoll);
}

absl::Status DeadlineTooShort(absl::string_view least) {
  return Refuse(absl::StatusCode::kDeadlineExceeded,
                absl::StrCat("the call's deadline leaves no time; nothing was done, call again with ", least),
                {"DEADLINE_TOO_SHORT", {}, {}});
}

template <typename Jobs>
absl::Status AddJobs(const std::vector<Job>& jobs, const DoorPorts& ports, Jobs& out) {
  const auto views = ViewsOf(jobs, ports);
  if (!views.ok()) return views.status();
  for (std::size_t i = 0; i < jobs.size(); ++i) ToProto(jobs[i], (*views)[i], *out.Add());
  return absl::OkStatus();
}

absl::Status Create(const v1::CreateJobsRequest& request, const DoorPorts& ports, v1::CreateJobsResponse& response) {
  const auto jobs = ports.creating.Create(FromProto(request));
  if (!jobs.ok()) return jobs.status();
  return AddJobs(*jobs, ports, *response.mutable_jobs());
}

absl::Status Poll(const v1::PollAllRequest& request, absl::Duration remaining, const DoorPorts& ports,
                  v1::PollAllResponse& response) {
  const auto max_jobs = MaxJobsOf(request);
  if (!max_jobs.ok()) return max_jobs.status();
  if (remaining < kShortestPoll) return DeadlineTooShort("a deadline of a second or more");
  const auto report = PollForCaller(ports, "PollAll", *max_jobs, TimeLimit(remaining));
  if (!report.ok()) return report.status();
  ToProto(*report, response);
  return absl::OkStatus();
}

absl::StatusOr<Job> Find(const v1::GetStatusRequest& request, JobReader& reader) {
  switch (request.target_case()) {
    case v1::GetStatusRequest::kJobId:
      return JobOfId(request.job_id(), reader);
    case v1::GetStatusRequest::kEscalationId:
      return NewestOfEscalation(request.escalation_id(), reader);
    case v1::GetStatusRequest::TARGET_NOT_SET:
      break;
  }
  return RefuseRequest({{"target", "is missing; send job_id or escalation_id"}});
}

absl::Status SetJob(const Job& job, const DoorPorts& ports, v1::Job& out) {
  const auto views = ViewsOf({job}, ports);
  if (!views.ok()) return views.status();
  ToProto(job, views->front(), out);
  return absl::OkStatus();
}

absl::Status GetOne(const v1::GetStatusRequest& request, const DoorPorts& ports, v1::GetStatusResponse& response) {
  const auto job = Find(request, ports.reader);
  return job.ok() ? SetJob(*job, ports, *response.mutable_job()) : job.status();
}

absl::Status Retry(const v1::RetryJobRequest& request, const DoorPorts& ports, v1::RetryJobResponse& response) {
  const auto& names = request.accept_possible_second_charge();
  const std::vector<std::string> accepted(names.begin(), names.end());
  if (absl::Status checked = CheckAcceptedStarts(accepted); !checked.ok()) return checked;
  const auto known = JobOfId(request.job_id(), ports.reader);
  if (!known.ok()) return known.status();
  const auto job = ports.retrying.Retry(known->id, accepted);
  return job.ok() ? SetJob(*job, ports, *response.mutable_job()) : job.status();
}

absl::Status Cancel(const v1::CancelJobRequest& request, const DoorPorts& ports, v1::CancelJobResponse& response) {
  const auto known = JobOfId(request.job_id(), ports.reader);
  if (!known.ok()) return known.status();
  const auto job = ports.cancelling.Cancel(known->id);
  return job.ok() ? SetJob(*job, ports, *response.mutable_job()) : job.status();
}

absl::Status ExplainOne(const v1::ExplainJobRequest& request, const DoorPorts& ports,
                        v1::ExplainJobResponse& response) {
  const auto known = JobOfId(request.job_id(), ports.reader);
  if (!known.ok()) return known.status();
  const auto explanation = Explain(known->id, ports.audit, ports.generators);
  if (!explanation.ok()) return explanation.status();
  ToProto(*explanation, request.include_texts(), response);
  return SetJob(explanation->history.job, ports, *response.mutable_job());
}

absl::Status Costs(const v1::GetCostsRequest& request, const DoorPorts& ports, v1::GetCostsResponse& response) {
  const auto today = ports.audit.Today();
  if (!today.ok()) return today.status();
  const auto days = DaysOf(request, *today);
  if (!days.ok()) return days.status();
  const auto lines = ports.audit.Costs(days->first, days->second);
  if (!lines.ok()) return lines.status();
  const auto spent = ports.audit.SpentSoFar();
  if (!spent.ok()) return spent.status();
  for (const CostLine& line : *lines) ToProto(line, *response.add_rows());
  response.set_spent_today_micros(spent->today_micros);
  response.set_spent_total_micros(spent->total_micros);
  if (ports.daily_cap_micros) response.set_daily_limit_micros(*ports.daily_cap_micros);
  if (ports.total_cap_micros) response.set_total_limit_micros(*ports.total_cap_micros);
  return absl::OkStatus();
}

absl::Status GetMany(const v1::BatchGetStatusRequest& request, const DoorPorts& ports,
                     v1::BatchGetStatusResponse& response) {
  const auto ids = JobIdsOf(request);
  if (!ids.ok()) return ids.status();
  const auto jobs = ports.reader.Get(*ids);
  if (!jobs.ok()) return jobs.status();
  std::set<std::string> found;
  for (const Job& job : *jobs) found.insert(job.id);
  for (const std::string& id : *ids) {
    if (found.count(id) == 0) response.add_missing_job_ids(id);
  }
  return AddJobs(*jobs, ports, *response.mutable_jobs());
}

absl::Status List(const v1::ListJobsRequest& request, const DoorPorts& ports, v1::ListJobsResponse& response) {
  const auto query = FromProto(request);
  if (!query.ok()) return query.status();
  const auto page = ports.reader.List(query->filter, query->after, query->limit);
  if (!page.ok()) return page.status();
  if (page->next) response.set_next_page_token(ToPageToken(*page->next, query->filter));
  return AddJobs(page->jobs, ports, *response.mutable_jobs());
}

}  // namespace

grpc::Status GrpcService::Answer(absl::string_view call, const absl::Status& status) {
  return status.ok() ? grpc::Status::OK : ToGrpcStatus(ForCaller(status, call, ports_.log));
}

grpc::Status GrpcService::CreateJobs(grpc::ServerContext* context, const v1::CreateJobsRequest* request,
                                     v1::CreateJobsResponse* response) {
  if (RemainingTime(*context) <= absl::ZeroDuration()) {
    return Answer("CreateJobs", DeadlineTooShort("a later deadline and the same request_id"));
  }
  return Answer("CreateJobs", Create(*request, ports_, *response));
}

grpc::Status GrpcService::PollAll(grpc::ServerContext* context, const v1::PollAllRequest* request,
                                  v1::PollAllResponse* response) {
  return Answer("PollAll", Poll(*request, RemainingTime(*context), ports_, *response));
}

grpc::Status GrpcService::GetStatus(grpc::ServerContext*, const v1::GetStatusRequest* request,
                                    v1::GetStatusResponse* response) {
  return Answer("GetStatus", GetOne(*request, ports_, *response));
}

grpc::Status GrpcService::BatchGetStatus(grpc::ServerContext*, const v1::BatchGetStatusRequest* request,
                                         v1::BatchGetStatusResponse* response) {
  return Answer("BatchGetStatus", GetMany(*request, ports_, *response));
}

grpc::Status GrpcService::ListJobs(grpc::ServerContext*, const v1::ListJobsRequest* request,
                                   v1::ListJobsResponse* response) {
  return Answer("ListJobs", List(*request, ports_, *response));
}

grpc::Status GrpcService::RetryJob(grpc::ServerContext*, const v1::RetryJobRequest* request,
                                   v1::RetryJobResponse* response) {
  return Answer("RetryJob", Retry(*request, ports_, *response));
}

grpc::Status GrpcService::CancelJob(grpc::ServerContext*, const v1::CancelJobRequest* request,
                                    v1::CancelJobResponse* response) {
  return Answer("CancelJob", Cancel(*request, ports_, *response));
}

grpc::Status GrpcService::ExplainJob(grpc::ServerContext*, const v1::ExplainJobRequest* request,
                                     v1::ExplainJobResponse* response) {
  return Answer("ExplainJob", ExplainOne(*request, ports_, *response));
}

grpc::Status GrpcService::GetCosts(grpc::ServerContext*, const v1::GetCostsRequest* request,
                                   v1::GetCostsResponse* response) {
  return Answer("GetCosts", Costs(*request, ports_, *response));
}

}  // namespace videojobs
