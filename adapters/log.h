#ifndef VIDEOJOBS_ADAPTERS_LOG_H_
#define VIDEOJOBS_ADAPTERS_LOG_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace videojobs {

enum class Severity { kDebug, kInfo, kWarning, kError };

// The tag in front of a line, by which an operator filters: "[Video Worker]", "[Video Generator]", "[Video Poll API]".
enum class Component { kWorker, kGenerator, kPollApi };

// One event. Never a key, a token, a person's name or a prompt.
struct LogLine {
  Severity severity = Severity::kInfo;
  Component component = Component::kWorker;
  std::string message;                                      // a sentence without the fields' values
  std::vector<std::pair<std::string, std::string>> fields;  // e.g. {"job", "0192…"}, {"escalation", "…"}
};

// Where log lines go. Thread-safe; never fails.
class Log {
 public:
  virtual ~Log() = default;
  virtual void Write(const LogLine& line) = 0;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_LOG_H_
