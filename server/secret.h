#ifndef VIDEOJOBS_SERVER_SECRET_H_
#define VIDEOJOBS_SERVER_SECRET_H_

#include <ostream>
#include <string>
#include <utility>

namespace videojobs {

// A key, a token or a URL with a password: printing it shows that there is one, never what it is.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  bool empty() const { return value_.empty(); }
  // For the one place that sends it.
  const std::string& Reveal() const { return value_; }

 private:
  std::string value_;
};

inline std::ostream& operator<<(std::ostream& out, const Secret& secret) {
  return out << (secret.empty() ? "(none)" : "(secret)");
}

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_SECRET_H_
