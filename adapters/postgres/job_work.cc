#include "adapters/postgres/job_work.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "adapters/postgres/events.h"
#include "adapters/postgres/moves.h"
#include "adapters/postgres/rows.h"
#include "adapters/postgres/sql.h"

namespace videojobs::postgres {
namespace {

// The clock is read in a subquery: a bare clock_timestamp() is volatile, and the index on due_at would not be used.
#define DUE_AND_FREE                                                   \
  "tenant = '' AND mock = $1 AND due_at <= (SELECT clock_timestamp())" \
  " AND (lease_until IS NULL OR lease_until <= (SELECT clock_timestamp()))"

constexpr std::string_view kClaim =
    "WITH claimed AS (UPDATE video_jobs SET lease_token = $2,"
    " lease_until = clock_timestamp() + $3::bigint * interval '1 microsecond'"
    " WHERE id = ANY (ARRAY(SELECT id FROM video_jobs WHERE " DUE_AND_FREE
    " ORDER BY due_at, id LIMIT $4 FOR UPDATE SKIP LOCKED)) RETURNING id, due_at)"
    " SELECT id, " VIDEOJOBS_MICROS("(SELECT clock_timestamp())") " AS now FROM claimed ORDER BY due_at, id";

constexpr std::string_view kCountDue = "SELECT count(*) AS due FROM video_jobs WHERE " DUE_AND_FREE;

#undef DUE_AND_FREE

// Both from their own index: what is due lies at the beginning of one, what is held is all of the other.
constexpr std::string_view kNextDue =
    "SELECT " VIDEOJOBS_MICROS("least(due.first, held.first)") " - " VIDEOJOBS_MICROS("clock_timestamp()") " AS wait"
    " FROM (SELECT min(due_at) AS first FROM video_jobs WHERE tenant = '' AND mock = $1 AND due_at IS NOT NULL"
    " AND lease_until IS NULL) AS due,"
    " (SELECT min(lease_until) AS first FROM video_jobs WHERE tenant = '' AND mock = $1 AND lease_until IS NOT NULL)"
    " AS held";

// One row that somebody has locked must not keep the others from being extended.
constexpr std::string_view kRenew = R"sql(
WITH held AS (
  SELECT j.id FROM unnest($2::text[], $3::text[]) AS asked (id, token)
    JOIN video_jobs j ON j.id = asked.id AND j.mock = $1 AND j.lease_token = asked.token
   WHERE j.lease_until > clock_timestamp()
   ORDER BY j.id FOR NO KEY UPDATE OF j SKIP LOCKED)
UPDATE video_jobs j SET lease_until = clock_timestamp() + $4::bigint * interval '1 microsecond'
  FROM held WHERE j.id = held.id
RETURNING j.id || ' ' || j.lease_token AS id
)sql";

// Those that are held, whoever has their rows locked.
constexpr std::string_view kStillHeld = R"sql(
SELECT j.id || ' ' || j.lease_token AS id FROM unnest($2::text[], $3::text[]) AS asked (id, token)
  JOIN video_jobs j ON j.id = asked.id AND j.mock = $1 AND j.lease_token = asked.token
 WHERE j.lease_until > clock_timestamp()
)sql";

// First and alone: a statement that waits for a row reads all others as they were before it waited, and what somebody
// recorded of a clip meanwhile would be overlooked.
constexpr std::string_view kLockReleased = R"sql(
SELECT j.id FROM unnest($2::text[], $3::text[]) AS r (id, token)
  JOIN video_jobs j ON j.id = r.id AND j.mock = $1 AND j.lease_token = r.token
 ORDER BY j.id FOR NO KEY UPDATE OF j
)sql";

// Jobs and the notes on their clips in one statement.
constexpr std::string_view kRelease = R"sql(
WITH released AS (
  UPDATE video_jobs j
     SET lease_token = '', lease_until = NULL, updated_at = clock_timestamp(),
         due_at = CASE
           -- it was asked to stop behind the holder's back
           WHEN j.stop_requested <> '' AND j.status IN ('pending', 'processing') THEN clock_timestamp()
           -- a start that was accepted behind the holder's back is followed
           ELSE coalesce(clock_timestamp() + r.due_in * interval '1 microsecond',
                         (SELECT min(c.next_poll_at) FROM video_clips c
                           WHERE c.job_id = j.id AND c.state = 'running')) END
    FROM unnest($2::text[], $3::text[], $4::bigint[]) AS r (id, token, due_in)
   WHERE j.id = r.id AND j.mock = $1 AND j.lease_token = r.token AND j.lease_until > clock_timestamp()
  RETURNING j.id)
