#include "server/doors/grpc_server.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "grpc/health/v1/health.pb.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/resource_quota.h"
#include "server/doors/grpc_service.h"

namespace videojobs {
namespace {

constexpr int kMostRequestBytes = 32 << 20;
constexpr int kKeepaliveMillis = 60'000;
constexpr int kKeepaliveTimeoutMillis = 20'000;
constexpr int kLeastPingIntervalMillis = 10'000;

// gRPC has these two as switches of the whole process; they are read when a server is built.
void EnableStandardServices() {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  // gRPC's own health service has no descriptor: keep ours in the program, or reflection cannot describe it.
  google::protobuf::LinkMessageReflection<grpc::health::v1::HealthCheckRequest>();
}

void Configure(const GrpcSettings& settings, grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(kMostRequestBytes);
  // Without it two servers share a port in silence, and callers reach either.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // Finds callers that are gone, and allows them the pings that keep a long PollAll alive through a NAT.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMillis);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMillis);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kLeastPingIntervalMillis);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  grpc::ResourceQuota quota("videojobs");
  quota.SetMaxThreads(settings.most_threads);
  builder.SetResourceQuota(quota);
}

}  // namespace

struct GrpcServer::Parts {
  explicit Parts(const DoorPorts& ports) : service(ports) {}

  GrpcService service;
  int port = 0;
  std::unique_ptr<grpc::Server> server;  // ends before the service
};

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(const GrpcSettings& settings, const DoorPorts& ports) {
  EnableStandardServices();
  auto parts = std::make_unique<Parts>(ports);
  grpc::ServerBuilder builder;
  Configure(settings, builder);
  builder.AddListeningPort(settings.listen, grpc::InsecureServerCredentials(), &parts->port);
  builder.RegisterService(&parts->service);
  parts->server = builder.BuildAndStart();
  if (parts->server == nullptr || parts->port == 0) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", settings.listen,
                                               " for gRPC: the port is taken, or the address is not this machine's"));
  }
  std::unique_ptr<GrpcServer> started(new GrpcServer(std::move(parts)));
  started->SetServing(true);
  return started;
}

GrpcServer::GrpcServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

GrpcServer::~GrpcServer() { Shutdown(absl::ZeroDuration()); }

int GrpcServer::port() const { return parts_->port; }

void GrpcServer::SetServing(bool serving) {
  auto* health = parts_->server->GetHealthCheckService();
  health->SetServingStatus(serving);
  health->SetServingStatus(v1::VideoJobs::service_full_name(), serving);
}

void GrpcServer::Shutdown(absl::Duration patience) {
  parts_->server->GetHealthCheckService()->Shutdown();
  parts_->server->Shutdown(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(patience));
  parts_->server->Wait();
}

}  // namespace videojobs
