#include "adapters/start_ledger.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "adapters/sqlite/database.h"
#include "adapters/sqlite/doubt.h"
#include "adapters/sqlite/following.h"
#include "adapters/sqlite/ports.h"
#include "adapters/sqlite/rows.h"
#include "adapters/sqlite/start_admission.h"

namespace videojobs::sqlite {
namespace {

constexpr char kInDoubt[] = R"(
SELECT start_id FROM video_starts
 WHERE tenant = '' AND mock = ?1 AND provider = ?2 AND outcome = 'unknown' AND intended_at > ?3
 ORDER BY intended_at DESC, start_id DESC LIMIT ?4)";

constexpr char kUnfollowed[] = R"(
SELECT s.start_id, s.job_id, s.operation_name
  FROM video_starts s JOIN video_clips c ON c.job_id = s.job_id AND c.clip = s.clip
 WHERE s.tenant = '' AND s.mock = ?1 AND s.provider = ?2 AND s.outcome = 'accepted' AND s.settled IS NULL
   AND c.operation_name <> s.operation_name AND c.state <> 'starting' AND s.outcome_at > ?3
 ORDER BY s.outcome_at DESC, s.start_id DESC LIMIT ?4)";

constexpr char kSettleOnce[] = R"(
UPDATE video_starts SET settled = coalesce(settled, iif(?3, price, 0))
 WHERE start_id = ?1 AND mock = ?2 AND outcome = 'accepted')";

constexpr char kReadState[] =
    "SELECT state FROM video_clips JOIN video_jobs ON id = job_id WHERE id = ?1 AND clip = ?2 AND mock = ?3";

constexpr char kMayStart[] = R"(
SELECT 1 FROM video_jobs JOIN video_clips ON job_id = id
 WHERE id = ?1 AND clip = ?2 AND state = 'planned' AND status IN ('pending', 'processing') AND stop_requested = '')";

constexpr char kOpenByProbe[] = R"(
DELETE FROM video_lanes WHERE tenant = '' AND mock = ?1 AND provider = ?2 AND model = ?3 AND probe_start_id = ?4)";

constexpr char kCloseByLostProbe[] = R"(
UPDATE video_lanes SET closed_until = ?5, probe_start_id = ''
 WHERE tenant = '' AND mock = ?1 AND provider = ?2 AND model = ?3 AND probe_start_id = ?4)";

constexpr char kInsertStart[] = R"(
INSERT INTO video_starts (start_id, mock, job_id, clip, attempt, lease_token, provider, model, location, price,
                          intended_at)
VALUES (?1, ?2, ?3, ?4, (SELECT count(*) + 1 FROM video_starts WHERE job_id = ?3 AND clip = ?4), ?5, ?6, ?7, ?8, ?9,
        ?10))";

constexpr char kBeginAttempt[] =
    "UPDATE video_clips SET start_id = ?3, attempts = attempts + 1 WHERE job_id = ?1 AND clip = ?2";

constexpr char kReadStart[] = R"(
SELECT job_id, clip, provider, model, outcome, operation_name FROM video_starts WHERE start_id = ?1 AND mock = ?2)";

constexpr char kRecordOutcome[] = R"(
UPDATE video_starts SET outcome = ?2, outcome_at = ?3, operation_name = ?4, lane_reason = ?5, http_status = ?6, detail = ?7
 WHERE start_id = ?1)";

constexpr char kReadClip[] = R"(
SELECT state, start_id = ?3, status = 'completed' FROM video_clips JOIN video_jobs ON id = job_id
 WHERE job_id = ?1 AND clip = ?2)";

constexpr char kDoubtedStart[] =
    "SELECT " VIDEOJOBS_DOUBTED_START " FROM video_clips c WHERE c.job_id = ?1 AND c.clip = ?2";

constexpr char kGiveClipTo[] = "UPDATE video_clips SET start_id = ?3 WHERE job_id = ?1 AND clip = ?2";

constexpr char kUncountAttempt[] = "UPDATE video_clips SET attempts = attempts - 1 WHERE job_id = ?1 AND clip = ?2";

// A start as recorded.
struct Start {
  std::string id;
  std::string job_id;
  int clip = 0;
  LaneKey lane;
  std::string outcome;
  std::string operation_name;
};

void InsertRow(Session& session, const StartIntent& intent) {
  session.connection.Run(kInsertStart, intent.start_id, session.mock, intent.lease.job_id, intent.clip,
                         intent.lease.token, intent.provider, intent.model, intent.location, intent.price_micros,
                         session.now);
}

void InsertStart(Session& session, const StartIntent& intent) {
  const std::string& job_id = intent.lease.job_id;
  InsertRow(session, intent);
  session.connection.Run(kBeginAttempt, job_id, intent.clip, intent.start_id);
  ClipMove move;
  move.clip = intent.clip;
  move.from = ClipState::kPlanned;
  move.event = ClipEvent::kStartIntended;
  move.to = ClipState::kStarting;
  MoveClip(session, job_id, move, "", intent.start_id);
  TouchJob(session, job_id);
}

