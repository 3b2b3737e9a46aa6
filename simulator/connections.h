// The connections of the simulator's HTTP server: one thread for each while it lasts, and the means to cut one, which
// cpp-httplib does not offer.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "httplib.h"

namespace videojobs::simulator {

// Owns one file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }
  void Close();

 private:
  int fd_;
};

// Thread-safe. Must outlive the server that uses its queue.
class Connections {
 public:
  struct Connection {
    Connection(int fd, ino_t identity) : socket(fd), identity(identity) {}
    // A duplicate, so that cutting never meets a descriptor that the server has closed and the process has reused.
    Descriptor socket;
    ino_t identity;  // The socket's inode, unique while the duplicate is held.
    int64_t requests = 0;
  };

  // The port that is listened on, by which accepted sockets are known. Called once, before listening.
  void SetPort(int port) { port_ = port; }

  // A queue for httplib::Server::new_task_queue, whose tasks are connections.
  httplib::TaskQueue* NewQueue();

  // These speak of the connection whose request the calling thread is serving.
  void CountRequest();
  bool CarriedEarlierRequest() const;
  void Cut();  // Closes it at once: the client gets nothing that was not sent yet.

  // Cuts every connection, and from now on every new one. For stopping.
  void CutAll();

  int64_t connections_seen() const;
  int64_t requests_seen() const;
  void ResetCounts();

 private:
  class Queue;
  using Entry = std::shared_ptr<Connection>;

  Entry Open();
  void Serve(const Entry& connection, const std::function<void()>& task);
  Entry Current() const;
  bool IsOpen(ino_t identity) const;

  int port_ = 0;
  mutable std::mutex mutex_;
  std::list<Entry> open_;
  std::map<std::thread::id, Entry> by_thread_;
  bool stopping_ = false;
  int64_t connections_seen_ = 0;
  int64_t requests_seen_ = 0;
};

}  // namespace videojobs::simulator
