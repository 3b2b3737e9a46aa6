#ifndef VIDEOJOBS_TESTS_SUPPORT_SEQUENCE_IDS_H_
#define VIDEOJOBS_TESTS_SUPPORT_SEQUENCE_IDS_H_

#include <atomic>
#include <string>

#include "absl/strings/str_format.h"
#include "adapters/id_source.h"

namespace videojobs {

// Ids that count up, in the form of real ones. Thread-safe.
class SequenceIds : public IdSource {
 public:
  std::string NewId() override { return absl::StrFormat("00000000-0000-7000-8000-%012x", ++last_); }
  std::string NewSecretName() override { return absl::StrFormat("%032x", ++last_); }
  double NewFraction() override { return 0.5; }

 private:
  std::atomic<int> last_ = 0;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_SUPPORT_SEQUENCE_IDS_H_
