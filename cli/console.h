#ifndef VIDEOJOBS_CLI_CONSOLE_H_
#define VIDEOJOBS_CLI_CONSOLE_H_

#include <functional>
#include <istream>
#include <map>
#include <ostream>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "adapters/clock.h"
#include "adapters/id_source.h"
#include "cli/interrupt.h"

namespace videojobs::cli {

// All that a command has to do with the world beside the server: handed in, so that a test can stand for it.
struct Console {
  std::istream& in;
  std::ostream& out;  // results, for scripts to read
  std::ostream& err;  // progress, hints and errors, for people
  bool in_is_terminal = false;
  bool err_is_terminal = false;
  std::map<std::string, std::string> env;
  Clock& clock;
  IdSource& ids;
  Interrupt& interrupt;
  absl::Duration refresh = absl::Seconds(1);                 // between two looks at a job
  absl::Duration patience = absl::Minutes(1);                // how long --wait bears a server out of reach
  std::function<bool()> reader_left = [] { return false; };  // whether nobody reads `out` any more, as after `| head`
};

// The variable, or `otherwise` where it is not set or set to nothing.
inline std::string Variable(const Console& console, const std::string& name, absl::string_view otherwise) {
  const auto found = console.env.find(name);
  const bool is_set = found != console.env.end() && !found->second.empty();
  return is_set ? found->second : std::string(otherwise);
}

}  // namespace videojobs::cli

#endif  // VIDEOJOBS_CLI_CONSOLE_H_
