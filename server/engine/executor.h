#ifndef VIDEOJOBS_SERVER_ENGINE_EXECUTOR_H_
#define VIDEOJOBS_SERVER_ENGINE_EXECUTOR_H_

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace videojobs {

// Where the engine's tasks run: threads in the server, the caller's own thread in a simulation. Thread-safe.
class Executor {
 public:
  virtual ~Executor() = default;
  // Runs `task` now or later, once.
  virtual void Submit(std::function<void()> task) = 0;
};

// A fixed number of threads and one queue, first in, first out.
class ThreadExecutor : public Executor {
 public:
  explicit ThreadExecutor(int threads);
  // Runs what is queued, then ends.
  ~ThreadExecutor() override;

  void Submit(std::function<void()> task) override;

 private:
  void Work();

  std::mutex mutex_;  // guards the next three
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

// Runs every task at once on the thread that submits it.
class InlineExecutor : public Executor {
 public:
  void Submit(std::function<void()> task) override { task(); }
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_EXECUTOR_H_
