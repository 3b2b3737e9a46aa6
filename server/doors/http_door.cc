#include "server/doors/http_door.h"

#include <httplib.h>
#include <sys/socket.h>

#include <cstddef>
#include <exception>
#include <future>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/doors/host_names.h"
#include "server/doors/http_routes.h"
#include "server/setting_values.h"

namespace videojobs {
namespace {

constexpr std::size_t kMostBodyBytes = 64 * 1024;

// The library's default shares a taken port in silence.
void OnlyReuseAddress(int socket) {
  const int yes = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
}

using Handled = httplib::Server::HandlerResponse;

void Configure(httplib::Server& server) {
  server.set_socket_options(OnlyReuseAddress);
  server.set_tcp_nodelay(true);
  server.set_payload_max_length(kMostBodyBytes);
  // One request per connection: an idle one would hold a thread, and what is left of a body that was not read would be
  // taken for the next request.
  server.set_keep_alive_max_count(1);
}

void Route(const HttpRoutes& routes, Log& log, httplib::Server& server) {
  server.set_pre_routing_handler([&routes](const httplib::Request& request, httplib::Response& response) {
    // The library would apply ranges to every answer, JSON too, and 0.11 without a look at their bounds. The request is
    // its own local variable; what is const is only this view of it.
    const_cast<httplib::Request&>(request).ranges.clear();
    return routes.AnswerWithoutBody(request, response) ? Handled::Handled : Handled::Unhandled;
  });
  server.Post("/api/video/poll", [&routes](const httplib::Request& request, httplib::Response& response) {
    routes.Poll(request, response);
  });
  server.set_error_handler(
      httplib::Server::HandlerWithResponse([](const httplib::Request&, httplib::Response& response) {
        if (!response.body.empty()) return Handled::Unhandled;
        HttpRoutes::FillError(response);
        return Handled::Handled;
      }));
  server.set_exception_handler([&log](const httplib::Request&, httplib::Response& response, std::exception_ptr thrown) {
    response.status = 500;
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
      log.Write({Severity::kError, Component::kPollApi, "a request failed", {{"error", error.what()}}});
    }
  });
}

}  // namespace

struct HttpDoor::Parts {
  Parts(const HttpSettings& settings, const std::string& host, const DoorPorts& ports)
      : routes(settings, host, ports) {}

  HttpRoutes routes;
  httplib::Server server;
  int port = 0;
  std::thread listener;
};

absl::StatusOr<std::unique_ptr<HttpDoor>> HttpDoor::Start(const HttpSettings& settings, const DoorPorts& ports) {
  const auto address = ParseHostPort(settings.listen);
  if (!address || address->host.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", settings.listen, "' is not an address to listen on; it must be HOST:PORT"));
  }
  auto parts = std::make_unique<Parts>(settings, address->host, ports);
  Configure(parts->server);
  Route(parts->routes, ports.log, parts->server);
  parts->port = address->port;
  if (address->port == 0) parts->port = parts->server.bind_to_any_port(address->host);
  if (parts->port <= 0 || (address->port != 0 && !parts->server.bind_to_port(address->host, address->port))) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", settings.listen,
                                               " for HTTP: the port is taken, or the address is not this machine's"));
  }
  // The library stops only what runs already: wait for its thread to be there.
  std::promise<void> running;
  parts->server.new_task_queue = [&running, threads = settings.threads] {
    running.set_value();
    return new httplib::ThreadPool(static_cast<std::size_t>(threads));
  };
  parts->listener = std::thread([server = &parts->server] { server->listen_after_bind(); });
  running.get_future().wait();
  return std::unique_ptr<HttpDoor>(new HttpDoor(std::move(parts)));
}

HttpDoor::HttpDoor(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

HttpDoor::~HttpDoor() { Shutdown(); }

int HttpDoor::port() const { return parts_->port; }

void HttpDoor::Shutdown() {
  parts_->server.stop();
  if (parts_->listener.joinable()) parts_->listener.join();
}

}  // namespace videojobs
