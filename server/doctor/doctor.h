#ifndef VIDEOJOBS_SERVER_DOCTOR_DOCTOR_H_
#define VIDEOJOBS_SERVER_DOCTOR_DOCTOR_H_

#include <map>
#include <string>
#include <vector>

#include "server/doctor/examination.h"

namespace videojobs {

// Looks at everything that a server with this environment would use: the settings; the credentials and the models at
// Google (free calls only); the database, its rights, migrations and legal edges; the storage, with an object of some
// bytes that is written, read back the way that players go, and taken away; the clock; the disk; and at the jobs for
// what keeps them from going on. Nothing is paid for, migrated or made, no lease is ended, and a server that runs is
// not disturbed. Blocks for seconds, for minutes where the network is silent. `env` as for ReadSettings.
std::vector<Finding> Examine(const std::map<std::string, std::string>& env);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_DOCTOR_DOCTOR_H_
