#include "adapters/postgres/start_ledger.h"

#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "adapters/postgres/doubt.h"
#include "adapters/postgres/events.h"
#include "adapters/postgres/following.h"
#include "adapters/postgres/lanes.h"
#include "adapters/postgres/rows.h"
#include "adapters/postgres/sql.h"
#include "adapters/postgres/start_admission.h"

namespace videojobs::postgres {
namespace {

// Whatever the database's default is: a paid call goes out on the strength of this commit. A machine that dies in the
// middle of it must not hold the spending lock for hours, nor anybody wait for that lock without end.
constexpr std::string_view kDurably =
    "SELECT set_config('synchronous_commit', 'on', true), set_config('lock_timeout', '3s', true),"
    " set_config('idle_in_transaction_session_timeout', '30s', true)";

constexpr std::string_view kLockJobWantingStart = R"sql(
SELECT id FROM video_jobs
 WHERE id = $2 AND mock = $1 AND lease_token = $3 AND lease_until > clock_timestamp()
   AND status IN ('pending', 'processing') AND stop_requested = ''
   FOR UPDATE
)sql";

constexpr std::string_view kLockJobAtAll = "SELECT id FROM video_jobs WHERE id = $2 AND mock = $1 FOR UPDATE";

constexpr std::string_view kLockClip = "SELECT state FROM video_clips WHERE job_id = $1 AND clip = $2 FOR UPDATE";

constexpr std::string_view kInsertStart = R"sql(
INSERT INTO video_starts (start_id, mock, job_id, clip, attempt, lease_token, provider, model, location, price)
SELECT $1, $2, $3, $4, 1 + count(*), $5, $6, $7, $8, $9::bigint FROM video_starts WHERE job_id = $3 AND clip = $4
)sql";

constexpr std::string_view kStartClip = R"sql(
UPDATE video_clips
   SET state = 'starting', start_id = $3, start_lease_token = $4, attempts = attempts + 1, reason = '', detail = ''
 WHERE job_id = $1 AND clip = $2
)sql";

// $3 in microseconds.
constexpr std::string_view kInDoubt = R"sql(
SELECT start_id AS id FROM video_starts
 WHERE tenant = '' AND mock = $1 AND provider = $2 AND outcome = 'unknown'
   AND intended_at > clock_timestamp() - $3::bigint * interval '1 microsecond'
 ORDER BY intended_at DESC LIMIT $4
)sql";

constexpr std::string_view kFindJobOfStart = "SELECT job_id FROM video_starts WHERE start_id = $1 AND mock = $2";
constexpr std::string_view kLockJob = "SELECT status FROM video_jobs WHERE id = $1 FOR UPDATE";

constexpr std::string_view kLockStart = R"sql(
SELECT s.job_id, s.clip, s.outcome, s.operation_name, s.provider, s.model, c.state,
       c.start_id = s.start_id AS latest
  FROM video_starts s JOIN video_clips c ON c.job_id = s.job_id AND c.clip = s.clip
 WHERE s.start_id = $1 FOR UPDATE
)sql";

constexpr std::string_view kRecordOutcome = R"sql(
UPDATE video_starts
   SET outcome = $2, operation_name = $3, detail = $4, http_status = $5, outcome_at = clock_timestamp()
 WHERE start_id = $1
)sql";

constexpr std::string_view kDoubtedStart =
    "SELECT own.start_id, own.lease_token FROM video_clips c JOIN video_starts own"
    " ON own.start_id = " VIDEOJOBS_DOUBTED_START " WHERE c.job_id = $1 AND c.clip = $2";

constexpr std::string_view kAdoptedInDoubt =
    "SELECT FROM video_clips c WHERE c.job_id = $1 AND c.clip = $2 AND " VIDEOJOBS_ADOPTED_IN_DOUBT;

constexpr std::string_view kGiveClipTo =
    "UPDATE video_clips SET start_id = $3, start_lease_token = $4 WHERE job_id = $1 AND clip = $2";

constexpr std::string_view kMoveClip = R"sql(
UPDATE video_clips
   SET state = $3, reason = $4, detail = $5, operation_name = '', accepted_at = NULL, next_poll_at = NULL,
       attempts = attempts - CASE WHEN $3 = 'planned' THEN 1 ELSE 0 END
 WHERE job_id = $1 AND clip = $2
)sql";

// The job's own move follows, also where it had ended and nothing more was due.
constexpr std::string_view kMakeDue = R"sql(
UPDATE video_jobs SET due_at = least(due_at, clock_timestamp()), updated_at = clock_timestamp() WHERE id = $1
)sql";

