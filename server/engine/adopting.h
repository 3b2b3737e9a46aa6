#ifndef VIDEOJOBS_SERVER_ENGINE_ADOPTING_H_
#define VIDEOJOBS_SERVER_ENGINE_ADOPTING_H_

#include "adapters/job_intake.h"
#include "server/engine/engine.h"

namespace videojobs {

// The step that looks at the web app's table: rows that wait become jobs, what the rows show is kept true, and jobs
// whose row is gone are told so. Thread-safe.
class Adopting {
 public:
  Adopting(const EnginePorts& ports, const EngineSettings& settings) : ports_(ports), settings_(settings) {}

  // Adopts up to `limit` rows. Returns how many became jobs. Trouble is logged, and tried again by the next sweep.
  int Run(int limit);

 private:
  int AdoptRows(int limit);
  void RetryAskedAgain(int limit);
  void RetryOrShow(const std::string& job_id);
  void KeepMirrors();
  NewJob ToJob(const Escalation& row) const;
  Scene SceneOf(const Job& job) const;

  const EnginePorts& ports_;
  const EngineSettings& settings_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_ADOPTING_H_
