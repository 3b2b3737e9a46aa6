#ifndef VIDEOJOBS_ADAPTERS_POSTGRES_FOLLOWING_H_
#define VIDEOJOBS_ADAPTERS_POSTGRES_FOLLOWING_H_

#include <optional>
#include <pqxx/pqxx>
#include <string>

#include "statemachine/clip_machine.h"

// Which of its accepted starts a clip follows. All run under the lock on the job's row.
namespace videojobs::postgres {

struct AcceptedStart {
  std::string start_id;
  std::string operation_name;
};

// The newest start of the clip that was accepted while another one had it, was never followed, and is not known to have
// made nothing; none: there is no such start.
std::optional<AcceptedStart> AcceptedBeside(pqxx::work& transaction, const std::string& job_id, int clip);

// Gives the clip to that start, and logs it. Only from a state in which its table follows what is accepted.
void Follow(pqxx::work& transaction, const std::string& job_id, int clip, ClipState from,
            const AcceptedStart& accepted);

}  // namespace videojobs::postgres

#endif  // VIDEOJOBS_ADAPTERS_POSTGRES_FOLLOWING_H_
