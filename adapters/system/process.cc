#include "adapters/system/process.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>

namespace videojobs {

std::map<std::string, std::string> Environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos) variables[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return variables;
}

void KeepMemoryToOurselves() {
  constexpr rlimit kNoCore = {0, 0};
  setrlimit(RLIMIT_CORE, &kNoCore);
  // A core_pattern that begins with | does not ask for the limit: https://man7.org/linux/man-pages/man5/core.5.html
#ifndef __SANITIZE_ADDRESS__  // LeakSanitizer finds leaks by tracing its own process, which this forbids
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

}  // namespace videojobs
