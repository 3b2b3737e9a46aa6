#ifndef VIDEOJOBS_STATEMACHINE_CLIP_MACHINE_H_
#define VIDEOJOBS_STATEMACHINE_CLIP_MACHINE_H_

// The clip's machine: one scene of a job on its way from plan to stored video. The database enforces the same edges
// (migrations/); statemachine/README.md shows this table rendered, with a diagram.

#include <array>
#include <string_view>

#include "statemachine/machine.h"

namespace videojobs {

enum class ClipState : std::uint8_t {
  kNone,      // not stored yet; never seen outside
  kPlanned,   // its scene is written; no start is under way
  kStarting,  // a start's intent is committed, its outcome is not. A crash leaves it here until the lease ends: unknown
  kRunning,   // the provider accepted; its operation is polled
  kUnknown,   // nobody can say whether the start was accepted; never started again without a person's word
  kRefused,   // the provider surely created nothing, because of this very request
  kReady,     // the provider made the video; its copy is to be brought home
  kStored,    // the video is in the user's storage. Final
  kFailed,    // ended without a video
};

// Facts about a clip, in the past tense.
enum class ClipEvent : std::uint8_t {
  kPlanned,             // the storyboard was written
  kAdoptedRunning,      // came with its job, with an operation of the provider's form
  kAdoptedUnknown,      // came with its job, without one
  kStartIntended,       // the start's row was committed, before the paid call
  kStartAccepted,       // the outcome: an operation's name
  kStartRefused,        // the outcome: surely nothing was created
  kStartLost,           // the outcome: unknown
  kStartForgone,        // its job's start deadline passed, or its job ended, before it started
  kPollTroubled,        // a poll gave no answer about the operation, or said that it still runs
  kOperationSucceeded,  // done, with a video
  kOperationFailed,     // done, without one
  kOperationExpired,    // the provider does not know the operation any more
  kOperationFound,      // evidence that carries our own id: the unknown start runs
  kResultFound,         // evidence that carries our own id: the unknown start's video
  kStored,              // checked and uploaded
  kDeliveryTroubled,    // download or upload failed; the provider's copy still exists
  kResultLost,          // the provider's copy has expired, or is proven unusable
  kRetried,             // its job was retried
};

// What guards look at, one bit each.
namespace clip_fact {
inline constexpr statemachine::Facts kLaneWide = 1;  // the refusal would hit every job: the lane closes instead
inline constexpr statemachine::Facts kSecondChargeAccepted =
    2;  // a person accepted that the unknown start may be paid twice
inline constexpr statemachine::Facts kEarlierInDoubt =
    4;  // an earlier start of the clip may have been charged, and no start but refused ones followed it
inline constexpr int kCount = 3;
}  // namespace clip_fact

inline constexpr std::array kClipStates = {ClipState::kNone,    ClipState::kPlanned, ClipState::kStarting,
                                           ClipState::kRunning, ClipState::kUnknown, ClipState::kRefused,
                                           ClipState::kReady,   ClipState::kStored,  ClipState::kFailed};
inline constexpr std::array kClipEvents = {ClipEvent::kPlanned,         ClipEvent::kAdoptedRunning,
                                           ClipEvent::kAdoptedUnknown,  ClipEvent::kStartIntended,
                                           ClipEvent::kStartAccepted,   ClipEvent::kStartRefused,
                                           ClipEvent::kStartLost,       ClipEvent::kStartForgone,
                                           ClipEvent::kPollTroubled,    ClipEvent::kOperationSucceeded,
                                           ClipEvent::kOperationFailed, ClipEvent::kOperationExpired,
                                           ClipEvent::kOperationFound,  ClipEvent::kResultFound,
                                           ClipEvent::kStored,          ClipEvent::kDeliveryTroubled,
                                           ClipEvent::kResultLost,      ClipEvent::kRetried};

using ClipRow = statemachine::Row<ClipState, ClipEvent>;

namespace clip_table {
using S = ClipState;
using E = ClipEvent;
using enum statemachine::Answer;
using clip_fact::kEarlierInDoubt;
using clip_fact::kLaneWide;
using clip_fact::kSecondChargeAccepted;
using statemachine::Guard;
using statemachine::kAlways;
using statemachine::Unless;
using statemachine::When;

// clang-format off
inline constexpr std::array kRows = std::to_array<ClipRow>({
    {S::kNone, E::kPlanned,            kAlways, kMoves,    S::kPlanned, "its scene is written, once, before any start"},
    {S::kNone, E::kAdoptedRunning,     kAlways, kMoves,    S::kRunning, "paid for already: followed, never started"},
    {S::kNone, E::kAdoptedUnknown,     kAlways, kMoves,    S::kUnknown, "nobody can say what was paid for"},
    {S::kNone, E::kStartIntended,      kAlways, kRejected, S::kNone,    "there is no clip yet"},
    {S::kNone, E::kStartAccepted,      kAlways, kRejected, S::kNone,    "there is no clip yet"},
    {S::kNone, E::kStartRefused,       kAlways, kRejected, S::kNone,    "there is no clip yet"},
    {S::kNone, E::kStartLost,          kAlways, kRejected, S::kNone,    "there is no clip yet"},
    {S::kNone, E::kStartForgone,       kAlways, kRejected, S::kNone,    "there is no clip yet"},
    {S::kNone, E::kPollTroubled,       kAlways, kRejected, S::kNone,    "there is no clip yet"},
    {S::kNone, E::kOperationSucceeded, kAlways, kRejected, S::kNone,    "there is no clip yet"},
    {S::kNone, E::kOperationFailed,    kAlways, kRejected, S::kNone,    "there is no clip yet"},
    {S::kNone, E::kOperationExpired,   kAlways, kRejected, S::kNone,    "there is no clip yet"},
    {S::kNone, E::kOperationFound,     kAlways, kRejected, S::kNone,    "there is no clip yet"},
    {S::kNone, E::kResultFound,        kAlways, kRejected, S::kNone,    "there is no clip yet"},
    {S::kNone, E::kStored,             kAlways, kRejected, S::kNone,    "there is no clip yet"},
    {S::kNone, E::kDeliveryTroubled,   kAlways, kRejected, S::kNone,    "there is no clip yet"},
    {S::kNone, E::kResultLost,         kAlways, kRejected, S::kNone,    "there is no clip yet"},
    {S::kNone, E::kRetried,            kAlways, kRejected, S::kNone,    "there is no clip yet"},

    {S::kPlanned, E::kPlanned,            kAlways, kRejected, S::kPlanned,  "a storyboard is written once"},
    {S::kPlanned, E::kAdoptedRunning,     kAlways, kRejected, S::kPlanned,  "it is ours already"},
    {S::kPlanned, E::kAdoptedUnknown,     kAlways, kRejected, S::kPlanned,  "it is ours already"},
    {S::kPlanned, E::kStartIntended,      kAlways, kMoves,    S::kStarting, "the intent is committed before the paid call"},
    {S::kPlanned, E::kStartAccepted,      kAlways, kMoves,    S::kRunning,  "planned again over a lost answer, which came after all: never pay twice"},
    {S::kPlanned, E::kStartRefused,       kAlways, kRejected, S::kPlanned,  "no start is under way"},
    {S::kPlanned, E::kStartLost,          kAlways, kRejected, S::kPlanned,  "no start is under way"},
    {S::kPlanned, E::kStartForgone,       kAlways, kMoves,    S::kFailed,   "it never started, and never will"},
    {S::kPlanned, E::kPollTroubled,       kAlways, kRejected, S::kPlanned,  "nothing runs"},
    {S::kPlanned, E::kOperationSucceeded, kAlways, kRejected, S::kPlanned,  "nothing runs"},
    {S::kPlanned, E::kOperationFailed,    kAlways, kRejected, S::kPlanned,  "nothing runs"},
    {S::kPlanned, E::kOperationExpired,   kAlways, kRejected, S::kPlanned,  "nothing runs"},
    {S::kPlanned, E::kOperationFound,     kAlways, kRejected, S::kPlanned,  "nothing runs"},
    {S::kPlanned, E::kResultFound,        kAlways, kRejected, S::kPlanned,  "nothing runs"},
    {S::kPlanned, E::kStored,             kAlways, kRejected, S::kPlanned,  "nothing was made yet"},
    {S::kPlanned, E::kDeliveryTroubled,   kAlways, kRejected, S::kPlanned,  "nothing was made yet"},
    {S::kPlanned, E::kResultLost,         kAlways, kRejected, S::kPlanned,  "nothing was made yet"},
    {S::kPlanned, E::kRetried,            kAlways, kStays,    S::kPlanned,  "it may start still"},

    {S::kStarting, E::kPlanned,            kAlways,           kRejected, S::kStarting, "a storyboard is written once"},
    {S::kStarting, E::kAdoptedRunning,     kAlways,           kRejected, S::kStarting, "it is ours already"},
    {S::kStarting, E::kAdoptedUnknown,     kAlways,           kRejected, S::kStarting, "it is ours already"},
    {S::kStarting, E::kStartIntended,      kAlways,           kRejected, S::kStarting, "one start at a time: never pay twice"},
    {S::kStarting, E::kStartAccepted,      kAlways,           kMoves,    S::kRunning,  "the operation's name is durable"},
    {S::kStarting, E::kStartRefused,       When(kLaneWide),   kMoves,    S::kPlanned,  "the lane closes; the attempt is not lost"},
    {S::kStarting, E::kStartRefused,       Unless(kLaneWide) & When(kEarlierInDoubt), kMoves, S::kUnknown, "the doubt about the earlier start is what is left"},
    {S::kStarting, E::kStartRefused,       Unless(kLaneWide | kEarlierInDoubt),       kMoves, S::kRefused, "this very request is wrong"},
    {S::kStarting, E::kStartLost,          kAlways,           kMoves,    S::kUnknown,  "bytes may have gone out, and no answer says what became of them"},
    {S::kStarting, E::kStartForgone,       kAlways,           kRejected, S::kStarting, "an open intent is settled first"},
    {S::kStarting, E::kPollTroubled,       kAlways,           kRejected, S::kStarting, "no operation is known yet"},
    {S::kStarting, E::kOperationSucceeded, kAlways,           kRejected, S::kStarting, "no operation is known yet"},
    {S::kStarting, E::kOperationFailed,    kAlways,           kRejected, S::kStarting, "no operation is known yet"},
    {S::kStarting, E::kOperationExpired,   kAlways,           kRejected, S::kStarting, "no operation is known yet"},
    {S::kStarting, E::kOperationFound,     kAlways,           kMoves,    S::kRunning,  "the evidence came before the answer"},
    {S::kStarting, E::kResultFound,        kAlways,           kMoves,    S::kReady,    "the evidence came before the answer"},
    {S::kStarting, E::kStored,             kAlways,           kRejected, S::kStarting, "nothing was made yet"},
    {S::kStarting, E::kDeliveryTroubled,   kAlways,           kRejected, S::kStarting, "nothing was made yet"},
    {S::kStarting, E::kResultLost,         kAlways,           kRejected, S::kStarting, "nothing was made yet"},
    {S::kStarting, E::kRetried,            kAlways,           kRejected, S::kStarting, "an open intent is settled first"},

    {S::kRunning, E::kPlanned,            kAlways, kRejected, S::kRunning, "a storyboard is written once"},
    {S::kRunning, E::kAdoptedRunning,     kAlways, kRejected, S::kRunning, "it is ours already"},
    {S::kRunning, E::kAdoptedUnknown,     kAlways, kRejected, S::kRunning, "it is ours already"},
    {S::kRunning, E::kStartIntended,      kAlways, kRejected, S::kRunning, "it is paid for: never pay twice"},
    {S::kRunning, E::kStartAccepted,      kAlways, kIgnored,  S::kRunning, "known already"},
    {S::kRunning, E::kStartRefused,       kAlways, kRejected, S::kRunning, "only an unknown outcome may become another"},
    {S::kRunning, E::kStartLost,          kAlways, kRejected, S::kRunning, "only an unknown outcome may become another"},
    {S::kRunning, E::kStartForgone,       kAlways, kIgnored,  S::kRunning, "it did start"},
    {S::kRunning, E::kPollTroubled,       kAlways, kStays,    S::kRunning, "asked again next time"},
    {S::kRunning, E::kOperationSucceeded, kAlways, kMoves,    S::kReady,   "its video waits at the provider"},
    {S::kRunning, E::kOperationFailed,    kAlways, kMoves,    S::kFailed,  "FILTERED or GENERATION_FAILED; not charged"},
    {S::kRunning, E::kOperationExpired,   kAlways, kMoves,    S::kFailed,  "OPERATION_EXPIRED"},
    {S::kRunning, E::kOperationFound,     kAlways, kIgnored,  S::kRunning, "known already"},
    {S::kRunning, E::kResultFound,        kAlways, kMoves,    S::kReady,   "found before it was asked"},
    {S::kRunning, E::kStored,             kAlways, kRejected, S::kRunning, "nothing was fetched yet"},
    {S::kRunning, E::kDeliveryTroubled,   kAlways, kRejected, S::kRunning, "nothing was fetched yet"},
    {S::kRunning, E::kResultLost,         kAlways, kRejected, S::kRunning, "nothing was made yet"},
    {S::kRunning, E::kRetried,            kAlways, kStays,    S::kRunning, "paid for, and still good: kept"},

    {S::kUnknown, E::kPlanned,            kAlways, kRejected, S::kUnknown, "a storyboard is written once"},
    {S::kUnknown, E::kAdoptedRunning,     kAlways, kRejected, S::kUnknown, "it is ours already"},
    {S::kUnknown, E::kAdoptedUnknown,     kAlways, kRejected, S::kUnknown, "it is ours already"},
    {S::kUnknown, E::kStartIntended,      kAlways, kRejected, S::kUnknown, "it may be paid for: never pay twice"},
    {S::kUnknown, E::kStartAccepted,      kAlways, kMoves,    S::kRunning, "the answer came late"},
    {S::kUnknown, E::kStartRefused,       When(kEarlierInDoubt),   kStays, S::kUnknown, "the doubt about the earlier start is what is left"},
    {S::kUnknown, E::kStartRefused,       Unless(kEarlierInDoubt), kMoves, S::kRefused, "the answer came late: surely nothing was created"},
    {S::kUnknown, E::kStartLost,          kAlways, kIgnored,  S::kUnknown, "known already"},
    {S::kUnknown, E::kStartForgone,       kAlways, kIgnored,  S::kUnknown, "it may have started"},
    {S::kUnknown, E::kPollTroubled,       kAlways, kRejected, S::kUnknown, "no operation is known"},
    {S::kUnknown, E::kOperationSucceeded, kAlways, kRejected, S::kUnknown, "no operation is known"},
    {S::kUnknown, E::kOperationFailed,    kAlways, kRejected, S::kUnknown, "no operation is known"},
    {S::kUnknown, E::kOperationExpired,   kAlways, kRejected, S::kUnknown, "no operation is known"},
    {S::kUnknown, E::kOperationFound,     kAlways, kMoves,    S::kRunning, "evidence that carries our own id"},
    {S::kUnknown, E::kResultFound,        kAlways, kMoves,    S::kReady,   "evidence that carries our own id"},
    {S::kUnknown, E::kStored,             kAlways, kRejected, S::kUnknown, "nothing was fetched"},
    {S::kUnknown, E::kDeliveryTroubled,   kAlways, kRejected, S::kUnknown, "nothing was fetched"},
    {S::kUnknown, E::kResultLost,         kAlways, kRejected, S::kUnknown, "nothing was fetched"},
    {S::kUnknown, E::kRetried,            When(kSecondChargeAccepted),   kMoves,    S::kPlanned, "a person accepted the possible second charge"},
    {S::kUnknown, E::kRetried,            Unless(kSecondChargeAccepted), kRejected, S::kUnknown, "a second charge is possible and nobody accepted it"},

    {S::kRefused, E::kPlanned,            kAlways, kRejected, S::kRefused, "a storyboard is written once"},
    {S::kRefused, E::kAdoptedRunning,     kAlways, kRejected, S::kRefused, "it is ours already"},
    {S::kRefused, E::kAdoptedUnknown,     kAlways, kRejected, S::kRefused, "it is ours already"},
    {S::kRefused, E::kStartIntended,      kAlways, kRejected, S::kRefused, "the same request is refused again; a person retries it"},
    {S::kRefused, E::kStartAccepted,      kAlways, kMoves,    S::kRunning, "an earlier start's answer came after all: it is paid for"},
    {S::kRefused, E::kStartRefused,       kAlways, kIgnored,  S::kRefused, "known already"},
    {S::kRefused, E::kStartLost,          kAlways, kRejected, S::kRefused, "only an unknown outcome may become another"},
    {S::kRefused, E::kStartForgone,       kAlways, kIgnored,  S::kRefused, "it has ended"},
    {S::kRefused, E::kPollTroubled,       kAlways, kRejected, S::kRefused, "nothing runs"},
    {S::kRefused, E::kOperationSucceeded, kAlways, kRejected, S::kRefused, "nothing runs"},
    {S::kRefused, E::kOperationFailed,    kAlways, kRejected, S::kRefused, "nothing runs"},
    {S::kRefused, E::kOperationExpired,   kAlways, kRejected, S::kRefused, "nothing runs"},
    {S::kRefused, E::kOperationFound,     kAlways, kRejected, S::kRefused, "only an unknown outcome may become another"},
    {S::kRefused, E::kResultFound,        kAlways, kRejected, S::kRefused, "only an unknown outcome may become another"},
    {S::kRefused, E::kStored,             kAlways, kRejected, S::kRefused, "nothing was made"},
    {S::kRefused, E::kDeliveryTroubled,   kAlways, kRejected, S::kRefused, "nothing was made"},
    {S::kRefused, E::kResultLost,         kAlways, kRejected, S::kRefused, "nothing was made"},
    {S::kRefused, E::kRetried,            kAlways, kMoves,    S::kPlanned, "nothing was paid: it may start again"},

    {S::kReady, E::kPlanned,            kAlways, kRejected, S::kReady,  "a storyboard is written once"},
    {S::kReady, E::kAdoptedRunning,     kAlways, kRejected, S::kReady,  "it is ours already"},
    {S::kReady, E::kAdoptedUnknown,     kAlways, kRejected, S::kReady,  "it is ours already"},
    {S::kReady, E::kStartIntended,      kAlways, kRejected, S::kReady,  "it is paid for: never pay twice"},
    {S::kReady, E::kStartAccepted,      kAlways, kIgnored,  S::kReady,  "known already"},
    {S::kReady, E::kStartRefused,       kAlways, kRejected, S::kReady,  "only an unknown outcome may become another"},
    {S::kReady, E::kStartLost,          kAlways, kRejected, S::kReady,  "only an unknown outcome may become another"},
    {S::kReady, E::kStartForgone,       kAlways, kIgnored,  S::kReady,  "it did start"},
    {S::kReady, E::kPollTroubled,       kAlways, kIgnored,  S::kReady,  "its video is known"},
    {S::kReady, E::kOperationSucceeded, kAlways, kIgnored,  S::kReady,  "known already"},
    {S::kReady, E::kOperationFailed,    kAlways, kRejected, S::kReady,  "a done operation does not change"},
    {S::kReady, E::kOperationExpired,   kAlways, kIgnored,  S::kReady,  "its video is known"},
    {S::kReady, E::kOperationFound,     kAlways, kIgnored,  S::kReady,  "known already"},
    {S::kReady, E::kResultFound,        kAlways, kIgnored,  S::kReady,  "known already"},
    {S::kReady, E::kStored,             kAlways, kMoves,    S::kStored, "checked, uploaded and read back"},
    {S::kReady, E::kDeliveryTroubled,   kAlways, kStays,    S::kReady,  "retried until the provider's copy has expired"},
    {S::kReady, E::kResultLost,         kAlways, kMoves,    S::kFailed, "DELIVERY_FAILED"},
    {S::kReady, E::kRetried,            kAlways, kStays,    S::kReady,  "paid for, and still good: kept"},

    {S::kStored, E::kPlanned,            kAlways, kRejected, S::kStored, "a storyboard is written once"},
    {S::kStored, E::kAdoptedRunning,     kAlways, kRejected, S::kStored, "it is ours already"},
    {S::kStored, E::kAdoptedUnknown,     kAlways, kRejected, S::kStored, "it is ours already"},
    {S::kStored, E::kStartIntended,      kAlways, kRejected, S::kStored, "it is paid for: never pay twice"},
    {S::kStored, E::kStartAccepted,      kAlways, kIgnored,  S::kStored, "known already"},
    {S::kStored, E::kStartRefused,       kAlways, kRejected, S::kStored, "only an unknown outcome may become another"},
    {S::kStored, E::kStartLost,          kAlways, kRejected, S::kStored, "only an unknown outcome may become another"},
    {S::kStored, E::kStartForgone,       kAlways, kIgnored,  S::kStored, "it did start"},
    {S::kStored, E::kPollTroubled,       kAlways, kIgnored,  S::kStored, "it is home"},
    {S::kStored, E::kOperationSucceeded, kAlways, kIgnored,  S::kStored, "it is home"},
    {S::kStored, E::kOperationFailed,    kAlways, kRejected, S::kStored, "a done operation does not change"},
    {S::kStored, E::kOperationExpired,   kAlways, kIgnored,  S::kStored, "it is home"},
    {S::kStored, E::kOperationFound,     kAlways, kIgnored,  S::kStored, "it is home"},
    {S::kStored, E::kResultFound,        kAlways, kIgnored,  S::kStored, "it is home"},
    {S::kStored, E::kStored,             kAlways, kIgnored,  S::kStored, "it is home"},
    {S::kStored, E::kDeliveryTroubled,   kAlways, kIgnored,  S::kStored, "it is home"},
    {S::kStored, E::kResultLost,         kAlways, kIgnored,  S::kStored, "it is home: the provider's copy is not needed"},
    {S::kStored, E::kRetried,            kAlways, kStays,    S::kStored, "paid for, and still good: kept"},

    {S::kFailed, E::kPlanned,            kAlways, kRejected, S::kFailed,  "a storyboard is written once"},
    {S::kFailed, E::kAdoptedRunning,     kAlways, kRejected, S::kFailed,  "it is ours already"},
    {S::kFailed, E::kAdoptedUnknown,     kAlways, kRejected, S::kFailed,  "it is ours already"},
    {S::kFailed, E::kStartIntended,      kAlways, kRejected, S::kFailed,  "a new start takes a person's retry"},
    {S::kFailed, E::kStartAccepted,      kAlways, kMoves,    S::kRunning, "an earlier start's answer came after all: it is paid for"},
    {S::kFailed, E::kStartRefused,       kAlways, kRejected, S::kFailed,  "only an unknown outcome may become another"},
    {S::kFailed, E::kStartLost,          kAlways, kRejected, S::kFailed,  "only an unknown outcome may become another"},
    {S::kFailed, E::kStartForgone,       kAlways, kIgnored,  S::kFailed,  "it has ended"},
    {S::kFailed, E::kPollTroubled,       kAlways, kIgnored,  S::kFailed,  "it has ended"},
    {S::kFailed, E::kOperationSucceeded, kAlways, kRejected, S::kFailed,  "a done operation does not change"},
    {S::kFailed, E::kOperationFailed,    kAlways, kIgnored,  S::kFailed,  "known already"},
    {S::kFailed, E::kOperationExpired,   kAlways, kIgnored,  S::kFailed,  "known already"},
    {S::kFailed, E::kOperationFound,     kAlways, kIgnored,  S::kFailed,  "known already"},
    {S::kFailed, E::kResultFound,        kAlways, kIgnored,  S::kFailed,  "known already"},
    {S::kFailed, E::kStored,             kAlways, kRejected, S::kFailed,  "nothing was kept"},
    {S::kFailed, E::kDeliveryTroubled,   kAlways, kIgnored,  S::kFailed,  "it has ended"},
    {S::kFailed, E::kResultLost,         kAlways, kIgnored,  S::kFailed,  "known already"},
    {S::kFailed, E::kRetried,            kAlways, kMoves,    S::kPlanned, "a person's word: it may start again"},
});
// clang-format on
}  // namespace clip_table

inline constexpr const auto& kClipTable = clip_table::kRows;

// No further event is expected without a person or late evidence.
constexpr bool HasEnded(ClipState state) {
  return state == ClipState::kUnknown || state == ClipState::kRefused || state == ClipState::kStored ||
         state == ClipState::kFailed;
}

// The one row for an event in a state under the given clip_fact bits. Never fails, as for jobs.
constexpr const ClipRow& Decide(ClipState from, ClipEvent event, statemachine::Facts facts) {
  return statemachine::Decide(kClipTable, from, event, facts);
}

// Lower-case words, as stored in the database: "planned". kNone is "".
std::string_view Name(ClipState state);
// Lower-case words with underscores, as in the event log: "start_accepted".
std::string_view Name(ClipEvent event);
// The state called `name`, or kNone.
ClipState ClipStateNamed(std::string_view name);

}  // namespace videojobs

#endif  // VIDEOJOBS_STATEMACHINE_CLIP_MACHINE_H_
