// The I/O thread: libcurl's multi handle with the transfers under way on it.
#ifndef VIDEOJOBS_ADAPTERS_HTTP_TRANSFER_LOOP_H_
#define VIDEOJOBS_ADAPTERS_HTTP_TRANSFER_LOOP_H_

#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "adapters/http/curl_handles.h"
#include "adapters/http/transfer.h"

namespace videojobs::http {

// Thread-safe. Commands are obeyed in the order given. Transfers are borrowed: whoever adds one waits until it is
// finished, which this class sees to for each, whatever happens.
class TransferLoop {
 public:
  explicit TransferLoop(int max_calls_per_host);
  ~TransferLoop();
  TransferLoop(const TransferLoop&) = delete;
  TransferLoop& operator=(const TransferLoop&) = delete;

  // Starts `transfer`, or fails it with CANCELLED after Stop().
  void Add(Transfer& transfer);
  // Lets a paused transfer go on, or ends one. Nothing happens if it has finished in the meantime.
  void Resume(Transfer& transfer);
  void Cancel(Transfer& transfer);

  // Fails everything with CANCELLED and ends the thread. Idempotent; not to be called on the I/O thread.
  void Stop();

 private:
  struct Command {
    enum class Kind { kAdd, kResume, kCancel } kind;
    Transfer* transfer;
  };

  // The transfers to one origin. They wait here, not in libcurl: its own waiting list (CURLMOPT_MAX_HOST_CONNECTIONS,
  // CURLOPT_PIPEWAIT) was seen to forget transfers until some timer fired (7.88.1).
  struct Queue {
    int running = 0;
    std::deque<Transfer*> waiting;
  };

  bool Post(Command command);
  void Run();
  bool ObeyCommands();
  void Obey(const Command& command);
  void Start(Transfer* transfer);
  void Launch(Transfer* transfer, Queue& queue);
  void ReapFinished();
  void EndSilent();
  void CancelAll();
  // From here on the transfer may be finished, and then is not ours any more.
  void Remove(Transfer* transfer);
  int PollMilliseconds() const;

  const int max_calls_per_host_;
  const CurlGlobal global_;
  CurlMulti multi_;                          // the I/O thread's own, but for curl_multi_wakeup()
  std::unordered_set<Transfer*> transfers_;  // likewise

  std::unordered_map<std::string, Queue> queues_;  // likewise

  std::mutex mutex_;
  std::vector<Command> commands_;  // under the mutex
  bool stopping_ = false;          // under the mutex; multi_ may be gone once it is true

  std::once_flag joined_;
  std::thread thread_;
};

}  // namespace videojobs::http

#endif  // VIDEOJOBS_ADAPTERS_HTTP_TRANSFER_LOOP_H_
