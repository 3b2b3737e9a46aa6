#ifndef VIDEOJOBS_SERVER_DOORS_HTTP_ROUTES_H_
#define VIDEOJOBS_SERVER_DOORS_HTTP_ROUTES_H_

#include <httplib.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/doors/door_ports.h"
#include "server/doors/host_names.h"
#include "server/doors/http_door.h"

namespace videojobs {

// What each path of the HTTP door answers (http_door.h lists them). Thread-safe.
class HttpRoutes {
 public:
  // `listen_host` is the host that is listened on.
  HttpRoutes(const HttpSettings& settings, const std::string& listen_host, const DoorPorts& ports);

  // Answers a request whose body does not matter. False: its body is to be read first, then Poll answers.
  bool AnswerWithoutBody(const httplib::Request& request, httplib::Response& response) const;

  // GET and POST /api/video/poll: one sweep.
  void Poll(const httplib::Request& request, httplib::Response& response) const;

  // The body of an error that the HTTP library gives by itself.
  static void FillError(httplib::Response& response);

 private:
  bool Admit(const httplib::Request& request, httplib::Response& response) const;
  void Status(const std::string& escalation_id, httplib::Response& response) const;
  void Video(const std::string& name, const httplib::Request& request, httplib::Response& response) const;
  void Ready(httplib::Response& response) const;
  void AnswerError(const absl::Status& status, absl::string_view call, httplib::Response& response) const;

  DoorPorts ports_;
  std::string cron_secret_;
  absl::Duration poll_time_limit_;
  HostNames host_names_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_DOORS_HTTP_ROUTES_H_
