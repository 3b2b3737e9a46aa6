#include "cli/call_error.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/follow.h"
#include "cli/job_text.h"

namespace videojobs::cli {

int Status(const StatusOptions& options, Client& client, Console& console) {
  v1::GetStatusRequest request;
  if (options.escalation_id.empty()) {
    request.set_job_id(options.job_id);
  } else {
    request.set_escalation_id(options.escalation_id);
  }
  v1::GetStatusResponse response;
  const grpc::Status status = client.GetStatus(request, response);
  if (!status.ok()) {
    console.err << Describe(status, client.server());
    return ExitCodeFor(status);
  }
  Followed followed{response.job().state() == v1::JOB_STATE_FAILED ? kJobFailed : kOk, response.job()};
  if (options.wait && !IsFinished(followed.job))
    followed = Follow(followed.job.job_id(), options.timeout, client, console);
  if (followed.exit_code == kOk || followed.exit_code == kJobFailed) {
    console.out << (options.json ? JsonText(followed.job) : JobText(followed.job)) << std::flush;
  }
  return followed.exit_code;
}

}  // namespace videojobs::cli
