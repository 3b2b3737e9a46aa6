#ifndef VIDEOJOBS_ADAPTERS_ID_SOURCE_H_
#define VIDEOJOBS_ADAPTERS_ID_SOURCE_H_

#include <string>

namespace videojobs {

// New ids. Handed in, so that a test or a simulation under a seed gives the same ids again. Thread-safe.
class IdSource {
 public:
  virtual ~IdSource() = default;
  // A UUID of version 7 in its lower-case form, 36 characters: jobs and starts sort by when they were made.
  virtual std::string NewId() = 0;
  // 128 random bits as 32 lower-case hex digits, not to be guessed: object names, lease tokens.
  virtual std::string NewSecretName() = 0;
  // A number in [0, 1), for jitter.
  virtual double NewFraction() = 0;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_ID_SOURCE_H_
