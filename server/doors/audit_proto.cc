#include "server/doors/audit_proto.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/doors/job_proto.h"
#include "server/doors/shorten.h"
#include "server/engine/creating_checks.h"

namespace videojobs {
namespace {

constexpr int kUsualDays = 30;

v1::StartOutcome OutcomeOf(const std::string& outcome) {
  if (outcome == "open") return v1::START_OUTCOME_OPEN;
  if (outcome == "accepted") return v1::START_OUTCOME_ACCEPTED;
  if (outcome == "refused") return v1::START_OUTCOME_REFUSED;
  return v1::START_OUTCOME_UNKNOWN;
}

v1::CostState StateOf(CostState state) {
  switch (state) {
    case CostState::kReserved:
      return v1::COST_STATE_RESERVED;
    case CostState::kCharged:
      return v1::COST_STATE_CHARGED;
    case CostState::kHeld:
      return v1::COST_STATE_HELD;
    case CostState::kFree:
      break;
  }
  return v1::COST_STATE_FREE;
}

void SetEvent(const LoggedEvent& event, v1::JobEvent& out) {
  out.set_sequence(event.sequence);
  SetTime(event.at, *out.mutable_time());
  if (event.clip) out.set_clip(*event.clip);
  out.set_event(event.event);
  out.set_from_state(event.from);
  out.set_to_state(event.to);
  out.set_failure_reason(ToProto(event.reason));
  out.set_detail(event.detail);
  out.set_start_id(event.start_id);
}

void SetStart(const LoggedStart& start, v1::Start& out) {
  out.set_start_id(start.start_id);
  out.set_clip(start.clip);
  out.set_attempt(start.attempt);
  out.set_provider(start.provider);
  out.set_model(start.model);
  out.set_location(start.location);
  out.set_price_micros(start.price_micros);
  SetTime(start.intended_at, *out.mutable_intend_time());
  out.set_outcome(OutcomeOf(start.outcome));
  if (start.outcome_at) SetTime(*start.outcome_at, *out.mutable_outcome_time());
  out.set_operation_name(start.operation_name);
  out.set_http_status(start.http_status);
  out.set_detail(start.detail);
  if (start.settled_micros) out.set_settled_micros(*start.settled_micros);
}

// Read leniently and compared with how it is written: other years and forms are days to Abseil, but not to every store.
absl::StatusOr<absl::CivilDay> DayOf(const std::string& field, const std::string& text, absl::CivilDay otherwise) {
  if (text.empty()) return otherwise;
  absl::CivilDay day;
  const bool is_day = absl::ParseCivilTime(text, &day) && absl::FormatCivilTime(day) == text;
  if (is_day && day.year() >= 1970 && day.year() <= 9999) return day;
  return RefuseRequest({{field, absl::StrCat("\"", Shorten(text, 20),
                                             "\" is no day that can be asked for; write it as YYYY-MM-DD, e.g. "
                                             "2026-01-31, with a year from 1970 to 9999")}});
}

}  // namespace

void ToProto(const Explanation& explanation, bool include_texts, v1::ExplainJobResponse& out) {
  const JobHistory& history = explanation.history;
  for (const LoggedEvent& event : history.events) SetEvent(event, *out.add_events());
  for (const LoggedStart& start : history.starts) SetStart(start, *out.add_starts());
  for (const ListedOperation& operation : explanation.candidates) {
    v1::CandidateOperation& candidate = *out.add_candidates();
    candidate.set_operation_name(operation.name);
    candidate.set_done(operation.done);
  }
  out.set_candidates_problem(explanation.candidates_problem);
  out.set_response_sha256(history.response_sha256);
  if (!include_texts) return;
  out.set_response_text(history.job.response_text);
  for (const Clip& clip : history.job.clips) out.add_prompts(clip.scene.prompt);
}

void ToProto(const CostLine& line, v1::CostRow& out) {
  out.set_day(absl::FormatCivilTime(line.day));
  out.set_provider(line.provider);
  out.set_model(line.model);
  out.set_state(StateOf(line.state));
  out.set_starts(line.starts);
  out.set_micros(line.micros);
}

absl::StatusOr<std::pair<absl::CivilDay, absl::CivilDay>> DaysOf(const v1::GetCostsRequest& request,
                                                                 absl::CivilDay today) {
  const auto last = DayOf("last_day", request.last_day(), today);
  if (!last.ok()) return last.status();
  const auto first = DayOf("first_day", request.first_day(), *last - kUsualDays);
  if (!first.ok()) return first.status();
  if (*first > *last) {
    return RefuseRequest({{"first_day", absl::StrCat("is after the last day, ", absl::FormatCivilTime(*last))}});
  }
  return std::pair(*first, *last);
}

}  // namespace videojobs
