#ifndef VIDEOJOBS_ADAPTERS_POSTGRES_MOVES_H_
#define VIDEOJOBS_ADAPTERS_POSTGRES_MOVES_H_

#include <pqxx/pqxx>
#include <string>

#include "absl/status/status.h"
#include "adapters/job_work.h"

namespace videojobs::postgres {

// Moves clips and job, each from the state that the caller saw, settles starts, and writes an event per move. The
// transaction holds the lock on the job's row. ABORTED: a state is another by now, and the transaction must not commit.
absl::Status ApplyMoves(pqxx::work& transaction, const std::string& job_id, const Moves& moves);

}  // namespace videojobs::postgres

#endif  // VIDEOJOBS_ADAPTERS_POSTGRES_MOVES_H_
