#ifndef VIDEOJOBS_SERVER_DOORS_HTTP_DOOR_H_
#define VIDEOJOBS_SERVER_DOORS_HTTP_DOOR_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/doors/door_ports.h"

namespace videojobs {

struct HttpSettings {
  std::string listen = "127.0.0.1:8080";               // VIDEOJOBS_HTTP_LISTEN; port 0 takes a free one
  std::string cron_secret;                             // CRON_SECRET; empty: the poll route is open
  std::string public_url;                              // VIDEOJOBS_PUBLIC_URL: its host may be asked for
  std::vector<std::string> allowed_hosts;              // further values of the Host header
  int threads = 32;                                    // requests at once; a video being watched is one
  absl::Duration poll_time_limit = absl::Seconds(50);  // of a poll: proxies usually give up at 60 s
};

// The HTTP door:
//   GET, POST /api/video/poll                    one sweep; asks for CRON_SECRET as bearer token where that is set
//   GET /api/escalations/{id}/video-status       the escalation's newest job
//   GET /videos/{name}                           a stored video, with ranges, or a redirect to it
//   GET /healthz                                 200 while the process lives
//   GET /readyz                                  200 when the database can be used, else 503 and why
// GET goes for HEAD as well, but for the poll. Everything but videos is JSON; errors are {"error","reason"}, those of
// the poll have the poll's own shape with "success":false. 421 for a Host header that is not ours, 405 with Allow, 411
// and 413 for a body without Content-Length or of over 64 KiB. No CORS headers. One request per connection.
// Thread-safe.
class HttpDoor {
 public:
  // Listens and serves from here on. INVALID_ARGUMENT: `listen` is not HOST:PORT. UNAVAILABLE: the address cannot be
  // had, e.g. because its port is taken. Both name it. What `ports` names outlives the door.
  static absl::StatusOr<std::unique_ptr<HttpDoor>> Start(const HttpSettings& settings, const DoorPorts& ports);

  // As Shutdown.
  ~HttpDoor();

  int port() const;

  // Takes no more requests, cuts videos short, lets other requests end, and returns when the last has. Idempotent.
  void Shutdown();

 private:
  struct Parts;
  explicit HttpDoor(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_DOORS_HTTP_DOOR_H_
