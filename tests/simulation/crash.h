#ifndef VIDEOJOBS_TESTS_SIMULATION_CRASH_H_
#define VIDEOJOBS_TESTS_SIMULATION_CRASH_H_

#include <string>

namespace videojobs::simulation {

// From now on a crash of this process (a failed assertion, an exception that nobody caught, a bad access, a sanitizer's
// finding, a time-out's SIGTERM) first writes `words` to standard error. Of several calls the last one counts.
void SayOnCrash(std::string words);

}  // namespace videojobs::simulation

#endif  // VIDEOJOBS_TESTS_SIMULATION_CRASH_H_
