#ifndef VIDEOJOBS_CLI_COMMAND_LINE_H_
#define VIDEOJOBS_CLI_COMMAND_LINE_H_

#include <string>
#include <vector>

#include "cli/console.h"

namespace videojobs::cli {

// Understands `arguments` (without the program's name), runs the command they name and returns its exit code. What the
// command line does not say comes from the console's environment: VIDEOJOBS_SERVER, DATABASE_URL, VIDEOJOBS_DATA_DIR.
int RunCommandLine(std::vector<std::string> arguments, Console& console);

}  // namespace videojobs::cli

#endif  // VIDEOJOBS_CLI_COMMAND_LINE_H_
