#include "cli/call_error.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/job_text.h"

namespace videojobs::cli {

int PollAll(const PollAllOptions& options, Client& client, Console& console) {
  v1::PollAllRequest request;
  request.set_max_jobs(options.max_jobs);
  v1::PollAllResponse did;
  const grpc::Status status = client.PollAll(request, did);
  if (!status.ok()) {
    console.err << Describe(status, client.server());
    return ExitCodeFor(status);
  }
  if (options.json) {
    console.out << JsonText(did) << std::flush;
    return kOk;
  }
  console.out << "adopted " << did.adopted() << ", created " << did.created() << ", polled " << did.polled()
              << ", completed " << did.completed() << ", failed " << did.failed() << ", deferred " << did.deferred()
              << "; " << did.remaining_due() << " still due\n";
  for (const v1::ClosedLane& lane : did.closed_lanes()) console.out << ClosedLaneText(lane);
  console.out << std::flush;
  return kOk;
}

}  // namespace videojobs::cli
