#include "server/doctor/doctor.h"

#include <string>

#include "absl/strings/str_split.h"
#include "adapters/http/client.h"
#include "adapters/system/random_id_source.h"
#include "adapters/system/system_clock.h"
#include "server/doctor/examinations.h"
#include "server/settings.h"

namespace videojobs {

std::vector<Finding> Examine(const std::map<std::string, std::string>& env) {
  Examination found;
  const auto settings = ReadSettings(env);
  if (!settings.ok()) {
    for (const absl::string_view line : absl::StrSplit(settings.status().message(), '\n')) {
      found.Ill("settings", std::string(line), "set it so; videojobs-server --help lists every variable");
    }
    return found.findings();
  }
  SystemClock clock;
  RandomIdSource ids(clock);
  http::Client client;
  ExamineGoogle(*settings, client, clock, found);
  ExamineDatabase(*settings, clock, found);
  ExamineStorage(*settings, client, ids, found);
  ExamineDisk(*settings, found);
  ExamineSwitches(*settings, found);
  return found.findings();
}

}  // namespace videojobs