// The clip's start is again the one that is in doubt: its answer may still come, and a word that accepted a second
// charge has not been used. False: there is none.
bool StepBack(pqxx::work& transaction, const std::string& job_id, int clip) {
  const pqxx::result doubted = Execute(transaction, kDoubtedStart, {job_id, clip});
  if (doubted.empty() && Execute(transaction, kAdoptedInDoubt, {job_id, clip}).empty()) return false;
  const bool ours = !doubted.empty();
  Execute(transaction, kGiveClipTo,
          {job_id, clip, ours ? TextOf(doubted[0], "start_id") : "", ours ? TextOf(doubted[0], "lease_token") : ""});
  return true;
}

// What a kind of outcome is called, and which fact about the clip it is.
struct OutcomeNames {
  std::string_view outcome;
  ClipEvent event;
  FailureReason reason;
};

OutcomeNames NamesOf(OutcomeKind kind) {
  switch (kind) {
    case OutcomeKind::kAccepted:
      return {"accepted", ClipEvent::kStartAccepted, FailureReason::kNone};
    case OutcomeKind::kRefused:
      return {"refused", ClipEvent::kStartRefused, FailureReason::kStartRefused};
    case OutcomeKind::kUnknown:
      break;
  }
  return {"unknown", ClipEvent::kStartLost, FailureReason::kStartUnknown};
}

// Moves the clip as its table says. The answer to an earlier start undoes no later one; what was accepted has the clip
// unless a start is under way or its job is completed. All of it is evidence.
void MoveStartedClip(pqxx::work& transaction, const std::string& start_id, const pqxx::row& start,
                     const StartOutcome& outcome, bool job_completed) {
  const OutcomeNames names = NamesOf(outcome.kind);
  const std::string job_id = TextOf(start, "job_id");
  const int clip = IntOf(start, "clip");
  const ClipState from = ClipStateNamed(TextOf(start, "state"));
  const bool latest = BoolOf(start, "latest");
  const bool accepted = outcome.kind == OutcomeKind::kAccepted;
  const bool refused = outcome.kind == OutcomeKind::kRefused;
  const auto beside = latest && !accepted ? AcceptedBeside(transaction, job_id, clip) : std::nullopt;
  statemachine::Facts facts = refused && outcome.lane_reason != LaneReason::kNone ? clip_fact::kLaneWide : 0;
  if (refused && latest && (StepBack(transaction, job_id, clip) || beside)) facts |= clip_fact::kEarlierInDoubt;
  const ClipRow& row = Decide(from, names.event, facts);
  const bool counts = latest || (accepted && from != ClipState::kStarting);
  const bool moves = row.answer == statemachine::Answer::kMoves && counts && !job_completed;
  if (moves && accepted) {
    Follow(transaction, job_id, clip, from, {start_id, outcome.operation_name});
    return;
  }
  const ClipState to = moves ? row.to : from;
  const FailureReason reason = to == ClipState::kPlanned   ? FailureReason::kNone
                               : to == ClipState::kUnknown ? FailureReason::kStartUnknown
                                                           : names.reason;
  const std::string detail = ClipDetail(outcome, to);
  if (moves) Execute(transaction, kMoveClip, {job_id, clip, Name(to), Name(reason), detail});
  AppendEvents(transaction, job_id,
               {{clip, std::string(Name(names.event)), std::string(Name(from)), std::string(Name(to)),
                 std::string(Name(reason)), detail, start_id}});
  if (beside) Follow(transaction, job_id, clip, to, *beside);
}

// OK where `outcome` may be recorded over what the row says; ALREADY_EXISTS where the very same is there.
absl::Status MayRecord(const pqxx::row& start, std::string_view outcome, const std::string& operation_name) {
  const std::string recorded = TextOf(start, "outcome");
  if (recorded == outcome && TextOf(start, "operation_name") == operation_name) {
    return absl::AlreadyExistsError("recorded before");
  }
  if (recorded == "open" || recorded == "unknown") return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the start's outcome is recorded as ", recorded, "; only an unknown one may become another"));
}

}  // namespace

absl::StatusOr<RecordedIntent> PostgresStartLedger::IntentIn(pqxx::work& transaction, const StartIntent& intent) {
  Execute(transaction, kDurably);
  if (intent.sent) return SentIntentIn(transaction, intent);
  const std::string& job_id = intent.lease.job_id;
  if (Execute(transaction, kLockJobWantingStart, {mock_, job_id, intent.lease.token}).empty()) return RecordedIntent();
  const pqxx::result clip = Execute(transaction, kLockClip, {job_id, intent.clip});
  if (clip.empty()) return RecordedIntent();
  const ClipState from = ClipStateNamed(TextOf(clip[0], "state"));
  if (Decide(from, ClipEvent::kStartIntended, 0).answer != statemachine::Answer::kMoves) return RecordedIntent();
  if (auto in_the_way = InTheWay(transaction, mock_, intent)) return *std::move(in_the_way);
  InsertStart(transaction, intent, from, /*moves=*/true);
  return RecordedIntent{IntentAnswer::kRecorded};
}

