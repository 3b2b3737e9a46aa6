#ifndef VIDEOJOBS_TESTS_STATEMACHINE_CLIP_GRID_H_
#define VIDEOJOBS_TESTS_STATEMACHINE_CLIP_GRID_H_

// What the clip's machine answers, written by hand from the design.

#include <array>

#include "statemachine/clip_machine.h"
#include "tests/statemachine/grid.h"

namespace videojobs::clip_grid {

using E = ClipEvent;

inline constexpr std::array<statemachine::FactName, clip_fact::kCount> kFacts = {{
    {"lane", clip_fact::kLaneWide},
    {"accepted", clip_fact::kSecondChargeAccepted},
    {"earlier", clip_fact::kEarlierInDoubt},
}};

// clang-format off
inline constexpr auto kGrid = std::to_array<statemachine::GridLine<ClipEvent, 9>>({
    //                         not stored  planned     starting                running     unknown                      refused     ready       stored      failed
    {E::kPlanned,            {"planned",  "rejected", "rejected",             "rejected", "rejected",                  "rejected", "rejected", "rejected", "rejected"}},
    {E::kAdoptedRunning,     {"running",  "rejected", "rejected",             "rejected", "rejected",                  "rejected", "rejected", "rejected", "rejected"}},
    {E::kAdoptedUnknown,     {"unknown",  "rejected", "rejected",             "rejected", "rejected",                  "rejected", "rejected", "rejected", "rejected"}},
    {E::kStartIntended,      {"rejected", "starting", "rejected",             "rejected", "rejected",                  "rejected", "rejected", "rejected", "rejected"}},
    {E::kStartAccepted,      {"rejected", "running",  "running",              "ignored",  "running",                   "running",  "ignored",  "ignored",  "running"}},
    {E::kStartRefused,       {"rejected", "rejected", "lane?planned:earlier?unknown:refused", "rejected", "earlier?stays:refused", "ignored",  "rejected", "rejected", "rejected"}},
    {E::kStartLost,          {"rejected", "rejected", "unknown",              "rejected", "ignored",                   "rejected", "rejected", "rejected", "rejected"}},
    {E::kStartForgone,       {"rejected", "failed",   "rejected",             "ignored",  "ignored",                   "ignored",  "ignored",  "ignored",  "ignored"}},
    {E::kPollTroubled,       {"rejected", "rejected", "rejected",             "stays",    "rejected",                  "rejected", "ignored",  "ignored",  "ignored"}},
    {E::kOperationSucceeded, {"rejected", "rejected", "rejected",             "ready",    "rejected",                  "rejected", "ignored",  "ignored",  "rejected"}},
    {E::kOperationFailed,    {"rejected", "rejected", "rejected",             "failed",   "rejected",                  "rejected", "rejected", "rejected", "ignored"}},
    {E::kOperationExpired,   {"rejected", "rejected", "rejected",             "failed",   "rejected",                  "rejected", "ignored",  "ignored",  "ignored"}},
    {E::kOperationFound,     {"rejected", "rejected", "running",              "ignored",  "running",                   "rejected", "ignored",  "ignored",  "ignored"}},
    {E::kResultFound,        {"rejected", "rejected", "ready",                "ready",    "ready",                     "rejected", "ignored",  "ignored",  "ignored"}},
    {E::kStored,             {"rejected", "rejected", "rejected",             "rejected", "rejected",                  "rejected", "stored",   "ignored",  "rejected"}},
    {E::kDeliveryTroubled,   {"rejected", "rejected", "rejected",             "rejected", "rejected",                  "rejected", "stays",    "ignored",  "ignored"}},
    {E::kResultLost,         {"rejected", "rejected", "rejected",             "rejected", "rejected",                  "rejected", "failed",   "ignored",  "ignored"}},
    {E::kRetried,            {"rejected", "stays",    "rejected",             "stays",    "accepted?planned:rejected", "planned",  "stays",    "stays",    "planned"}},
});
// clang-format on

}  // namespace videojobs::clip_grid

#endif  // VIDEOJOBS_TESTS_STATEMACHINE_CLIP_GRID_H_