std::optional<Start> FindStart(Session& session, const std::string& start_id) {
  Statement row = session.connection.Query(kReadStart, start_id, session.mock);
  if (!row.Step()) return std::nullopt;
  return Start{.id = start_id,
               .job_id = row.Text(),
               .clip = row.Count(),
               .lane = {.provider = row.Text(), .model = row.Text()},
               .outcome = row.Text(),
               .operation_name = row.Text()};
}

// Of a start that was sent: it becomes its clip's latest one where that is planned, else it is evidence beside another,
// once that one's outcome is known: a clip has one open start at most.
absl::StatusOr<RecordedIntent> InsertAgain(Session& session, const StartIntent& intent) {
  const std::string& job_id = intent.lease.job_id;
  Statement clip = session.connection.Query(kReadState, job_id, intent.clip, session.mock);
  if (!clip.Step()) return RecordedIntent{};
  const ClipState state = ClipStateNamed(clip.Text());
  if (FindStart(session, intent.start_id)) return RecordedIntent{IntentAnswer::kRecorded};
  if (state == ClipState::kStarting) return absl::AbortedError("another start of the clip is under way");
  if (state == ClipState::kPlanned) {
    InsertStart(session, intent);
  } else {
    InsertRow(session, intent);
    AppendEvent(
        session, job_id, intent.clip,
        {.name = Name(ClipEvent::kStartIntended), .from = Name(state), .to = Name(state), .start_id = intent.start_id});
  }
  return RecordedIntent{IntentAnswer::kRecorded};
}

const char* OutcomeName(OutcomeKind kind) {
  switch (kind) {
    case OutcomeKind::kAccepted:
      return "accepted";
    case OutcomeKind::kRefused:
      return "refused";
    case OutcomeKind::kUnknown:
      break;
  }
  return "unknown";
}

ClipEvent EventOf(OutcomeKind kind) {
  switch (kind) {
    case OutcomeKind::kAccepted:
      return ClipEvent::kStartAccepted;
    case OutcomeKind::kRefused:
      return ClipEvent::kStartRefused;
    case OutcomeKind::kUnknown:
      break;
  }
  return ClipEvent::kStartLost;
}

FailureReason ReasonIn(ClipState state) {
  if (state == ClipState::kRefused) return FailureReason::kStartRefused;
  if (state == ClipState::kUnknown) return FailureReason::kStartUnknown;
  return FailureReason::kNone;
}

bool IsLaneWide(const StartOutcome& outcome) {
  return outcome.kind == OutcomeKind::kRefused && outcome.lane_reason != LaneReason::kNone;
}

// The clip's start is again the one that is in doubt: its answer may still come, and a word that accepted a second
// charge has not been used. False: there is none.
bool StepBack(Session& session, const Start& refused) {
  Statement doubted = session.connection.Query(kDoubtedStart, refused.job_id, refused.clip);
  doubted.Step();
  const std::string start_id = doubted.Text();
  if (start_id.empty()) return false;
  session.connection.Run(kGiveClipTo, refused.job_id, refused.clip, start_id);
  return true;
}

// Moves the clip as its table says. The answer to an earlier start undoes no later one; what was accepted has the clip
// unless a start is under way or its job is completed. All of it is evidence.
void MoveStartedClip(Session& session, const Start& start, const StartOutcome& outcome) {
  Statement clip = session.connection.Query(kReadClip, start.job_id, start.clip, start.id);
  clip.Step();
  const ClipState from = ClipStateNamed(clip.Text());
  const bool latest = clip.Flag();
  const bool completed = clip.Flag();
  const bool accepted = outcome.kind == OutcomeKind::kAccepted;
  const auto beside = latest && !accepted ? AcceptedBeside(session, start.job_id, start.clip) : std::nullopt;
  auto facts = IsLaneWide(outcome) ? clip_fact::kLaneWide : statemachine::Facts{0};
  if (latest && outcome.kind == OutcomeKind::kRefused && (StepBack(session, start) || beside)) {
    facts |= clip_fact::kEarlierInDoubt;
  }
  const ClipRow& row = Decide(from, EventOf(outcome.kind), facts);
  const bool counts = latest || (accepted && from != ClipState::kStarting);
  const bool moves = row.answer == statemachine::Answer::kMoves && counts && !completed;
  if (!moves) {
    AppendEvent(session, start.job_id, start.clip,
                {Name(EventOf(outcome.kind)), Name(from), Name(from), ReasonIn(from), outcome.detail, start.id});
  } else if (accepted) {
    Follow(session, start.job_id, start.clip, from, {start.id, outcome.operation_name});
  } else {
    ClipMove move;
    move.clip = start.clip;
    move.from = row.from;
    move.event = row.event;
    move.to = row.to;
    move.reason = ReasonIn(row.to);
    move.detail = ClipDetail(outcome, row.to);
    MoveClip(session, start.job_id, move, "", start.id);
    if (row.to == ClipState::kPlanned) session.connection.Run(kUncountAttempt, start.job_id, start.clip);
  }
  if (beside) Follow(session, start.job_id, start.clip, row.to, *beside);
}

