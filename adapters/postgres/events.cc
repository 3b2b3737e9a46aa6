#include "adapters/postgres/events.h"

#include <string_view>

#include "adapters/postgres/sql.h"

namespace videojobs::postgres {
namespace {

constexpr std::string_view kAppend = R"sql(
INSERT INTO video_job_events (job_id, seq, clip, event, from_state, to_state, reason, detail, start_id)
SELECT $1, (SELECT coalesce(max(seq), 0) FROM video_job_events WHERE job_id = $1) + e.position,
       e.clip, e.event, e.from_state, e.to_state, e.reason, e.detail, e.start_id
  FROM unnest($2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
       WITH ORDINALITY AS e (clip, event, from_state, to_state, reason, detail, start_id, position)
)sql";

constexpr std::string_view kAppendToEach = R"sql(
INSERT INTO video_job_events (job_id, seq, event, from_state, to_state, reason, detail)
SELECT job.id, (SELECT coalesce(max(seq), 0) + 1 FROM video_job_events WHERE job_id = job.id), $2, $3, $4, $5, $6
  FROM unnest($1::text[]) AS job (id)
)sql";

}  // namespace

void AppendEvents(pqxx::transaction_base& transaction, const std::string& job_id, const std::vector<Event>& events) {
  if (events.empty()) return;
  Execute(
      transaction, kAppend,
      {job_id, Column(events, [](const Event& e) { return e.clip; }),
       Column(events, [](const Event& e) { return e.event; }), Column(events, [](const Event& e) { return e.from; }),
       Column(events, [](const Event& e) { return e.to; }), Column(events, [](const Event& e) { return e.reason; }),
       Column(events, [](const Event& e) { return e.detail; }),
       Column(events, [](const Event& e) { return e.start_id; })});
}

void AppendToEach(pqxx::transaction_base& transaction, const std::vector<std::string>& job_ids, const Event& event) {
  if (job_ids.empty()) return;
  Execute(transaction, kAppendToEach, {Texts(job_ids), event.event, event.from, event.to, event.reason, event.detail});
}

}  // namespace videojobs::postgres
