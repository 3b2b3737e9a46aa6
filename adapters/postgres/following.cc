#include "adapters/postgres/following.h"

#include <string_view>

#include "adapters/postgres/events.h"
#include "adapters/postgres/sql.h"

namespace videojobs::postgres {
namespace {

// What was followed was moved by its acceptance; what was only noted beside another start was not.
constexpr std::string_view kAcceptedBeside = R"sql(
SELECT s.start_id, s.operation_name FROM video_starts s
 WHERE s.job_id = $1 AND s.clip = $2 AND s.outcome = 'accepted' AND s.settled IS DISTINCT FROM 0
   AND NOT EXISTS (SELECT FROM video_job_events e WHERE e.job_id = s.job_id AND e.start_id = s.start_id
                      AND e.event = 'start_accepted' AND e.from_state <> e.to_state)
 ORDER BY s.attempt DESC LIMIT 1
)sql";

constexpr std::string_view kFollow = R"sql(
UPDATE video_clips
   SET state = $3, reason = '', detail = '', operation_name = $5,
       start_id = $4, start_lease_token = (SELECT lease_token FROM video_starts WHERE start_id = $4),
       polls = 0, troubles = 0, result = '', done_at = NULL, last_answer_at = NULL,
       accepted_at = clock.now, next_poll_at = clock.now
  FROM (SELECT clock_timestamp() AS now OFFSET 0) AS clock
 WHERE job_id = $1 AND clip = $2
)sql";

}  // namespace

std::optional<AcceptedStart> AcceptedBeside(pqxx::work& transaction, const std::string& job_id, int clip) {
  const pqxx::result found = Execute(transaction, kAcceptedBeside, {job_id, clip});
  if (found.empty()) return std::nullopt;
  return AcceptedStart{TextOf(found[0], "start_id"), TextOf(found[0], "operation_name")};
}

void Follow(pqxx::work& transaction, const std::string& job_id, int clip, ClipState from,
            const AcceptedStart& accepted) {
  const ClipRow& row = Decide(from, ClipEvent::kStartAccepted, 0);
  Execute(transaction, kFollow, {job_id, clip, Name(row.to), accepted.start_id, accepted.operation_name});
  AppendEvents(transaction, job_id,
               {{clip, std::string(Name(row.event)), std::string(Name(from)), std::string(Name(row.to)), "", "",
                 accepted.start_id}});
}

}  // namespace videojobs::postgres
