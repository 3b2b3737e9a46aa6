#ifndef VIDEOJOBS_SERVER_DOORS_GRPC_SERVICE_H_
#define VIDEOJOBS_SERVER_DOORS_GRPC_SERVICE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/doors/door_ports.h"
#include "videojobs/v1/video_jobs.grpc.pb.h"

namespace videojobs {

// The gRPC service: translation between the API and what is behind the door. The contract is video_jobs.proto.
//
// A text that is not valid UTF-8 never gets here: gRPC answers INTERNAL by itself, without details. Neither does a
// request of over 32 MiB: RESOURCE_EXHAUSTED.
class GrpcService final : public v1::VideoJobs::Service {
 public:
  explicit GrpcService(const DoorPorts& ports) : ports_(ports) {}

  grpc::Status CreateJobs(grpc::ServerContext* context, const v1::CreateJobsRequest* request,
                          v1::CreateJobsResponse* response) override;
  grpc::Status PollAll(grpc::ServerContext* context, const v1::PollAllRequest* request,
                       v1::PollAllResponse* response) override;
  grpc::Status GetStatus(grpc::ServerContext* context, const v1::GetStatusRequest* request,
                         v1::GetStatusResponse* response) override;
  grpc::Status BatchGetStatus(grpc::ServerContext* context, const v1::BatchGetStatusRequest* request,
                              v1::BatchGetStatusResponse* response) override;
  grpc::Status ListJobs(grpc::ServerContext* context, const v1::ListJobsRequest* request,
                        v1::ListJobsResponse* response) override;
  grpc::Status RetryJob(grpc::ServerContext* context, const v1::RetryJobRequest* request,
                        v1::RetryJobResponse* response) override;
  grpc::Status CancelJob(grpc::ServerContext* context, const v1::CancelJobRequest* request,
                         v1::CancelJobResponse* response) override;
  grpc::Status ExplainJob(grpc::ServerContext* context, const v1::ExplainJobRequest* request,
                          v1::ExplainJobResponse* response) override;
  grpc::Status GetCosts(grpc::ServerContext* context, const v1::GetCostsRequest* request,
                        v1::GetCostsResponse* response) override;

 private:
  // The one way out of every handler.
  grpc::Status Answer(absl::string_view call, const absl::Status& status);

  DoorPorts ports_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_DOORS_GRPC_SERVICE_H_
