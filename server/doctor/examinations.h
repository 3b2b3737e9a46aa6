#ifndef VIDEOJOBS_SERVER_DOCTOR_EXAMINATIONS_H_
#define VIDEOJOBS_SERVER_DOCTOR_EXAMINATIONS_H_

#include <string>

#include "absl/time/time.h"
#include "adapters/clock.h"
#include "adapters/http/client.h"
#include "adapters/id_source.h"
#include "server/doctor/examination.h"
#include "server/settings.h"

namespace videojobs {

// How far two clocks may be apart before it is worth a word.
constexpr absl::Duration kClockTolerance = absl::Minutes(1);

// What is looked at, one after the other. Each adds its findings, pays for nothing, and leaves nothing behind but the
// two files that SQLite keeps beside a database that was read; they are its owner's.

// Prices, credentials, models, the output folder, the doors for jobs of earlier settings, storyboards; then how far the
// machine's clock is off from the chosen provider's. In MOCK_MODE what the server would refuse of it all the same.
void ExamineGoogle(const Settings& settings, http::Client& client, Clock& clock, Examination& found);

// The database, its rights, migrations and legal edges, and what keeps jobs from going on.
void ExamineDatabase(const Settings& settings, Clock& clock, Examination& found);

// The storage: an object of some bytes is written, read back the way that players go, and taken away.
void ExamineStorage(const Settings& settings, http::Client& client, IdSource& ids, Examination& found);

// The data folder and its disk.
void ExamineDisk(const Settings& settings, Examination& found);

// What the settings themselves keep from happening.
void ExamineSwitches(const Settings& settings, Examination& found);

// Whether a folder is there, or can be made, and this user may write it: OK, or what is wrong. Leaves nothing behind.
absl::Status CheckFolder(const std::string& folder);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_DOCTOR_EXAMINATIONS_H_
