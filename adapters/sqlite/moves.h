#ifndef VIDEOJOBS_ADAPTERS_SQLITE_MOVES_H_
#define VIDEOJOBS_ADAPTERS_SQLITE_MOVES_H_

#include <string>

#include "absl/status/status.h"
#include "adapters/job_work.h"
#include "adapters/sqlite/database.h"

namespace videojobs::sqlite {

// Moves clips and job, each from the state that the caller saw, settles starts, and writes an event per move. ABORTED:
// a state is another by now, and the transaction must not commit. Throws Error.
absl::Status ApplyMoves(Session& session, const std::string& job_id, const Moves& moves);

}  // namespace videojobs::sqlite

#endif  // VIDEOJOBS_ADAPTERS_SQLITE_MOVES_H_
