#include "simulator/connections.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace videojobs::simulator {
namespace {

// A kept connection holds its thread, so this bounds the connections served at once; more wait their turn.
constexpr size_t kMaxThreads = 256;

// The port on our side of a connected TCP socket; 0 for every other descriptor.
int LocalPortOfConnected(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (getpeername(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  size = sizeof(address);
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  if (address.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
  if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port);
  return 0;
}

ino_t InodeOf(int fd) {
  struct stat status {};
  return fstat(fd, &status) == 0 ? status.st_ino : 0;
}

}  // namespace

Descriptor::~Descriptor() { Close(); }

void Descriptor::Close() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

// Threads are made when connections come and kept until the end, so that an idle simulator costs next to nothing.
class Connections::Queue : public httplib::TaskQueue {
  // bool in newer versions of cpp-httplib, void in older ones.
  using Accepted = decltype(std::declval<httplib::TaskQueue&>().enqueue(std::function<void()>()));

 public:
  explicit Queue(Connections& connections) : connections_(connections) {}

  Accepted enqueue(std::function<void()> task) override {
    Entry connection = connections_.Open();
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back({std::move(task), std::move(connection)});
      if (waiting_.size() > idle_ && threads_.size() < kMaxThreads) threads_.emplace_back([this] { Work(); });
    }
    changed_.notify_one();
    return static_cast<Accepted>(true);
  }

  void shutdown() override {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  struct Task {
    std::function<void()> serve;
    Entry connection;
  };

  // What still waits when the end comes is served all the same: its socket must be closed.
  void Work() {
    std::unique_lock lock(mutex_);
    while (true) {
      ++idle_;
      changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
      --idle_;
      if (waiting_.empty()) return;
      const Task task = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      connections_.Serve(task.connection, task.serve);
      lock.lock();
    }
  }

  Connections& connections_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Task> waiting_;
  std::vector<std::thread> threads_;
  size_t idle_ = 0;
  bool ending_ = false;
};

httplib::TaskQueue* Connections::NewQueue() { return new Queue(*this); }

// Called by the accepting thread for each connection, so the one socket on our port that is not yet known is the new
// one.
Connections::Entry Connections::Open() {
  const std::lock_guard lock(mutex_);
  ++connections_seen_;
  std::error_code error;
  for (const auto& file : std::filesystem::directory_iterator("/proc/self/fd", error)) {
    const int fd = std::atoi(file.path().filename().c_str());
    if (LocalPortOfConnected(fd) != port_ || IsOpen(InodeOf(fd))) continue;
    open_.push_back(std::make_shared<Connection>(fcntl(fd, F_DUPFD_CLOEXEC, 0), InodeOf(fd)));
    if (stopping_) ::shutdown(open_.back()->socket.get(), SHUT_RDWR);
    return open_.back();
  }
  // The client went away before we looked.
  open_.push_back(std::make_shared<Connection>(-1, 0));
  return open_.back();
}

bool Connections::IsOpen(ino_t identity) const {
  return std::any_of(open_.begin(), open_.end(), [&](const Entry& entry) { return entry->identity == identity; });
}

void Connections::Serve(const Entry& connection, const std::function<void()>& task) {
  {
    const std::lock_guard lock(mutex_);
    by_thread_[std::this_thread::get_id()] = connection;
  }
  task();
  const std::lock_guard lock(mutex_);
  by_thread_.erase(std::this_thread::get_id());
  connection->socket.Close();
  open_.remove(connection);
}

Connections::Entry Connections::Current() const {
  const auto found = by_thread_.find(std::this_thread::get_id());
  return found == by_thread_.end() ? nullptr : found->second;
}

void Connections::CountRequest() {
  const std::lock_guard lock(mutex_);
  ++requests_seen_;
  if (const Entry connection = Current()) ++connection->requests;
}

bool Connections::CarriedEarlierRequest() const {
  const std::lock_guard lock(mutex_);
  const Entry connection = Current();
  return connection != nullptr && connection->requests > 1;
}

void Connections::Cut() {
  const std::lock_guard lock(mutex_);
  if (const Entry connection = Current()) ::shutdown(connection->socket.get(), SHUT_RDWR);
}

void Connections::CutAll() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  for (const Entry& connection : open_) ::shutdown(connection->socket.get(), SHUT_RDWR);
}

int64_t Connections::connections_seen() const {
  const std::lock_guard lock(mutex_);
  return connections_seen_;
}

int64_t Connections::requests_seen() const {
  const std::lock_guard lock(mutex_);
  return requests_seen_;
}

void Connections::ResetCounts() {
  const std::lock_guard lock(mutex_);
  connections_seen_ = 0;
  requests_seen_ = 0;
}

}  // namespace videojobs::simulator
