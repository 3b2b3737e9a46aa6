#include "simulator/simulator.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>
#include <cstddef>
#include <random>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "httplib.h"
#include "simulator/backend.h"
#include "simulator/control.h"
#include "simulator/gemini_files.h"
#include "simulator/gemini_veo.h"
#include "simulator/interactions.h"
#include "simulator/oauth.h"
#include "simulator/object_store.h"
#include "simulator/storyboards.h"
#include "simulator/vertex_veo.h"
#include "simulator/videos.h"

namespace videojobs::simulator {
namespace {

constexpr size_t kMaxBody = 20 * 1024 * 1024;  // About what Google takes inline.
constexpr int kBacklog = 1024;                 // cpp-httplib's own 5 makes bursts of fresh connections wait seconds.
constexpr int kKeepAliveSeconds = 20;
constexpr absl::Duration kMaxLatency = absl::Hours(24 * 24);

bool IsLoopback(const std::string& host) {
  in_addr v4{};
  in6_addr v6{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
  if (inet_pton(AF_INET6, host.c_str(), &v6) == 1) return IN6_IS_ADDR_LOOPBACK(&v6);
  return host == "localhost";
}

absl::Status Check(const SimulatorOptions& options) {
  if (!IsLoopback(options.host)) {
    return absl::InvalidArgumentError(
        absl::StrCat("listen: \"", options.host,
                     "\" is not a loopback address; the simulator serves anyone who asks, "
                     "so it listens on 127.0.0.1, ::1 or localhost only"));
  }
  if (options.port < 0 || options.port > 65535) {
    return absl::InvalidArgumentError(
        absl::StrCat("listen: ", options.port, " is not a port; it is a number from 0 (any free one) to 65535"));
  }
  if (options.latency < absl::ZeroDuration() || options.latency > kMaxLatency) {
    return absl::InvalidArgumentError(absl::StrCat("latency: ", absl::FormatDuration(options.latency),
                                                   " is out of range; it is a duration from 0 to 576h"));
  }
  if (options.retention <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError("retention: it is a duration above 0, such as 48h");
  }
  if (options.file_processing < absl::ZeroDuration()) {
    return absl::InvalidArgumentError("file-processing: it is a duration from 0, such as 1s");
  }
  if (options.token_lifetime < absl::Seconds(1)) {
    return absl::InvalidArgumentError("token-lifetime: it is a duration of at least 1s, such as 3599s");
  }
  if (options.padded_mib < 0 || options.padded_mib > 4095) {
    return absl::InvalidArgumentError(
        absl::StrCat("pad-mib: ", options.padded_mib, " is out of range; it is a number from 0 to 4095"));
  }
  return absl::OkStatus();
}

void ReuseAddress(int socket) {
  const int yes = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
}

// `curl -X POST` sends no length: that is an empty body (https://www.rfc-editor.org/rfc/rfc9112#section-6.3), for which
// the library would wait. The request is its own local variable; what is const is only this view of it.
void SayEmptyBody(const httplib::Request& request) {
  if (request.has_header("Content-Length") || request.has_header("Transfer-Encoding")) return;
  const_cast<httplib::Request&>(request).set_header("Content-Length", "0");
}

void CompleteError(const httplib::Request& request, httplib::Response& response) {
  if (response.body.empty()) {
    Send(ErrorAnswer(response.status, response.status == 404 ? "NOT_FOUND" : "INVALID_ARGUMENT",
                     absl::StrCat("The simulator has no answer to ", request.method, " ", request.path, ".")),
         response);
  }
  if (request.ranges.empty()) return;
  // cpp-httplib would cut the asked range out of the error's own body, but leaves a chunked one alone.
  std::string body;
  body.swap(response.body);
  const std::string type = response.get_header_value("Content-Type");
  response.headers.erase("Content-Type");
  response.set_chunked_content_provider(type, [body](size_t, httplib::DataSink& sink) {
    sink.write(body.data(), body.size());
    sink.done();
    return true;
  });
}

}  // namespace

class Simulator::Server {
 public:
  explicit Server(Backend& backend) : backend_(backend) {
    server_.new_task_queue = [&backend] { return backend.connections.NewQueue(); };
    server_.set_keep_alive_max_count(1'000'000);
    server_.set_keep_alive_timeout(kKeepAliveSeconds);
    server_.set_tcp_nodelay(true);
    server_.set_payload_max_length(kMaxBody);
    // In place of the default, which lets two programs share a port unnoticed.
    server_.set_socket_options([this](int socket) {
      ReuseAddress(socket);
      listening_ = socket;
    });
    server_.set_post_routing_handler([&backend](const httplib::Request&, httplib::Response& response) {
      response.set_header("Date", absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", backend.Now(), absl::UTCTimeZone()));
    });
    server_.set_pre_routing_handler([&backend](const httplib::Request& request, httplib::Response&) {
      backend.connections.CountRequest();
      SayEmptyBody(request);
      return httplib::Server::HandlerResponse::Unhandled;
    });
    server_.set_error_handler(CompleteError);
    AddGeminiVeo(server_, backend);
    AddGeminiFiles(server_, backend);
    AddVertexVeo(server_, backend);
    AddInteractions(server_, backend);
    AddStoryboards(server_, backend);
    AddOauth(server_, backend);
    AddObjectStore(server_, backend);
    AddControl(server_, backend);
  }

  ~Server() { Stop(); }

  absl::Status Listen(const std::string& host, int port) {
    if (port == 0) {
      port = server_.bind_to_any_port(host);
    } else if (!server_.bind_to_port(host, port)) {
      port = -1;
    }
    if (port < 0) {
      return absl::UnavailableError(absl::StrCat("cannot listen on ", host,
                                                 ": the port is taken, or the address is not "
                                                 "one of this machine's"));
    }
    ::listen(listening_, kBacklog);
    backend_.port = port;
    backend_.connections.SetPort(port);
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    // stop() does nothing to a server that does not run yet.
    while (!server_.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return absl::OkStatus();
  }

  void Stop() {
    if (!thread_.joinable()) return;
    server_.stop();
    // Cut first, so that no handler that is woken still sends its answer.
    backend_.connections.CutAll();
    backend_.Stop();
    thread_.join();
  }

 private:
  Backend& backend_;
  httplib::Server server_;
  int listening_ = -1;
  std::thread thread_;
};

absl::StatusOr<std::unique_ptr<Simulator>> Simulator::Start(SimulatorOptions options) {
  if (const absl::Status wrong = Check(options); !wrong.ok()) return wrong;
  const uint64_t seed =
      options.seed.has_value() ? *options.seed : uint64_t{std::random_device()()} << 32 | std::random_device()();
  auto backend = std::make_unique<Backend>(std::move(options), seed);
  auto server = std::make_unique<Server>(*backend);
  const absl::Status listening = server->Listen(backend->options.host, backend->options.port);
  if (!listening.ok()) return listening;
  return std::unique_ptr<Simulator>(new Simulator(std::move(backend), std::move(server)));
}

Simulator::Simulator(std::unique_ptr<Backend> backend, std::unique_ptr<Server> server)
    : backend_(std::move(backend)), server_(std::move(server)) {}

Simulator::~Simulator() = default;

std::string Simulator::base_url() const { return backend_->BaseUrl(); }

int Simulator::port() const { return backend_->port; }

void Simulator::SetFaults(std::vector<Fault> faults) { backend_->faults.Set(std::move(faults)); }

void Simulator::AddFault(Fault fault) { backend_->faults.Add(std::move(fault)); }

std::vector<Fault> Simulator::faults() const { return backend_->faults.faults(); }

std::vector<PaidStart> Simulator::starts() const { return backend_->ledger.starts(); }

Bill Simulator::bill() const { return backend_->ledger.BillAt(backend_->Now()); }

Counts Simulator::counts() const { return CountsOf(*backend_); }

int64_t Simulator::polls(const std::string& operation_name) const {
  const Counts counts = backend_->ledger.counts();
  const auto found = counts.polls.find(operation_name);
  return found == counts.polls.end() ? 0 : found->second;
}

absl::StatusOr<std::string> Simulator::ExpectedVideo(std::string_view operation_name) const {
  const std::optional<Operation> operation = DecodeOperationName(operation_name);
  if (!operation.has_value()) return absl::NotFoundError("no simulator gave out this operation name");
  if (!operation->IsBilled()) return absl::FailedPreconditionError("no video comes of this operation");
  return Video(*operation).Bytes();
}

void Simulator::Reset() { simulator::Reset(*backend_); }

void Simulator::Stop() { server_->Stop(); }

absl::Status ParseListen(std::string_view text, SimulatorOptions& options) {
  const absl::string_view whole(text.data(), text.size());
  const size_t colon = whole.rfind(':');
  int port = 0;
  if (colon == absl::string_view::npos || !absl::SimpleAtoi(whole.substr(colon + 1), &port)) {
    return absl::InvalidArgumentError(
        absl::StrCat("listen: \"", whole, "\" is not understood; it is HOST:PORT, such as 127.0.0.1:8090"));
  }
  absl::string_view host = whole.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  options.host = std::string(host);
  options.port = port;
  return absl::OkStatus();
}

}  // namespace videojobs::simulator