// It becomes its clip's latest start where that is planned, else it is evidence beside another, once that one's outcome
// is known: a clip has one open start at most.
absl::StatusOr<RecordedIntent> PostgresStartLedger::SentIntentIn(pqxx::work& transaction, const StartIntent& intent) {
  const std::string& job_id = intent.lease.job_id;
  if (Execute(transaction, kLockJobAtAll, {mock_, job_id}).empty()) return RecordedIntent();
  const pqxx::result clip = Execute(transaction, kLockClip, {job_id, intent.clip});
  if (clip.empty()) return RecordedIntent();
  if (!Execute(transaction, kFindJobOfStart, {intent.start_id, mock_}).empty()) {
    return RecordedIntent{IntentAnswer::kRecorded};
  }
  const ClipState from = ClipStateNamed(TextOf(clip[0], "state"));
  if (from == ClipState::kStarting) return absl::AbortedError("another start of the clip is under way");
  InsertStart(transaction, intent, from, /*moves=*/from == ClipState::kPlanned);
  return RecordedIntent{IntentAnswer::kRecorded};
}

// `moves`: it becomes the clip's latest start. Else it is evidence beside another one.
void PostgresStartLedger::InsertStart(pqxx::work& transaction, const StartIntent& intent, ClipState from, bool moves) {
  const std::string& job_id = intent.lease.job_id;
  Execute(transaction, kInsertStart,
          {intent.start_id, mock_, job_id, intent.clip, intent.lease.token, intent.provider, intent.model,
           intent.location, intent.price_micros});
  if (moves) Execute(transaction, kStartClip, {job_id, intent.clip, intent.start_id, intent.lease.token});
  AppendEvents(transaction, job_id,
               {{intent.clip, std::string(Name(ClipEvent::kStartIntended)), std::string(Name(from)),
                 std::string(Name(moves ? ClipState::kStarting : from)), "", "", intent.start_id}});
}

absl::StatusOr<RecordedIntent> PostgresStartLedger::RecordIntent(const StartIntent& intent) {
  return pool_.Transact(
      [&](pqxx::work& transaction) -> absl::StatusOr<RecordedIntent> { return IntentIn(transaction, intent); });
}

absl::Status PostgresStartLedger::OutcomeIn(pqxx::work& transaction, const std::string& start_id,
                                            const StartOutcome& outcome) {
  Execute(transaction, kDurably);
  const pqxx::result found = Execute(transaction, kFindJobOfStart, {start_id, mock_});
  if (found.empty()) return absl::NotFoundError(absl::StrCat("there is no start ", start_id));
  const std::string job_id = TextOf(found[0], "job_id");
  const bool completed = TextOf(Execute(transaction, kLockJob, {job_id})[0], "status") == "completed";
  const pqxx::row start = Execute(transaction, kLockStart, {start_id})[0];

  const OutcomeNames names = NamesOf(outcome.kind);
  const std::string operation = outcome.kind == OutcomeKind::kAccepted ? outcome.operation_name : "";
  if (absl::Status status = MayRecord(start, names.outcome, operation); !status.ok()) return status;
  Execute(transaction, kRecordOutcome, {start_id, names.outcome, operation, outcome.detail, outcome.http_status});

  MoveStartedClip(transaction, start_id, start, outcome, completed);
  Execute(transaction, kMakeDue, {job_id});
  HearLane(transaction, {TextOf(start, "provider"), TextOf(start, "model")}, start_id, outcome);
  return absl::OkStatus();
}

// What an outcome says about its lane. A start that never left this process says nothing.
void PostgresStartLedger::HearLane(pqxx::work& transaction, const LaneKey& lane, const std::string& start_id,
                                   const StartOutcome& outcome) {
  if (outcome.lane_reason == LaneReason::kNone) return HearProbe(transaction, mock_, lane, start_id, outcome.kind);
  if (outcome.lane_closed_for > absl::ZeroDuration()) {
    CloseLane(transaction, mock_, lane, outcome.lane_reason, outcome.detail,
              {outcome.lane_closed_for, outcome.lane_wait_told});
  }
}

absl::Status PostgresStartLedger::RecordOutcome(const std::string& start_id, const StartOutcome& outcome) {
  const absl::Status status =
      pool_.Transact([&](pqxx::work& transaction) { return OutcomeIn(transaction, start_id, outcome); });
  return absl::IsAlreadyExists(status) ? absl::OkStatus() : status;
}

absl::StatusOr<std::vector<std::string>> PostgresStartLedger::StartsInDoubt(const std::string& provider,
                                                                            absl::Duration age, int limit) {
  return pool_.Transact([&](pqxx::work& transaction) -> absl::StatusOr<std::vector<std::string>> {
    return IdsOf(Execute(transaction, kInDoubt, {mock_, provider, absl::ToInt64Microseconds(age), limit}));
  });
}

}  // namespace videojobs::postgres
