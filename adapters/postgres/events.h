#ifndef VIDEOJOBS_ADAPTERS_POSTGRES_EVENTS_H_
#define VIDEOJOBS_ADAPTERS_POSTGRES_EVENTS_H_

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

namespace videojobs::postgres {

// A line of a job's log. Words only, as stored.
struct Event {
  std::optional<int> clip;  // none: the job itself
  std::string event;
  std::string from;
  std::string to;
  std::string reason;
  std::string detail;
  std::string start_id;
};

// Appends to the log of a job. The transaction holds the lock on the job's row: that alone keeps `seq` free of gaps and
// doubles.
void AppendEvents(pqxx::transaction_base& transaction, const std::string& job_id, const std::vector<Event>& events);

// Appends the same event of the job itself to each of these jobs' logs, under the same condition.
void AppendToEach(pqxx::transaction_base& transaction, const std::vector<std::string>& job_ids, const Event& event);

}  // namespace videojobs::postgres

#endif  // VIDEOJOBS_ADAPTERS_POSTGRES_EVENTS_H_