UPDATE video_clips c
   SET polls = polls + n.asked::integer,
       last_answer_at = CASE WHEN n.answered THEN clock_timestamp() ELSE last_answer_at END,
       troubles = CASE WHEN n.troubled AND n.answered THEN 1 WHEN n.troubled THEN troubles + 1
                       WHEN n.answered THEN 0 ELSE troubles END,
       detail = CASE WHEN n.detail <> '' THEN n.detail WHEN n.answered THEN '' ELSE c.detail END,
       next_poll_at = coalesce(clock_timestamp() + n.next_poll_in * interval '1 microsecond', next_poll_at)
  FROM unnest($5::text[], $6::integer[], $7::boolean[], $8::boolean[], $9::boolean[], $10::text[], $11::bigint[])
       AS n (job_id, clip, asked, answered, troubled, detail, next_poll_in)
  JOIN released ON released.id = n.job_id
 WHERE c.job_id = n.job_id AND c.clip = n.clip
)sql";

constexpr std::string_view kLockHeld = R"sql(
SELECT id, stop_requested <> '' AS stops FROM video_jobs
 WHERE id = $2 AND mock = $1 AND lease_token = $3 AND lease_until > clock_timestamp() FOR UPDATE
)sql";

constexpr std::string_view kHasStoryboard = "SELECT FROM video_clips WHERE job_id = $1 LIMIT 1";

constexpr std::string_view kInsertPlannedClips = R"sql(
INSERT INTO video_clips (job_id, clip, state, prompt, duration_seconds, object_stem)
SELECT $1, scene.position - 1, 'planned', scene.prompt, scene.seconds, scene.stem
  FROM unnest($2::text[], $3::integer[], $4::text[]) WITH ORDINALITY AS scene (prompt, seconds, stem, position)
)sql";

pqxx::result LockIfHeld(pqxx::work& transaction, bool mock, const Lease& lease) {
  Execute(transaction, kWaitThreeSeconds);
  return Execute(transaction, kLockHeld, {mock, lease.job_id, lease.token});
}

absl::Status LeaseLost() { return absl::AbortedError("the lease is lost"); }

using Names = std::unordered_set<std::string>;

Names NamesOf(const pqxx::result& rows) {
  const std::vector<std::string> ids = IdsOf(rows);
  return {ids.begin(), ids.end()};
}

// A note together with the job that it belongs to.
struct NoteRow {
  const std::string& job_id;
  const ClipNote& note;
};

}  // namespace

absl::StatusOr<std::vector<ClaimedJob>> PostgresJobWork::Claim(int limit, const std::string& token,
                                                               absl::Duration duration) {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::StatusOr<std::vector<ClaimedJob>> {
    std::vector<ClaimedJob> claimed;
    const pqxx::result rows = Execute(transaction, kClaim, {mock_, token, Micros(duration), limit});
    if (rows.empty()) return claimed;
    const absl::Time now = TimeOf(rows[0], "now");
    for (Job& job : ReadJobs(transaction, mock_, IdsOf(rows), Reading::kWithTexts)) {
      const Lease lease{job.id, token};
      claimed.push_back({std::move(job), lease, now});
    }
    return claimed;
  });
}

absl::StatusOr<Renewal> PostgresJobWork::Renew(absl::Span<const Lease> leases, absl::Duration duration) {
  return renewals_.Transact([&](pqxx::work& transaction) -> absl::StatusOr<Renewal> {
    if (leases.empty()) return Renewal();
    const Value ids = Column(leases, [](const Lease& l) { return l.job_id; });
    const Value tokens = Column(leases, [](const Lease& l) { return l.token; });
    const Names renewed = NamesOf(Execute(transaction, kRenew, {mock_, ids, tokens, Micros(duration)}));
    if (renewed.size() == leases.size()) return Renewal();
    const Names held = NamesOf(Execute(transaction, kStillHeld, {mock_, ids, tokens}));
    Renewal renewal;
    for (const Lease& lease : leases) {
      const std::string name = absl::StrCat(lease.job_id, " ", lease.token);
      if (renewed.count(name) == 0) (held.count(name) == 1 ? renewal.skipped : renewal.lost).push_back(lease);
    }
    return renewal;
  });
}

