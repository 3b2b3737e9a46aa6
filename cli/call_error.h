#ifndef VIDEOJOBS_CLI_CALL_ERROR_H_
#define VIDEOJOBS_CLI_CALL_ERROR_H_

#include <grpcpp/support/status.h>

#include <string>

#include "absl/strings/string_view.h"
#include "cli/exit_code.h"

namespace videojobs::cli {

// A call's error for people: what happened, the reason that programs match on, one line per wrong field, and, where the
// user can do something, what. `server` is HOST:PORT. Ends with a line break.
std::string Describe(const grpc::Status& error, absl::string_view server);

ExitCode ExitCodeFor(const grpc::Status& error);

// `text` from elsewhere with its control characters replaced, so that it cannot steer the terminal.
std::string Printable(absl::string_view text);

}  // namespace videojobs::cli

#endif  // VIDEOJOBS_CLI_CALL_ERROR_H_
