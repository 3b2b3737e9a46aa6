// Nothing here runs: a table that leaves a case open, answers one twice or lets a job be stuck does not compile. It stands
// in a source of its own because the proofs take the compiler seconds, and half of all sources include the tables.

#include "statemachine/clip_machine.h"
#include "statemachine/job_machine.h"
#include "statemachine/machine.h"

namespace videojobs {
namespace {

static_assert(statemachine::RowsAreWellFormed(kJobTable));
static_assert(statemachine::AnswersEverythingOnce(kJobTable, kJobStates, kJobEvents, job_fact::kCount));
static_assert(statemachine::EveryStateIsReachable(kJobTable, kJobStates));
static_assert(statemachine::EveryStateCanEnd(kJobTable, kJobStates, IsFinished));

static_assert(statemachine::RowsAreWellFormed(kClipTable));
static_assert(statemachine::AnswersEverythingOnce(kClipTable, kClipStates, kClipEvents, clip_fact::kCount));
static_assert(statemachine::EveryStateIsReachable(kClipTable, kClipStates));
static_assert(statemachine::EveryStateCanEnd(kClipTable, kClipStates, HasEnded));

}  // namespace
}  // namespace videojobs
