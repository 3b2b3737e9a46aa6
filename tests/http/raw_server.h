// A web server on loopback that can misbehave: what goes over each connection is written out by the test.
#ifndef VIDEOJOBS_TESTS_HTTP_RAW_SERVER_H_
#define VIDEOJOBS_TESTS_HTTP_RAW_SERVER_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/string_view.h"

namespace videojobs::http {

struct ReceivedRequest {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;

  bool Has(const std::string& lower_case_name) const { return headers.count(lower_case_name) > 0; }
};

class Connection {
 public:
  explicit Connection(int fd) : fd_(fd) {}

  // Without the body; nothing when the client has closed.
  std::optional<ReceivedRequest> ReadHead();
  // The body that `head` announces is added to it, after "100 Continue" if asked for; false if the client closed first.
  bool ReadBody(ReceivedRequest& head);
  std::optional<ReceivedRequest> ReadRequest();

  // Whatever has come, valid until the next call; empty when the client has closed.
  absl::string_view ReadSome();

  // False when the client has closed.
  bool Send(absl::string_view bytes);
  void WaitForClose();
  // Closes with RST instead of FIN.
  void Reset();

 private:
  bool Fill();
  bool TakeExactly(size_t count, std::string& into);
  bool TakeLine(std::string& line);

  int fd_;
  std::string buffer_;
  std::string given_;
};

class RawServer {
 public:
  using Handler = std::function<void(Connection&)>;
  using Responder = std::function<std::string(const ReceivedRequest&)>;

  // `handler` has each connection, on a thread of its own, and closes it by returning.
  explicit RawServer(Handler handler);
  // A well-behaved server with kept connections: `responder` turns each request into a whole answer.
  static Handler Answering(Responder responder);
  // Hangs up on everybody and joins.
  ~RawServer();

  std::string Url(absl::string_view path = "/") const;
  int port() const { return port_; }
  int connections() const { return connections_; }

 private:
  void Accept();
  void Serve(int fd);

  const Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;
  bool closing_ = false;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

// A listening socket on loopback, and its port.
int Listen(int backlog, int* port);

// "HTTP/1.1 200 OK" and so on, with Content-Length and more header lines, each ended by CRLF.
std::string Answer(int status, absl::string_view body, absl::string_view more_headers = "");

}  // namespace videojobs::http

#endif  // VIDEOJOBS_TESTS_HTTP_RAW_SERVER_H_
