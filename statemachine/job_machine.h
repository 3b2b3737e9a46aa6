#ifndef VIDEOJOBS_STATEMACHINE_JOB_MACHINE_H_
#define VIDEOJOBS_STATEMACHINE_JOB_MACHINE_H_

// The job's machine: four public states and every legal move between them. The database enforces the same edges
// (migrations/); statemachine/README.md shows this table rendered, with a diagram.

#include <array>
#include <string_view>

#include "statemachine/machine.h"

namespace videojobs {

enum class JobState : std::uint8_t {
  kNone,        // not stored yet; never seen outside
  kPending,     // waits for its first accepted start; a crash leaves it here
  kProcessing,  // an operation was accepted, or was adopted; polled and delivered until it ends
  kCompleted,   // the video is in the user's storage (or the placeholder stands for it). Final
  kFailed,      // ended without a video, for a FailureReason; a person's retry or late evidence leads out
};

// Facts about a job, in the past tense.
enum class JobEvent : std::uint8_t {
  kCreated,              // asked for by a caller, or found as a pending row of the web app
  kAdoptedRunning,       // found as a row in `processing` with an operation of the provider's form
  kAdoptedUnknown,       // found as a row in `processing` without one
  kStartAccepted,        // the provider accepted a clip's start
  kStartDeferred,        // the lane is closed, or generation is switched off: no attempt was lost
  kStartsExhausted,      // no clip can start any more, and none was accepted
  kStartDeadlinePassed,  // pending for longer than VIDEOJOBS_START_DEADLINE
  kPollTroubled,         // a poll gave no answer about the operation
  kClipsEnded,           // no clip is planned, starting or running any more
  kDelivered,            // the video is stored and its URL is known
  kDeliveryTroubled,     // download or upload failed; Google's copy still exists
  kResultLost,           // Google's copy has expired, or is proven unusable
  kCancelled,            // by a person
  kEscalationGone,       // the web app deleted its row
  kRetried,              // by a person, or by the web app's `pending`
  kOperationFound,       // evidence that carries our own id: an unknown start did run
};

// What guards look at, one bit each.
namespace job_fact {
inline constexpr statemachine::Facts kIntentOpen = 1;  // a start's outcome is not recorded yet
inline constexpr statemachine::Facts kClipUsable = 2;  // a clip is ready or stored
inline constexpr statemachine::Facts kClipKept = 4;    // a clip is running, ready or stored: paid for, and still good
inline constexpr statemachine::Facts kStartBlocked =
    8;  // an unknown start could be charged twice; nobody accepted that
inline constexpr statemachine::Facts kPlaceholder = 16;  // VIDEO_PLACEHOLDER_URL is configured
inline constexpr statemachine::Facts kMayPublish =
    32;  // its row not gone, no newer job for its row, and not cancelled (a retry takes that back)
inline constexpr int kCount = 6;
}  // namespace job_fact

inline constexpr std::array kJobStates = {JobState::kNone, JobState::kPending, JobState::kProcessing,
                                          JobState::kCompleted, JobState::kFailed};
inline constexpr std::array kJobEvents = {JobEvent::kCreated,
                                          JobEvent::kAdoptedRunning,
                                          JobEvent::kAdoptedUnknown,
                                          JobEvent::kStartAccepted,
                                          JobEvent::kStartDeferred,
                                          JobEvent::kStartsExhausted,
                                          JobEvent::kStartDeadlinePassed,
                                          JobEvent::kPollTroubled,
                                          JobEvent::kClipsEnded,
                                          JobEvent::kDelivered,
                                          JobEvent::kDeliveryTroubled,
                                          JobEvent::kResultLost,
                                          JobEvent::kCancelled,
                                          JobEvent::kEscalationGone,
                                          JobEvent::kRetried,
                                          JobEvent::kOperationFound};

using JobRow = statemachine::Row<JobState, JobEvent>;

namespace job_table {
using enum JobState;
using enum JobEvent;
using enum statemachine::Answer;
using job_fact::kClipKept;
using job_fact::kClipUsable;
using job_fact::kIntentOpen;
using job_fact::kMayPublish;
using job_fact::kPlaceholder;
using job_fact::kStartBlocked;
using statemachine::kAlways;
using statemachine::Unless;
using statemachine::When;

// clang-format off
inline constexpr std::array kRows = std::to_array<JobRow>({
    {kNone, kCreated,             kAlways, kMoves,    kPending,    "a new job waits for its first start"},
    {kNone, kAdoptedRunning,      kAlways, kMoves,    kProcessing, "its operation is paid for already: it is followed, never started"},
    {kNone, kAdoptedUnknown,      kAlways, kMoves,    kFailed,     "nobody can say what was paid for: START_UNKNOWN"},
    {kNone, kStartAccepted,       kAlways, kRejected, kNone,       "there is no job yet"},
    {kNone, kStartDeferred,       kAlways, kRejected, kNone,       "there is no job yet"},
    {kNone, kStartsExhausted,     kAlways, kRejected, kNone,       "there is no job yet"},
    {kNone, kStartDeadlinePassed, kAlways, kRejected, kNone,       "there is no job yet"},
    {kNone, kPollTroubled,        kAlways, kRejected, kNone,       "there is no job yet"},
    {kNone, kClipsEnded,          kAlways, kRejected, kNone,       "there is no job yet"},
    {kNone, kDelivered,           kAlways, kRejected, kNone,       "there is no job yet"},
    {kNone, kDeliveryTroubled,    kAlways, kRejected, kNone,       "there is no job yet"},
    {kNone, kResultLost,          kAlways, kRejected, kNone,       "there is no job yet"},
    {kNone, kCancelled,           kAlways, kRejected, kNone,       "there is no job yet"},
    {kNone, kEscalationGone,      kAlways, kRejected, kNone,       "there is no job yet"},
    {kNone, kRetried,             kAlways, kRejected, kNone,       "there is no job yet"},
    {kNone, kOperationFound,      kAlways, kRejected, kNone,       "there is no job yet"},

    {kPending, kCreated,             kAlways,             kRejected, kPending,    "a job is created once"},
    {kPending, kAdoptedRunning,      kAlways,             kRejected, kPending,    "a job is created once"},
    {kPending, kAdoptedUnknown,      kAlways,             kRejected, kPending,    "a job is created once"},
    {kPending, kStartAccepted,       kAlways,             kMoves,    kProcessing, "the first accepted start"},
    {kPending, kStartDeferred,       kAlways,             kStays,    kPending,    "waiting at a lane costs no attempt"},
    {kPending, kStartsExhausted,     When(kIntentOpen),   kRejected, kPending,    "an open intent is settled first"},
    {kPending, kStartsExhausted,     Unless(kIntentOpen), kMoves,    kFailed,     "refused: START_REFUSED; unknown: START_UNKNOWN"},
    {kPending, kStartDeadlinePassed, When(kIntentOpen),   kStays,    kPending,    "an open intent is settled first"},
    {kPending, kStartDeadlinePassed, Unless(kIntentOpen), kMoves,    kFailed,     "never started in time: DEADLINE"},
    {kPending, kPollTroubled,        kAlways,             kRejected, kPending,    "nothing runs that could be polled"},
    {kPending, kClipsEnded,          kAlways,             kRejected, kPending,    "no clip was accepted: its starts are exhausted instead"},
    {kPending, kDelivered,           kAlways,             kRejected, kPending,    "nothing was made yet"},
    {kPending, kDeliveryTroubled,    kAlways,             kRejected, kPending,    "nothing was made yet"},
    {kPending, kResultLost,          kAlways,             kRejected, kPending,    "nothing was made yet"},
    {kPending, kCancelled,           When(kIntentOpen),   kStays,    kPending,    "an open intent is settled first: cancel_requested"},
    {kPending, kCancelled,           Unless(kIntentOpen), kMoves,    kFailed,     "CANCELLED before anything was paid"},
    {kPending, kEscalationGone,      When(kIntentOpen),   kStays,    kPending,    "an open intent is settled first: cancel_requested"},
    {kPending, kEscalationGone,      Unless(kIntentOpen), kMoves,    kFailed,     "ESCALATION_GONE: nobody waits for this video"},
    {kPending, kRetried,             kAlways,             kRejected, kPending,    "it has not ended"},
    {kPending, kOperationFound,      kAlways,             kMoves,    kProcessing, "a start believed lost was accepted"},

    {kProcessing, kCreated,             kAlways,             kRejected, kProcessing, "a job is created once"},
    {kProcessing, kAdoptedRunning,      kAlways,             kRejected, kProcessing, "a job is created once"},
    {kProcessing, kAdoptedUnknown,      kAlways,             kRejected, kProcessing, "a job is created once"},
    {kProcessing, kStartAccepted,       kAlways,             kStays,    kProcessing, "a further clip"},
    {kProcessing, kStartDeferred,       kAlways,             kStays,    kProcessing, "waiting at a lane costs no attempt"},
    {kProcessing, kStartsExhausted,     kAlways,             kRejected, kProcessing, "a clip was accepted: its clips end instead"},
    {kProcessing, kStartDeadlinePassed, kAlways,             kStays,    kProcessing, "clips that never started end; the others are delivered"},
    {kProcessing, kPollTroubled,        kAlways,             kStays,    kProcessing, "logged, and asked again next time"},
    {kProcessing, kClipsEnded,          When(kClipUsable),   kStays,    kProcessing, "delivery is due"},
    {kProcessing, kClipsEnded,          Unless(kClipUsable), kMoves,    kFailed,     "no usable clip: FILTERED, GENERATION_FAILED, OPERATION_EXPIRED or START_UNKNOWN"},
    {kProcessing, kDelivered,           When(kClipUsable),   kMoves,    kCompleted,  "stored, checked, and its URL committed"},
    {kProcessing, kDelivered,           Unless(kClipUsable), kRejected, kProcessing, "there is nothing to deliver"},
    {kProcessing, kDeliveryTroubled,    kAlways,             kStays,    kProcessing, "retried until Google's copy has expired"},
    {kProcessing, kResultLost,          When(kClipUsable),                        kStays, kProcessing, "other clips are still good"},
    {kProcessing, kResultLost,          Unless(kClipUsable) & When(kPlaceholder), kMoves, kCompleted,  "the configured placeholder stands for the lost video"},
    {kProcessing, kResultLost,          Unless(kClipUsable | kPlaceholder),       kMoves, kFailed,     "DELIVERY_FAILED"},
    {kProcessing, kCancelled,           kAlways,             kMoves,    kFailed,     "at once; its operations are followed for their cost only"},
    {kProcessing, kEscalationGone,      kAlways,             kMoves,    kFailed,     "at once; its operations are followed for their cost only"},
    {kProcessing, kRetried,             kAlways,             kRejected, kProcessing, "it has not ended"},
    {kProcessing, kOperationFound,      kAlways,             kStays,    kProcessing, "a further clip"},

    {kCompleted, kCreated,             kAlways, kRejected, kCompleted, "a new video for the same escalation is a new job"},
    {kCompleted, kAdoptedRunning,      kAlways, kRejected, kCompleted, "a new video for the same escalation is a new job"},
    {kCompleted, kAdoptedUnknown,      kAlways, kRejected, kCompleted, "a new video for the same escalation is a new job"},
    {kCompleted, kStartAccepted,       kAlways, kIgnored,  kCompleted, "late: the start's own row keeps the evidence"},
    {kCompleted, kStartDeferred,       kAlways, kIgnored,  kCompleted, "nothing is started any more"},
    {kCompleted, kStartsExhausted,     kAlways, kIgnored,  kCompleted, "nothing is started any more"},
    {kCompleted, kStartDeadlinePassed, kAlways, kIgnored,  kCompleted, "nothing is started any more"},
    {kCompleted, kPollTroubled,        kAlways, kIgnored,  kCompleted, "it has ended"},
    {kCompleted, kClipsEnded,          kAlways, kIgnored,  kCompleted, "it has ended"},
    {kCompleted, kDelivered,           kAlways, kIgnored,  kCompleted, "delivered already"},
    {kCompleted, kDeliveryTroubled,    kAlways, kIgnored,  kCompleted, "delivered already"},
    {kCompleted, kResultLost,          kAlways, kIgnored,  kCompleted, "delivered already"},
    {kCompleted, kCancelled,           kAlways, kRejected, kCompleted, "it has ended"},
    {kCompleted, kEscalationGone,      kAlways, kIgnored,  kCompleted, "it has ended"},
    {kCompleted, kRetried,             kAlways, kRejected, kCompleted, "it succeeded"},
    {kCompleted, kOperationFound,      kAlways, kIgnored,  kCompleted, "late: the start's own row keeps the evidence"},

    {kFailed, kCreated,             kAlways,             kRejected, kFailed,     "a job is created once"},
    {kFailed, kAdoptedRunning,      kAlways,             kRejected, kFailed,     "a job is created once"},
    {kFailed, kAdoptedUnknown,      kAlways,             kRejected, kFailed,     "a job is created once"},
    {kFailed, kStartAccepted,       When(kMayPublish),   kMoves,    kProcessing, "a late outcome: what was paid for is brought home"},
    {kFailed, kStartAccepted,       Unless(kMayPublish), kStays,    kFailed,     "a late outcome: followed for its cost only"},
    {kFailed, kStartDeferred,       kAlways,             kIgnored,  kFailed,     "nothing is started any more"},
    {kFailed, kStartsExhausted,     kAlways,             kIgnored,  kFailed,     "it has ended"},
    {kFailed, kStartDeadlinePassed, kAlways,             kIgnored,  kFailed,     "nothing is started any more"},
    {kFailed, kPollTroubled,        kAlways,             kIgnored,  kFailed,     "followed for its cost only; asked again next time"},
    {kFailed, kClipsEnded,          kAlways,             kIgnored,  kFailed,     "it has ended"},
    {kFailed, kDelivered,           kAlways,             kRejected, kFailed,     "a failed job publishes nothing"},
    {kFailed, kDeliveryTroubled,    kAlways,             kIgnored,  kFailed,     "it has ended"},
    {kFailed, kResultLost,          kAlways,             kIgnored,  kFailed,     "it has ended"},
    {kFailed, kCancelled,           kAlways,             kRejected, kFailed,     "it has ended"},
    {kFailed, kEscalationGone,      kAlways,             kIgnored,  kFailed,     "it has ended"},
    {kFailed, kRetried,             Unless(kMayPublish),                                            kRejected, kFailed,     "its row is gone, or has a newer job: nobody waits for this video"},
    {kFailed, kRetried,             When(kMayPublish | kStartBlocked),                              kRejected, kFailed,     "a second charge is possible and nobody accepted it"},
    {kFailed, kRetried,             When(kMayPublish | kClipKept) & Unless(kStartBlocked),          kMoves,    kProcessing, "clips that are paid for and still good are kept"},
    {kFailed, kRetried,             When(kMayPublish) & Unless(kStartBlocked | kClipKept),          kMoves,    kPending,    "starts again from nothing"},
    {kFailed, kOperationFound,      When(kMayPublish),   kMoves,    kProcessing, "a start believed lost was accepted: it is brought home"},
    {kFailed, kOperationFound,      Unless(kMayPublish), kStays,    kFailed,     "followed for its cost only"},
});
// clang-format on
}  // namespace job_table

inline constexpr const auto& kJobTable = job_table::kRows;

constexpr bool IsFinished(JobState state) { return state == JobState::kCompleted || state == JobState::kFailed; }

// The one row for an event in a state under the given job_fact bits. Never fails: a move that is not legal is a row
// that answers kRejected and says why.
constexpr const JobRow& Decide(JobState from, JobEvent event, statemachine::Facts facts) {
  return statemachine::Decide(kJobTable, from, event, facts);
}

// Lower-case words, as stored in the database and shown on the HTTP door: "pending". kNone is "".
std::string_view Name(JobState state);
// Lower-case words with underscores, as in the event log: "start_accepted".
std::string_view Name(JobEvent event);
// The state called `name`, or kNone.
JobState JobStateNamed(std::string_view name);

}  // namespace videojobs

#endif  // VIDEOJOBS_STATEMACHINE_JOB_MACHINE_H_
