#ifndef VIDEOJOBS_CLI_CLIENT_H_
#define VIDEOJOBS_CLI_CLIENT_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "cli/interrupt.h"
#include "videojobs/v1/video_jobs.grpc.pb.h"

namespace videojobs::cli {

// The API, as a client sees it. Calls return when they are answered, when their time limit has passed, or, with
// CANCELLED, when the user interrupts. Nothing is repeated.
class Client {
 public:
  // Connects with the first call. `server` is HOST:PORT. `interrupt` is borrowed.
  Client(const std::string& server, Interrupt& interrupt);

  grpc::Status CreateJobs(const v1::CreateJobsRequest& request, v1::CreateJobsResponse& response);
  grpc::Status PollAll(const v1::PollAllRequest& request, v1::PollAllResponse& response);
  grpc::Status GetStatus(const v1::GetStatusRequest& request, v1::GetStatusResponse& response);
  grpc::Status ListJobs(const v1::ListJobsRequest& request, v1::ListJobsResponse& response);
  grpc::Status RetryJob(const v1::RetryJobRequest& request, v1::RetryJobResponse& response);
  grpc::Status CancelJob(const v1::CancelJobRequest& request, v1::CancelJobResponse& response);
  grpc::Status ExplainJob(const v1::ExplainJobRequest& request, v1::ExplainJobResponse& response);
  grpc::Status GetCosts(const v1::GetCostsRequest& request, v1::GetCostsResponse& response);

  const std::string& server() const { return server_; }

 private:
  using Async = v1::VideoJobs::StubInterface::async_interface;
  template <typename Request, typename Response>
  using Method = void (Async::*)(grpc::ClientContext*, const Request*, Response*, std::function<void(grpc::Status)>);

  template <typename Request, typename Response>
  grpc::Status Call(Method<Request, Response> method, const Request& request, Response& response, absl::Duration limit);

  std::string server_;
  Interrupt& interrupt_;
  std::unique_ptr<v1::VideoJobs::Stub> stub_;
};

}  // namespace videojobs::cli

#endif  // VIDEOJOBS_CLI_CLIENT_H_
