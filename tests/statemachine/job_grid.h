#ifndef VIDEOJOBS_TESTS_STATEMACHINE_JOB_GRID_H_
#define VIDEOJOBS_TESTS_STATEMACHINE_JOB_GRID_H_

// What the job's machine answers, written by hand from the design.

#include <array>

#include "statemachine/job_machine.h"
#include "tests/statemachine/grid.h"

namespace videojobs::job_grid {

using E = JobEvent;

inline constexpr std::array<statemachine::FactName, job_fact::kCount> kFacts = {{
    {"intent", job_fact::kIntentOpen},
    {"usable", job_fact::kClipUsable},
    {"kept", job_fact::kClipKept},
    {"blocked", job_fact::kStartBlocked},
    {"placeholder", job_fact::kPlaceholder},
    {"publish", job_fact::kMayPublish},
}};

// clang-format off
inline constexpr auto kGrid = std::to_array<statemachine::GridLine<JobEvent, 5>>({
    //                          not stored    pending                   processing                                   completed   failed
    {E::kCreated,             {"pending",    "rejected",               "rejected",                                  "rejected", "rejected"}},
    {E::kAdoptedRunning,      {"processing", "rejected",               "rejected",                                  "rejected", "rejected"}},
    {E::kAdoptedUnknown,      {"failed",     "rejected",               "rejected",                                  "rejected", "rejected"}},
    {E::kStartAccepted,       {"rejected",   "processing",             "stays",                                     "ignored",  "publish?processing:stays"}},
    {E::kStartDeferred,       {"rejected",   "stays",                  "stays",                                     "ignored",  "ignored"}},
    {E::kStartsExhausted,     {"rejected",   "intent?rejected:failed", "rejected",                                  "ignored",  "ignored"}},
    {E::kStartDeadlinePassed, {"rejected",   "intent?stays:failed",    "stays",                                     "ignored",  "ignored"}},
    {E::kPollTroubled,        {"rejected",   "rejected",               "stays",                                     "ignored",  "ignored"}},
    {E::kClipsEnded,          {"rejected",   "rejected",               "usable?stays:failed",                       "ignored",  "ignored"}},
    {E::kDelivered,           {"rejected",   "rejected",               "usable?completed:rejected",                 "ignored",  "rejected"}},
    {E::kDeliveryTroubled,    {"rejected",   "rejected",               "stays",                                     "ignored",  "ignored"}},
    {E::kResultLost,          {"rejected",   "rejected",               "usable?stays:placeholder?completed:failed", "ignored",  "ignored"}},
    {E::kCancelled,           {"rejected",   "intent?stays:failed",    "failed",                                    "rejected", "rejected"}},
    {E::kEscalationGone,      {"rejected",   "intent?stays:failed",    "failed",                                    "ignored",  "ignored"}},
    {E::kRetried,             {"rejected",   "rejected",               "rejected",                                  "rejected", "!publish?rejected:blocked?rejected:kept?processing:pending"}},
    {E::kOperationFound,      {"rejected",   "processing",             "stays",                                     "ignored",  "publish?processing:stays"}},
});
// clang-format on

}  // namespace videojobs::job_grid

#endif  // VIDEOJOBS_TESTS_STATEMACHINE_JOB_GRID_H_
