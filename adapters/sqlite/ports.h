#ifndef VIDEOJOBS_ADAPTERS_SQLITE_PORTS_H_
#define VIDEOJOBS_ADAPTERS_SQLITE_PORTS_H_

#include <memory>

#include "adapters/audit.h"
#include "adapters/job_changes.h"
#include "adapters/job_intake.h"
#include "adapters/job_reader.h"
#include "adapters/job_work.h"
#include "adapters/lanes.h"
#include "adapters/sqlite/database.h"
#include "adapters/start_ledger.h"

// The ports, each in the file of its name, on the jobs that `sessions` sees.
namespace videojobs::sqlite {

std::unique_ptr<JobIntake> MakeJobIntake(Sessions sessions);
std::unique_ptr<JobWork> MakeJobWork(Sessions sessions);
std::unique_ptr<StartLedger> MakeStartLedger(Sessions sessions);
std::unique_ptr<Lanes> MakeLanes(Sessions sessions);
std::unique_ptr<JobReader> MakeJobReader(Sessions sessions);
std::unique_ptr<JobChanges> MakeJobChanges(Sessions sessions);
std::unique_ptr<Audit> MakeAudit(Sessions sessions);

}  // namespace videojobs::sqlite

#endif  // VIDEOJOBS_ADAPTERS_SQLITE_PORTS_H_
