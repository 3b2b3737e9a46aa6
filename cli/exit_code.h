#ifndef VIDEOJOBS_CLI_EXIT_CODE_H_
#define VIDEOJOBS_CLI_EXIT_CODE_H_

namespace videojobs::cli {

// What a script learns from the exit code. Stable; --help lists them.
enum ExitCode {
  kOk = 0,            // done; with --wait: completed
  kJobFailed = 1,     // the job ended without a video
  kUsage = 2,         // the command line is wrong
  kUnreachable = 3,   // the server, or its database, cannot be reached
  kRefused = 4,       // the server refused the request
  kNotFound = 5,      // there is no such job or escalation
  kTimedOut = 6,      // --timeout passed, or the server took too long
  kTrouble = 7,       // anything else that went wrong; doctor: something is ill
  kInterrupted = 130  // by Ctrl-C, as shells have it
};

}  // namespace videojobs::cli

#endif  // VIDEOJOBS_CLI_EXIT_CODE_H_
