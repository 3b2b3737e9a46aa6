#include "cli/client.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <chrono>
#include <utility>

namespace videojobs::cli {
namespace {

constexpr absl::Duration kUsualLimit = absl::Seconds(30);
// A sweep starts, polls and downloads; the server bounds it by itself at five minutes.
constexpr absl::Duration kSweepLimit = absl::Minutes(6);
// 1000 jobs with room to spare; gRPC's own limit is 4 MiB.
constexpr int kMostResponseBytes = 32 << 20;

std::shared_ptr<grpc::Channel> Connect(const std::string& server) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMostResponseBytes);
  // The server is ours and near: a web proxy from the environment would only be in the way.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(server, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace

Client::Client(const std::string& server, Interrupt& interrupt)
    : server_(server), interrupt_(interrupt), stub_(v1::VideoJobs::NewStub(Connect(server))) {}

template <typename Request, typename Response>
grpc::Status Client::Call(Method<Request, Response> method, const Request& request, Response& response,
                          absl::Duration limit) {
  if (interrupt_.triggered()) return {grpc::StatusCode::CANCELLED, "interrupted"};
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(limit));
  grpc::Status status;
  bool answered = false;
  const auto is_answered = [&] { return answered; };
  (stub_->async()->*method)(&context, &request, &response, [&](grpc::Status answer) {
    interrupt_.Update([&] {
      status = std::move(answer);
      answered = true;
    });
  });
  if (!interrupt_.WaitFor(is_answered, absl::InfiniteDuration())) {
    context.TryCancel();
    interrupt_.WaitThrough(is_answered);
  }
  return status;
}

grpc::Status Client::CreateJobs(const v1::CreateJobsRequest& request, v1::CreateJobsResponse& response) {
  return Call<v1::CreateJobsRequest, v1::CreateJobsResponse>(&Async::CreateJobs, request, response, kUsualLimit);
}

grpc::Status Client::PollAll(const v1::PollAllRequest& request, v1::PollAllResponse& response) {
  return Call<v1::PollAllRequest, v1::PollAllResponse>(&Async::PollAll, request, response, kSweepLimit);
}

grpc::Status Client::GetStatus(const v1::GetStatusRequest& request, v1::GetStatusResponse& response) {
  return Call<v1::GetStatusRequest, v1::GetStatusResponse>(&Async::GetStatus, request, response, kUsualLimit);
}

grpc::Status Client::ListJobs(const v1::ListJobsRequest& request, v1::ListJobsResponse& response) {
  return Call<v1::ListJobsRequest, v1::ListJobsResponse>(&Async::ListJobs, request, response, kUsualLimit);
}

grpc::Status Client::RetryJob(const v1::RetryJobRequest& request, v1::RetryJobResponse& response) {
  return Call<v1::RetryJobRequest, v1::RetryJobResponse>(&Async::RetryJob, request, response, kUsualLimit);
}

grpc::Status Client::CancelJob(const v1::CancelJobRequest& request, v1::CancelJobResponse& response) {
  return Call<v1::CancelJobRequest, v1::CancelJobResponse>(&Async::CancelJob, request, response, kUsualLimit);
}

grpc::Status Client::ExplainJob(const v1::ExplainJobRequest& request, v1::ExplainJobResponse& response) {
  return Call<v1::ExplainJobRequest, v1::ExplainJobResponse>(&Async::ExplainJob, request, response, kUsualLimit);
}

grpc::Status Client::GetCosts(const v1::GetCostsRequest& request, v1::GetCostsResponse& response) {
  return Call<v1::GetCostsRequest, v1::GetCostsResponse>(&Async::GetCosts, request, response, kUsualLimit);
}

}  // namespace videojobs::cli
