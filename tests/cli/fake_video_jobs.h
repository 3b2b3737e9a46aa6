#ifndef VIDEOJOBS_TESTS_CLI_FAKE_VIDEO_JOBS_H_
#define VIDEOJOBS_TESTS_CLI_FAKE_VIDEO_JOBS_H_

#include <grpcpp/server.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "google/rpc/errors.pb.h"
#include "videojobs/v1/video_jobs.grpc.pb.h"

namespace videojobs::cli {

// A server that answers what a test tells it to, and keeps what it was asked. Listens on a free port of loopback.
class FakeVideoJobs final : public v1::VideoJobs::Service {
 public:
  FakeVideoJobs();
  ~FakeVideoJobs() override;

  std::string address() const;

  // What the next calls answer; the last look at a job repeats itself. An error is answered by every call.
  grpc::Status error;
  std::deque<v1::Job> looks;
  std::deque<v1::ListJobsResponse> pages;
  v1::PollAllResponse did;
  v1::ExplainJobResponse explained;
  v1::GetCostsResponse costs;
  std::function<void()> at_each_look = [] {};

  std::vector<v1::CreateJobsRequest> creates;
  std::vector<v1::GetStatusRequest> lookups;
  std::vector<v1::ListJobsRequest> listings;
  std::vector<v1::PollAllRequest> sweeps;

 private:
  grpc::Status CreateJobs(grpc::ServerContext* context, const v1::CreateJobsRequest* request,
                          v1::CreateJobsResponse* response) override;
  grpc::Status GetStatus(grpc::ServerContext* context, const v1::GetStatusRequest* request,
                         v1::GetStatusResponse* response) override;
  grpc::Status ListJobs(grpc::ServerContext* context, const v1::ListJobsRequest* request,
                        v1::ListJobsResponse* response) override;
  grpc::Status PollAll(grpc::ServerContext* context, const v1::PollAllRequest* request,
                       v1::PollAllResponse* response) override;
  grpc::Status ExplainJob(grpc::ServerContext* context, const v1::ExplainJobRequest* request,
                          v1::ExplainJobResponse* response) override;
  grpc::Status GetCosts(grpc::ServerContext* context, const v1::GetCostsRequest* request,
                        v1::GetCostsResponse* response) override;

  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

// An error as the real server gives it.
grpc::Status Refusal(grpc::StatusCode code, const std::string& message, const google::rpc::ErrorInfo& info,
                     const google::rpc::BadRequest& bad_request);

}  // namespace videojobs::cli

#endif  // VIDEOJOBS_TESTS_CLI_FAKE_VIDEO_JOBS_H_
