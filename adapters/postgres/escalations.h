#ifndef VIDEOJOBS_ADAPTERS_POSTGRES_ESCALATIONS_H_
#define VIDEOJOBS_ADAPTERS_POSTGRES_ESCALATIONS_H_

#include <memory>
#include <mutex>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "adapters/job_intake.h"

namespace videojobs::postgres {

// What of the web app's tables is there. All of it may be missing.
struct AppTables {
  bool escalations = false;  // with every column that we read or write
  bool categories = false;
  bool student_names = false;
  bool course_names = false;
};

// The web app's table: whether it is there, how a row is read, and how the four columns that the app reads are written.
// Thread-safe; every call is part of its caller's transaction.
class Escalations {
 public:
  Escalations(bool mock, bool mirror) : mock_(mock), mirror_(mirror) {}

  // Asked of the database until the table is there, and remembered then: the app's migrations may come after ours.
  AppTables Tables(pqxx::transaction_base& transaction);

  // What comes after SELECT for an Escalation of row `e`, and the joins that it needs after FROM escalations e.
  static std::string Columns(const AppTables& tables);
  static std::string Joins(const AppTables& tables);
  static Escalation EscalationOf(const pqxx::row& row);

  // Shows each of these jobs in its row, where it is the newest of its escalation, and keeps on the job what was shown.
  // A row that somebody else has locked is not waited for: RestoreMirrors shows it later. Nothing where mirroring is
  // off or there is no table. The transaction holds the jobs' row locks.
  void Mirror(pqxx::transaction_base& transaction, const std::vector<std::string>& job_ids);

  // The same for failed jobs, where the app's row still asks for the same video again. There is a table.
  void ShowWhereAskedAgain(pqxx::transaction_base& transaction, const std::vector<std::string>& job_ids);

  // The same for all rows that drifted from their newest job, except where the app asks for a new video by `pending`.
  // Returns how many.
  int RestoreMirrors(pqxx::transaction_base& transaction);

 private:
  const bool mock_;
  const bool mirror_;
  std::mutex mutex_;
  AppTables tables_;
};

}  // namespace videojobs::postgres

#endif  // VIDEOJOBS_ADAPTERS_POSTGRES_ESCALATIONS_H_
