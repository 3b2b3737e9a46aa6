#include "tests/simulation/crash.h"

#include <unistd.h>

#include <csignal>
#include <utility>

#include "tests/simulation/sanitizers.h"

namespace videojobs::simulation {
namespace {

// Filled before it is needed: a dying process allocates nothing.
std::string last_words;

void Say() { [[maybe_unused]] const auto written = write(STDERR_FILENO, last_words.data(), last_words.size()); }

extern "C" void SayAndDie(int signal) {
  Say();
  std::signal(signal, SIG_DFL);
  raise(signal);
}

}  // namespace

void SayOnCrash(std::string words) {
  last_words = std::move(words);
  std::signal(SIGABRT, SayAndDie);
  std::signal(SIGTERM, SayAndDie);
#if defined(VIDEOJOBS_ASAN) || defined(VIDEOJOBS_TSAN)
  // Bad accesses are the sanitizer's to report; it calls this before it ends the process.
  __sanitizer_set_death_callback(Say);
#else
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) std::signal(signal, SayAndDie);
#endif
}

}  // namespace videojobs::simulation
