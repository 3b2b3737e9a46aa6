#include "server/doors/grpc_server.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "gtest/gtest.h"
#include "tests/doors/grpc_fixture.h"

namespace videojobs {
namespace {

using grpc::health::v1::Health;
using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;
using testing::HasSubstr;

using GrpcServerTest = GrpcDoorTest;

HealthCheckResponse::ServingStatus HealthOf(const std::shared_ptr<grpc::Channel>& channel, const std::string& service) {
  HealthCheckRequest request;
  request.set_service(service);
  HealthCheckResponse response;
  grpc::ClientContext context;
  const auto status = Health::NewStub(channel)->Check(&context, request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response.status();
}

TEST_F(GrpcServerTest, Health_ServesTheWholeAndTheService) {
  EXPECT_EQ(HealthOf(channel_, ""), HealthCheckResponse::SERVING);
  EXPECT_EQ(HealthOf(channel_, "videojobs.v1.VideoJobs"), HealthCheckResponse::SERVING);
}

TEST_F(GrpcServerTest, SetServingFalse_IsSeenByHealthClients) {
  server_->SetServing(false);
  EXPECT_EQ(HealthOf(channel_, "videojobs.v1.VideoJobs"), HealthCheckResponse::NOT_SERVING);
}

TEST_F(GrpcServerTest, RequestOver32Mebibytes_IsResourceExhausted) {
  v1::CreateJobsRequest request;
  request.add_videos()->set_response_text(std::string(33 << 20, 'x'));
  v1::CreateJobsResponse response;
  grpc::ClientContext context;
  EXPECT_EQ(stub_->CreateJobs(&context, request, &response).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(GrpcServerTest, TakenPort_IsAnErrorThatNamesIt) {
  GrpcSettings settings;
  settings.listen = absl::StrCat("127.0.0.1:", server_->port());
  const auto second = GrpcServer::Start(settings, behind_.ports());
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(settings.listen));
}

TEST_F(GrpcServerTest, Shutdown_RefusesFurtherCallsAndMayBeRepeated) {
  server_->Shutdown(absl::Seconds(1));
  server_->Shutdown(absl::Seconds(1));
  v1::GetStatusResponse response;
  grpc::ClientContext context;
  EXPECT_EQ(stub_->GetStatus(&context, {}, &response).error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace videojobs
