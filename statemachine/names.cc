#include <cstddef>

#include "statemachine/clip_machine.h"
#include "statemachine/failure_reason.h"
#include "statemachine/job_machine.h"

namespace videojobs {
namespace {

// Each list in the order of its enum.
constexpr std::array<std::string_view, kJobStates.size()> kJobStateNames = {"", "pending", "processing", "completed",
                                                                            "failed"};
constexpr std::array<std::string_view, kJobEvents.size()> kJobEventNames = {
    "created",           "adopted_running",       "adopted_unknown", "start_accepted",  "start_deferred",
    "starts_exhausted",  "start_deadline_passed", "poll_troubled",   "clips_ended",     "delivered",
    "delivery_troubled", "result_lost",           "cancelled",       "escalation_gone", "retried",
    "operation_found"};
constexpr std::array<std::string_view, kClipStates.size()> kClipStateNames = {
    "", "planned", "starting", "running", "unknown", "refused", "ready", "stored", "failed"};
constexpr std::array<std::string_view, kClipEvents.size()> kClipEventNames = {
    "planned",           "adopted_running",   "adopted_unknown", "start_intended", "start_accepted",
    "start_refused",     "start_lost",        "start_forgone",   "poll_troubled",  "operation_succeeded",
    "operation_failed",  "operation_expired", "operation_found", "result_found",   "stored",
    "delivery_troubled", "result_lost",       "retried"};
constexpr std::array<std::string_view, kFailureReasons.size()> kFailureReasonNames = {"",
                                                                                      "FILTERED",
                                                                                      "GENERATION_FAILED",
                                                                                      "OPERATION_EXPIRED",
                                                                                      "START_UNKNOWN",
                                                                                      "START_REFUSED",
                                                                                      "DELIVERY_FAILED",
                                                                                      "DEADLINE",
                                                                                      "CANCELLED",
                                                                                      "ESCALATION_GONE"};

template <typename Names, typename Enum>
std::string_view NameIn(const Names& names, Enum value) {
  return names[static_cast<std::size_t>(value)];
}

template <typename Enum, typename Names>
Enum Named(const Names& names, std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return static_cast<Enum>(0);
}

}  // namespace

std::string_view Name(JobState state) { return NameIn(kJobStateNames, state); }
std::string_view Name(JobEvent event) { return NameIn(kJobEventNames, event); }
std::string_view Name(ClipState state) { return NameIn(kClipStateNames, state); }
std::string_view Name(ClipEvent event) { return NameIn(kClipEventNames, event); }
std::string_view Name(FailureReason reason) { return NameIn(kFailureReasonNames, reason); }

JobState JobStateNamed(std::string_view name) { return Named<JobState>(kJobStateNames, name); }
ClipState ClipStateNamed(std::string_view name) { return Named<ClipState>(kClipStateNames, name); }
FailureReason FailureReasonNamed(std::string_view name) { return Named<FailureReason>(kFailureReasonNames, name); }

}  // namespace videojobs
