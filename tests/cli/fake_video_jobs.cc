#include "tests/cli/fake_video_jobs.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <chrono>

namespace videojobs::cli {

FakeVideoJobs::FakeVideoJobs() {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
}

FakeVideoJobs::~FakeVideoJobs() { server_->Shutdown(std::chrono::system_clock::now()); }

std::string FakeVideoJobs::address() const { return "127.0.0.1:" + std::to_string(port_); }

grpc::Status FakeVideoJobs::CreateJobs(grpc::ServerContext*, const v1::CreateJobsRequest* request,
                                       v1::CreateJobsResponse* response) {
  creates.push_back(*request);
  if (!error.ok()) return error;
  *response->add_jobs() = looks.front();
  return grpc::Status::OK;
}

grpc::Status FakeVideoJobs::GetStatus(grpc::ServerContext*, const v1::GetStatusRequest* request,
                                      v1::GetStatusResponse* response) {
  lookups.push_back(*request);
  at_each_look();
  if (!error.ok()) return error;
  *response->mutable_job() = looks.front();
  if (looks.size() > 1) looks.pop_front();
  return grpc::Status::OK;
}

grpc::Status FakeVideoJobs::ListJobs(grpc::ServerContext*, const v1::ListJobsRequest* request,
                                     v1::ListJobsResponse* response) {
  listings.push_back(*request);
  if (!error.ok() || pages.empty()) return error;
  *response = pages.front();
  pages.pop_front();
  return grpc::Status::OK;
}

grpc::Status FakeVideoJobs::PollAll(grpc::ServerContext*, const v1::PollAllRequest* request,
                                    v1::PollAllResponse* response) {
  sweeps.push_back(*request);
  if (!error.ok()) return error;
  *response = did;
  return grpc::Status::OK;
}

grpc::Status FakeVideoJobs::ExplainJob(grpc::ServerContext*, const v1::ExplainJobRequest*,
                                       v1::ExplainJobResponse* response) {
  *response = explained;
  return error;
}

grpc::Status FakeVideoJobs::GetCosts(grpc::ServerContext*, const v1::GetCostsRequest*, v1::GetCostsResponse* response) {
  *response = costs;
  return error;
}

grpc::Status Refusal(grpc::StatusCode code, const std::string& message, const google::rpc::ErrorInfo& info,
                     const google::rpc::BadRequest& bad_request) {
  google::rpc::Status details;
  details.set_code(code);
  details.set_message(message);
  details.add_details()->PackFrom(info);
  if (bad_request.field_violations_size() > 0) details.add_details()->PackFrom(bad_request);
  return {code, message, details.SerializeAsString()};
}

}  // namespace videojobs::cli
