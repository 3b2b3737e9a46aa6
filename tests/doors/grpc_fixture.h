#ifndef VIDEOJOBS_TESTS_DOORS_GRPC_FIXTURE_H_
#define VIDEOJOBS_TESTS_DOORS_GRPC_FIXTURE_H_

#include <memory>
#include <stdexcept>
#include <string>

#include "absl/strings/str_cat.h"
#include "google/rpc/errors.pb.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "server/doors/grpc_server.h"
#include "tests/doors/behind_the_doors.h"
#include "videojobs/v1/video_jobs.grpc.pb.h"

namespace videojobs {

// A gRPC door on a free port, and a client of it.
class GrpcDoorTest : public testing::Test {
 protected:
  // With `on_store` the jobs are those of behind_.store.
  explicit GrpcDoorTest(bool generation_enabled = true, bool on_store = false) : behind_(generation_enabled) {
    GrpcSettings settings;
    settings.listen = "127.0.0.1:0";
    auto started = GrpcServer::Start(settings, on_store ? behind_.ports_to_store() : behind_.ports());
    if (!started.ok()) throw std::runtime_error(started.status().ToString());
    server_ = *std::move(started);
    channel_ = grpc::CreateChannel(absl::StrCat("127.0.0.1:", server_->port()), grpc::InsecureChannelCredentials());
    stub_ = v1::VideoJobs::NewStub(channel_);
  }

  // "INVALID_REQUEST videos[0].response_text": the reason, and the first wrong field.
  static std::string Why(const grpc::Status& status) {
    google::rpc::Status said;
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad;
    said.ParseFromString(status.error_details());
    for (const auto& any : said.details()) {
      if (!any.UnpackTo(&info)) any.UnpackTo(&bad);
    }
    const std::string field = bad.field_violations_size() > 0 ? " " + bad.field_violations(0).field() : "";
    return info.domain() == "videojobs" ? info.reason() + field : "(no ErrorInfo of ours)";
  }

  BehindTheDoors behind_;
  std::unique_ptr<GrpcServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::VideoJobs::Stub> stub_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_DOORS_GRPC_FIXTURE_H_
