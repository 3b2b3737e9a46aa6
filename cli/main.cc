// videojobs: the command line of a videojobs-server.

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <exception>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "adapters/system/process.h"
#include "adapters/system/random_id_source.h"
#include "adapters/system/system_clock.h"
#include "cli/command_line.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/interrupt.h"

namespace videojobs::cli {
namespace {

// Takes Ctrl-C and SIGTERM in a thread of its own, where everything is allowed that a signal handler must not do. What
// does not wait at the interrupt (reading a text, say) is ended at once.
class SignalThread {
 public:
  explicit SignalThread(Interrupt& interrupt) : interrupt_(interrupt) {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    thread_ = std::thread([this] { Run(); });
  }
  ~SignalThread() {
    ending_ = true;
    pthread_kill(thread_.native_handle(), SIGTERM);
    thread_.join();
  }
  SignalThread(const SignalThread&) = delete;
  SignalThread& operator=(const SignalThread&) = delete;

 private:
  void Run() {
    for (int signal = 0; sigwait(&signals_, &signal) == 0 && !ending_;) {
      const bool second = interrupt_.triggered();
      if (!interrupt_.Trigger() || second) _exit(kInterrupted);
    }
  }

  Interrupt& interrupt_;
  sigset_t signals_{};
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

// Standard output is a pipe whose other end is closed. SIGPIPE would have said so.
bool ReaderLeft() {
  pollfd out{STDOUT_FILENO, POLLOUT, 0};
  return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

int Main(std::vector<std::string> arguments) {
  KeepMemoryToOurselves();
  signal(SIGPIPE, SIG_IGN);
  Interrupt interrupt;
  const SignalThread signals(interrupt);
  SystemClock clock;
  RandomIdSource ids(clock);
  Console console{std::cin, std::cout, std::cerr, isatty(STDIN_FILENO) != 0, isatty(STDERR_FILENO) != 0, Environment(),
                  clock,    ids,       interrupt};
  console.reader_left = ReaderLeft;
  return RunCommandLine(std::move(arguments), console);
}

}  // namespace
}  // namespace videojobs::cli

int main(int argc, char** argv) {
  try {
    return videojobs::cli::Main({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "videojobs: " << error.what() << "\n";
    return videojobs::cli::kTrouble;
  }
}
