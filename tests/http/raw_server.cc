#include "tests/http/raw_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace videojobs::http {

std::optional<ReceivedRequest> Connection::ReadHead() {
  ReceivedRequest request;
  std::string line;
  if (!TakeLine(line)) return std::nullopt;
  std::istringstream(line) >> request.method >> request.target;
  while (TakeLine(line)) {
    if (line.empty()) return request;
    const size_t colon = line.find(':');
    request.headers[absl::AsciiStrToLower(line.substr(0, colon))] =
        std::string(absl::StripAsciiWhitespace(line.substr(colon + 1)));
  }
  return std::nullopt;
}

bool Connection::ReadBody(ReceivedRequest& head) {
  if (head.Has("expect") && !Send("HTTP/1.1 100 Continue\r\n\r\n")) return false;
  if (head.Has("content-length")) {
    return TakeExactly(std::strtoull(head.headers["content-length"].c_str(), nullptr, 10), head.body);
  }
  while (head.Has("transfer-encoding")) {
    std::string line;
    if (!TakeLine(line)) return false;
    const size_t size = std::strtoull(line.c_str(), nullptr, 16);
    if (!TakeExactly(size, head.body) || !TakeLine(line)) return false;
    if (size == 0) return true;
  }
  return true;
}

std::optional<ReceivedRequest> Connection::ReadRequest() {
  std::optional<ReceivedRequest> request = ReadHead();
  if (request.has_value() && !ReadBody(*request)) return std::nullopt;
  return request;
}

absl::string_view Connection::ReadSome() {
  if (buffer_.empty()) Fill();
  given_.swap(buffer_);
  buffer_.clear();
  return given_;
}

bool Connection::Send(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

void Connection::WaitForClose() {
  while (Fill()) buffer_.clear();
}

void Connection::Reset() {
  const linger none{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &none, sizeof none);
}

bool Connection::Fill() {
  char bytes[65536];
  const ssize_t count = recv(fd_, bytes, sizeof bytes, 0);
  if (count <= 0) return false;
  buffer_.append(bytes, static_cast<size_t>(count));
  return true;
}

bool Connection::TakeExactly(size_t count, std::string& into) {
  while (count > 0) {
    if (buffer_.empty() && !Fill()) return false;
    const size_t piece = std::min(count, buffer_.size());
    into.append(buffer_, 0, piece);
    buffer_.erase(0, piece);
    count -= piece;
  }
  return true;
}

bool Connection::TakeLine(std::string& line) {
  size_t end;
  while ((end = buffer_.find("\r\n")) == std::string::npos) {
    if (!Fill()) return false;
  }
  line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return true;
}

RawServer::RawServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = Listen(128, &port_);
  acceptor_ = std::thread([this] { Accept(); });
}

RawServer::Handler RawServer::Answering(Responder responder) {
  return [responder = std::move(responder)](Connection& connection) {
    while (std::optional<ReceivedRequest> request = connection.ReadRequest()) {
      if (!connection.Send(responder(*request))) return;
    }
  };
}

RawServer::~RawServer() {
  {
    std::lock_guard lock(mutex_);
    closing_ = true;
    for (int fd : open_) shutdown(fd, SHUT_RDWR);
  }
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
  close(listener_);
}

std::string RawServer::Url(absl::string_view path) const { return absl::StrCat("http://127.0.0.1:", port_, path); }

void RawServer::Accept() {
  while (true) {
    const int fd = accept(listener_, nullptr, nullptr);
    if (fd < 0) return;
    std::lock_guard lock(mutex_);
    ++connections_;
    open_.push_back(fd);
    if (closing_) shutdown(fd, SHUT_RDWR);
    threads_.emplace_back([this, fd] { Serve(fd); });
  }
}

void RawServer::Serve(int fd) {
  Connection connection(fd);
  handler_(connection);
  std::lock_guard lock(mutex_);
  open_.erase(std::find(open_.begin(), open_.end(), fd));
  close(fd);
}

int Listen(int backlog, int* port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (fd < 0 || bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(fd, backlog) != 0 ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    std::abort();
  }
  *port = ntohs(address.sin_port);
  return fd;
}

std::string Answer(int status, absl::string_view body, absl::string_view more_headers) {
  return absl::StrCat("HTTP/1.1 ", status, " Whatever\r\nContent-Length: ", body.size(), "\r\n", more_headers, "\r\n",
                      body);
}

}  // namespace videojobs::http
