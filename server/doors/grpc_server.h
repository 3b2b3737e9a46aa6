#ifndef VIDEOJOBS_SERVER_DOORS_GRPC_SERVER_H_
#define VIDEOJOBS_SERVER_DOORS_GRPC_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/doors/door_ports.h"

namespace videojobs {

struct GrpcSettings {
  std::string listen = "127.0.0.1:50051";  // VIDEOJOBS_LISTEN; port 0 takes a free one
  int most_threads = 64;                   // calls beyond that are answered RESOURCE_EXHAUSTED
};

// The gRPC door: the service, reflection and the standard health service. Thread-safe.
class GrpcServer {
 public:
  // Listens and serves from here on. UNAVAILABLE: the address cannot be had, e.g. because its port is taken; the
  // message names it. What `ports` names outlives the server.
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(const GrpcSettings& settings, const DoorPorts& ports);

  // As Shutdown with no time to wait.
  ~GrpcServer();

  int port() const;

  // What health clients see, of the whole server and of the service: SERVING at first.
  void SetServing(bool serving);

  // Takes no more calls, lets those under way end for up to `patience`, then cancels them, and returns when the last
  // handler has returned. Idempotent.
  void Shutdown(absl::Duration patience);

 private:
  struct Parts;
  explicit GrpcServer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_DOORS_GRPC_SERVER_H_