// What an outcome says about its lane. A start that never left this process says nothing.
void HearLane(Session& session, const Start& start, const StartOutcome& outcome) {
  const auto& [provider, model] = start.lane;
  if (outcome.lane_reason != LaneReason::kNone) {
    if (outcome.lane_closed_for <= absl::ZeroDuration()) return;
    CloseLane(session, start.lane, outcome.lane_reason, outcome.detail,
              {outcome.lane_closed_for, outcome.lane_wait_told});
  } else if (outcome.kind == OutcomeKind::kUnknown) {
    session.connection.Run(kCloseByLostProbe, session.mock, provider, model, start.id, session.now + kAfterLostStart);
  } else {
    session.connection.Run(kOpenByProbe, session.mock, provider, model, start.id);
  }
}

void Record(Session& session, const Start& start, const StartOutcome& outcome) {
  const LaneReason lane_reason = IsLaneWide(outcome) ? outcome.lane_reason : LaneReason::kNone;
  session.connection.Run(kRecordOutcome, start.id, OutcomeName(outcome.kind), session.now, outcome.operation_name,
                         Name(lane_reason), outcome.http_status, outcome.detail);
  MoveStartedClip(session, start, outcome);
  HearLane(session, start, outcome);
  TouchJob(session, start.job_id);
}

class SqliteStartLedger : public StartLedger {
 public:
  explicit SqliteStartLedger(Sessions sessions) : sessions_(sessions) {}

  absl::StatusOr<RecordedIntent> RecordIntent(const StartIntent& intent) override {
    return sessions_.Write([&](Session& session) -> absl::StatusOr<RecordedIntent> {
      if (intent.sent) return InsertAgain(session, intent);
      if (!IsHeld(session, intent.lease)) return RecordedIntent{};
      if (!session.connection.Query(kMayStart, intent.lease.job_id, intent.clip).Step()) return RecordedIntent{};
      if (auto in_the_way = InTheWay(session, intent)) return *std::move(in_the_way);
      InsertStart(session, intent);
      return RecordedIntent{IntentAnswer::kRecorded};
    });
  }

  absl::Status RecordOutcome(const std::string& start_id, const StartOutcome& outcome) override {
    const std::string name = OutcomeName(outcome.kind);
    return sessions_.Write([&](Session& session) {
      const auto start = FindStart(session, start_id);
      if (!start) return absl::NotFoundError(absl::StrCat("there is no start ", start_id));
      if (start->outcome == name && start->operation_name == outcome.operation_name) return absl::OkStatus();
      if (start->outcome != "open" && start->outcome != "unknown") {
        return absl::FailedPreconditionError(
            absl::StrCat("the outcome of start ", start_id, " is recorded already as ", start->outcome));
      }
      Record(session, *start, outcome);
      return absl::OkStatus();
    });
  }

  absl::StatusOr<std::vector<std::string>> StartsInDoubt(const std::string& provider, absl::Duration age,
                                                         int limit) override {
    return sessions_.Read([&](Session& session) -> absl::StatusOr<std::vector<std::string>> {
      std::vector<std::string> ids;
      Statement row = session.connection.Query(kInDoubt, session.mock, provider, session.now - age, limit);
      while (row.Step()) ids.push_back(row.Text());
      return ids;
    });
  }

  absl::StatusOr<std::vector<UnfollowedStart>> StartsUnfollowed(const std::string& provider, absl::Duration age,
                                                                int limit) override {
    return sessions_.Read([&](Session& session) -> absl::StatusOr<std::vector<UnfollowedStart>> {
      std::vector<UnfollowedStart> starts;
      Statement row = session.connection.Query(kUnfollowed, session.mock, provider, session.now - age, limit);
      while (row.Step()) {
        starts.push_back({.start_id = row.Text(), .job_id = row.Text(), .operation_name = row.Text()});
      }
      return starts;
    });
  }

  absl::Status Settle(const std::string& start_id, Settlement settlement) override {
    return sessions_.Write([&](Session& session) {
      const int settled =
          session.connection.Run(kSettleOnce, start_id, session.mock, settlement == Settlement::kCharged);
      return settled == 1 ? absl::OkStatus()
                          : absl::NotFoundError(absl::StrCat("there is no accepted start ", start_id));
    });
  }

 private:
  Sessions sessions_;
};

}  // namespace

std::unique_ptr<StartLedger> MakeStartLedger(Sessions sessions) {
  return std::make_unique<SqliteStartLedger>(sessions);
}

}  // namespace videojobs::sqlite
