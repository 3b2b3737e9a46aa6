#ifndef VIDEOJOBS_ADAPTERS_POSTGRES_START_ADMISSION_H_
#define VIDEOJOBS_ADAPTERS_POSTGRES_START_ADMISSION_H_

#include <optional>
#include <pqxx/pqxx>

#include "adapters/start_ledger.h"

namespace videojobs::postgres {

// What keeps this start from going out, other than its own job: the lane, the limits, the caps; as
// StartLedger::RecordIntent says. None: it may, and it is its lane's probe where that is closed. Decided under the lock
// on spending, which is held until the transaction ends: by one replica at a time.
std::optional<RecordedIntent> InTheWay(pqxx::work& transaction, bool mock, const StartIntent& intent);

}  // namespace videojobs::postgres

#endif  // VIDEOJOBS_ADAPTERS_POSTGRES_START_ADMISSION_H_
