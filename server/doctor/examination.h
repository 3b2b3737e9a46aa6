#ifndef VIDEOJOBS_SERVER_DOCTOR_EXAMINATION_H_
#define VIDEOJOBS_SERVER_DOCTOR_EXAMINATION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace videojobs {

enum class Health { kWell, kWarning, kIll };

// One line of what was looked at.
struct Finding {
  Health health = Health::kWell;
  std::string subject;  // "database", "storage", …
  std::string words;    // what was found; no secret
  std::string mend;     // what to do; empty where all is well
};

// Collects findings in order. Used by one thread.
class Examination {
 public:
  void Well(std::string subject, std::string words) { Add(Health::kWell, std::move(subject), std::move(words), ""); }
  void Warning(std::string subject, std::string words, std::string mend) {
    Add(Health::kWarning, std::move(subject), std::move(words), std::move(mend));
  }
  void Ill(std::string subject, std::string words, std::string mend) {
    Add(Health::kIll, std::move(subject), std::move(words), std::move(mend));
  }
  // Ill in the status's own words.
  void Ill(std::string subject, const absl::Status& status, std::string mend);

  const std::vector<Finding>& findings() const { return findings_; }

 private:
  void Add(Health health, std::string subject, std::string words, std::string mend);

  std::vector<Finding> findings_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_DOCTOR_EXAMINATION_H_
