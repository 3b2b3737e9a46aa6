#include "server/doctor/examination.h"

#include <utility>

namespace videojobs {

void Examination::Ill(std::string subject, const absl::Status& status, std::string mend) {
  Add(Health::kIll, std::move(subject), std::string(status.message()), std::move(mend));
}

void Examination::Add(Health health, std::string subject, std::string words, std::string mend) {
  findings_.push_back({health, std::move(subject), std::move(words), std::move(mend)});
}

}  // namespace videojobs
