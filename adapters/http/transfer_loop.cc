#include "adapters/http/transfer_loop.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "absl/status/status.h"

namespace videojobs::http {
namespace {

// Signals are for the threads that expect them; SIGPIPE from a TLS write is for nobody.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

}  // namespace

TransferLoop::TransferLoop(int max_calls_per_host)
    : max_calls_per_host_(std::max(max_calls_per_host, 1)), multi_(curl_multi_init()) {
  // The new thread inherits the mask.
  SignalsBlocked blocked;
  thread_ = std::thread([this] { Run(); });
}

TransferLoop::~TransferLoop() { Stop(); }

void TransferLoop::Add(Transfer& transfer) {
  if (!Post({Command::Kind::kAdd, &transfer})) transfer.Fail(absl::StatusCode::kCancelled, "the client is shut down");
}

void TransferLoop::Resume(Transfer& transfer) { Post({Command::Kind::kResume, &transfer}); }

void TransferLoop::Cancel(Transfer& transfer) { Post({Command::Kind::kCancel, &transfer}); }

bool TransferLoop::Post(Command command) {
  std::lock_guard lock(mutex_);
  if (stopping_) return false;
  commands_.push_back(command);
  curl_multi_wakeup(multi_.get());
  return true;
}

void TransferLoop::Stop() {
  {
    std::lock_guard lock(mutex_);
    if (!stopping_) curl_multi_wakeup(multi_.get());
    stopping_ = true;
  }
  std::call_once(joined_, [this] { thread_.join(); });
}

void TransferLoop::Run() {
  while (ObeyCommands()) {
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    ReapFinished();
    EndSilent();
    curl_multi_poll(multi_.get(), nullptr, 0, PollMilliseconds(), nullptr);
  }
  CancelAll();
  // Here, because closing TLS connections writes to them and this thread has SIGPIPE blocked.
  multi_.reset();
}

bool TransferLoop::ObeyCommands() {
  std::vector<Command> commands;
  bool go_on;
  {
    std::lock_guard lock(mutex_);
    commands.swap(commands_);
    go_on = !stopping_;
  }
  for (const Command& command : commands) Obey(command);
  return go_on;
}

void TransferLoop::Obey(const Command& command) {
  if (command.kind == Command::Kind::kAdd) return Start(command.transfer);
  // A finished transfer is only an address here. If a new one has it by now, its own commands come after this one.
  if (!transfers_.contains(command.transfer)) return;
  if (command.kind == Command::Kind::kResume) return command.transfer->Resume();
  Remove(command.transfer);
  command.transfer->Fail(absl::StatusCode::kCancelled, "given up by its caller");
}

void TransferLoop::Start(Transfer* transfer) {
  transfers_.insert(transfer);
  Queue& queue = queues_[transfer->origin()];
  if (queue.running < max_calls_per_host_) {
    Launch(transfer, queue);
  } else {
    queue.waiting.push_back(transfer);
  }
}

void TransferLoop::Launch(Transfer* transfer, Queue& queue) {
  ++queue.running;
  transfer->Begin();
  const CURLMcode code = curl_multi_add_handle(multi_.get(), transfer->easy());
  if (code == CURLM_OK) return;
  Remove(transfer);
  transfer->Fail(absl::StatusCode::kInternal, curl_multi_strerror(code));
}

void TransferLoop::ReapFinished() {
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    Transfer* transfer = Transfer::Of(message->easy_handle);
    Remove(transfer);
    transfer->Finish(code);
  }
}

void TransferLoop::EndSilent() {
  const Transfer::Clock::time_point now = Transfer::Clock::now();
  std::vector<Transfer*> silent;
  std::copy_if(transfers_.begin(), transfers_.end(), std::back_inserter(silent),
               [now](Transfer* transfer) { return transfer->SilentAt() <= now; });
  for (Transfer* transfer : silent) {
    // One of them may have been launched by the removal of another.
    if (transfer->SilentAt() > now) continue;
    Remove(transfer);
    transfer->FailSilent();
  }
}

void TransferLoop::CancelAll() {
  const std::vector<Transfer*> all(transfers_.begin(), transfers_.end());
  for (Transfer* transfer : all) {
    Remove(transfer);
    transfer->Fail(absl::StatusCode::kCancelled, "the client was shut down");
  }
}

void TransferLoop::Remove(Transfer* transfer) {
  transfers_.erase(transfer);
  const auto found = queues_.find(transfer->origin());
  Queue& queue = found->second;
  const auto waiting = std::find(queue.waiting.begin(), queue.waiting.end(), transfer);
  if (waiting != queue.waiting.end()) {
    queue.waiting.erase(waiting);
    return;
  }
  curl_multi_remove_handle(multi_.get(), transfer->easy());
  --queue.running;
  if (!queue.waiting.empty()) {
    Transfer* next = queue.waiting.front();
    queue.waiting.pop_front();
    Launch(next, queue);
  } else if (queue.running == 0) {
    queues_.erase(found);
  }
}

int TransferLoop::PollMilliseconds() const {
  using std::chrono::milliseconds;
  constexpr milliseconds kLongest(60'000);
  const Transfer::Clock::time_point now = Transfer::Clock::now();
  milliseconds wait = kLongest;
  for (const Transfer* transfer : transfers_) {
    const Transfer::Clock::time_point at = transfer->SilentAt();
    if (at < now + kLongest) wait = std::min(wait, std::chrono::ceil<milliseconds>(at - now));
  }
  return static_cast<int>(std::max(wait, milliseconds(0)).count());
}

}  // namespace videojobs::http