absl::Status PostgresJobWork::Release(absl::Span<const ReleasedJob> jobs) {
  if (jobs.empty()) return absl::OkStatus();
  std::vector<NoteRow> notes;
  for (const ReleasedJob& job : jobs) {
    for (const ClipNote& note : job.notes) notes.push_back({job.lease.job_id, note});
  }
  const Value ids = Column(jobs, [](const ReleasedJob& j) { return j.lease.job_id; });
  const Value tokens = Column(jobs, [](const ReleasedJob& j) { return j.lease.token; });
  return pool_.Transact([&](pqxx::work& transaction) -> absl::Status {
    Execute(transaction, kWaitOneSecond);
    Execute(transaction, kLockReleased, {mock_, ids, tokens});
    Execute(transaction, kRelease,
            {mock_, ids, tokens, Column(jobs, [](const ReleasedJob& j) { return Micros(j.due_in); }),
             Column(notes, [](const NoteRow& n) { return n.job_id; }),
             Column(notes, [](const NoteRow& n) { return n.note.clip; }),
             Column(notes, [](const NoteRow& n) { return n.note.asked; }),
             Column(notes, [](const NoteRow& n) { return n.note.answered; }),
             Column(notes, [](const NoteRow& n) { return n.note.troubled; }),
             Column(notes, [](const NoteRow& n) { return n.note.detail; }),
             Column(notes, [](const NoteRow& n) { return Micros(n.note.next_poll_in); })});
    return absl::OkStatus();
  });
}

absl::Status PostgresJobWork::WriteStoryboardIfHeld(const Lease& lease, absl::Span<const PlannedClip> clips) {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::Status {
    if (LockIfHeld(transaction, mock_, lease).empty()) return LeaseLost();
    if (!Execute(transaction, kHasStoryboard, {lease.job_id}).empty()) {
      return absl::FailedPreconditionError("the job has a storyboard already");
    }
    Execute(transaction, kInsertPlannedClips,
            {lease.job_id, Column(clips, [](const PlannedClip& c) { return c.scene.prompt; }),
             Column(clips, [](const PlannedClip& c) { return c.scene.duration_seconds; }),
             Column(clips, [](const PlannedClip& c) { return c.object_stem; })});
    std::vector<Event> events;
    for (std::size_t i = 0; i < clips.size(); ++i) {
      events.push_back({static_cast<int>(i), std::string(Name(ClipEvent::kPlanned)), "",
                        std::string(Name(ClipState::kPlanned)), "", "", ""});
    }
    AppendEvents(transaction, lease.job_id, events);
    return absl::OkStatus();
  });
}

absl::Status PostgresJobWork::MoveIn(pqxx::work& transaction, const Lease& lease, const Moves& moves) {
  const pqxx::result held = LockIfHeld(transaction, mock_, lease);
  if (held.empty()) return LeaseLost();
  if (LeadsOn(moves) && BoolOf(held[0], "stops")) return absl::AbortedError("the job was asked to stop");
  if (absl::Status status = ApplyMoves(transaction, lease.job_id, moves); !status.ok()) return status;
  if (moves.job && moves.job->from != moves.job->to) escalations_.Mirror(transaction, {lease.job_id});
  return absl::OkStatus();
}

absl::Status PostgresJobWork::MoveIfHeld(const Lease& lease, const Moves& moves) {
  return pool_.Transact([&](pqxx::work& transaction) { return MoveIn(transaction, lease, moves); });
}

absl::StatusOr<int> PostgresJobWork::CountDue() {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::StatusOr<int> {
    return IntOf(Execute(transaction, kCountDue, {mock_})[0], "due");
  });
}

absl::StatusOr<std::optional<absl::Duration>> PostgresJobWork::NextDueIn() {
  return pool_.Ask([&](pqxx::nontransaction& transaction) -> absl::StatusOr<std::optional<absl::Duration>> {
    const auto wait = OptionalInt64Of(Execute(transaction, kNextDue, {mock_})[0], "wait");
    if (!wait) return std::optional<absl::Duration>();
    return std::optional(std::max(absl::Microseconds(*wait), absl::ZeroDuration()));
  });
}

}  // namespace videojobs::postgres
