#include "cli/call_error.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/job_text.h"

namespace videojobs::cli {

int Retry(const RetryOptions& options, Client& client, Console& console) {
  v1::RetryJobRequest request;
  request.set_job_id(options.job_id);
  for (const std::string& start_id : options.accepted_starts) request.add_accept_possible_second_charge(start_id);
  v1::RetryJobResponse response;
  if (const grpc::Status status = client.RetryJob(request, response); !status.ok()) {
    console.err << Describe(status, client.server());
    return ExitCodeFor(status);
  }
  console.out << (options.json ? JsonText(response.job()) : JobText(response.job())) << std::flush;
  return kOk;
}

}  // namespace videojobs::cli
