#ifndef VIDEOJOBS_CLI_FOLLOW_H_
#define VIDEOJOBS_CLI_FOLLOW_H_

#include <string>

#include "absl/time/time.h"
#include "cli/client.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "videojobs/v1/video_jobs.pb.h"

namespace videojobs::cli {

struct Followed {
  ExitCode exit_code = kOk;
  v1::Job job;  // as last seen
};

// Looks at a job until it has ended and shows its progress on standard error: a bar that moves on a terminal, elsewhere
// a line when its state changes and every half minute. Bears a server out of reach for the console's patience.
// kOk: completed. kJobFailed, kTimedOut after `timeout`, kInterrupted, or as the call's error; all but kOk and
// kJobFailed are explained on standard error.
Followed Follow(const std::string& job_id, absl::Duration timeout, Client& client, Console& console);

}  // namespace videojobs::cli

#endif  // VIDEOJOBS_CLI_FOLLOW_H_
