#ifndef VIDEOJOBS_TESTS_SUPPORT_COLLECTED_LOG_H_
#define VIDEOJOBS_TESTS_SUPPORT_COLLECTED_LOG_H_

#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "adapters/log.h"

namespace videojobs {

// Keeps every line. Thread-safe.
class CollectedLog : public Log {
 public:
  void Write(const LogLine& line) override {
    const std::lock_guard lock(mutex_);
    lines_.push_back(line);
  }

  std::vector<LogLine> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

  // The first line of this component with this message; nullptr-like empty message where there is none.
  LogLine Find(Component component, absl::string_view message) const {
    for (const LogLine& line : lines()) {
      if (line.component == component && line.message == message) return line;
    }
    return {};
  }

  // Everything that was said, as one text, for looking for what must not be there.
  std::string Text() const {
    std::string text;
    for (const LogLine& line : lines()) {
      absl::StrAppend(&text, line.message, "\n");
      for (const auto& [key, value] : line.fields) absl::StrAppend(&text, key, "=", value, "\n");
    }
    return text;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<LogLine> lines_;
};

// The value of a field, or "".
inline std::string FieldOf(const LogLine& line, absl::string_view key) {
  for (const auto& [name, value] : line.fields) {
    if (name == key) return value;
  }
  return "";
}

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_SUPPORT_COLLECTED_LOG_H_
