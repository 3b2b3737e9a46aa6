#ifndef VIDEOJOBS_ADAPTERS_SQLITE_START_ADMISSION_H_
#define VIDEOJOBS_ADAPTERS_SQLITE_START_ADMISSION_H_

#include <optional>

#include "adapters/sqlite/database.h"
#include "adapters/start_ledger.h"

namespace videojobs::sqlite {

// What keeps this start from going out, other than its own job: the lane, the limits, the caps; as
// StartLedger::RecordIntent says. None: it may, and it is its lane's probe where that is closed.
std::optional<RecordedIntent> InTheWay(Session& session, const StartIntent& intent);

}  // namespace videojobs::sqlite

#endif  // VIDEOJOBS_ADAPTERS_SQLITE_START_ADMISSION_H_
