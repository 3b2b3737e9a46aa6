#include "cli/call_error.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/job_text.h"

namespace videojobs::cli {

int Cancel(const CancelOptions& options, Client& client, Console& console) {
  v1::CancelJobRequest request;
  request.set_job_id(options.job_id);
  v1::CancelJobResponse response;
  if (const grpc::Status status = client.CancelJob(request, response); !status.ok()) {
    console.err << Describe(status, client.server());
    return ExitCodeFor(status);
  }
  console.out << (options.json ? JsonText(response.job()) : JobText(response.job())) << std::flush;
  return kOk;
}

}  // namespace videojobs::cli
