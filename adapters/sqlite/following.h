#ifndef VIDEOJOBS_ADAPTERS_SQLITE_FOLLOWING_H_
#define VIDEOJOBS_ADAPTERS_SQLITE_FOLLOWING_H_

#include <optional>
#include <string>

#include "adapters/sqlite/database.h"
#include "statemachine/clip_machine.h"

// Which of its accepted starts a clip follows. All run in the caller's transaction and throw Error.
namespace videojobs::sqlite {

struct AcceptedStart {
  std::string start_id;
  std::string operation_name;
};

// The newest start of the clip that was accepted while another one had it, was never followed, and is not known to have
// made nothing; none: there is no such start.
std::optional<AcceptedStart> AcceptedBeside(Session& session, const std::string& job_id, int clip);

// Gives the clip to that start, logs it, and makes the job due. Only from a state in which its table follows what is
// accepted.
void Follow(Session& session, const std::string& job_id, int clip, ClipState from, const AcceptedStart& accepted);

}  // namespace videojobs::sqlite

#endif  // VIDEOJOBS_ADAPTERS_SQLITE_FOLLOWING_H_
