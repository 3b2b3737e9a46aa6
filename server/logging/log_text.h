#ifndef VIDEOJOBS_SERVER_LOGGING_LOG_TEXT_H_
#define VIDEOJOBS_SERVER_LOGGING_LOG_TEXT_H_

// How an event is written, without its time. Pure functions. Whatever a message or a value holds, the result is one
// line of valid UTF-8: control characters and those that reorder text (https://unicode.org/reports/tr36/) are escaped,
// invalid bytes become U+FFFD, and over-long values end in "…".

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "adapters/log.h"

namespace videojobs::logging {

// Longer messages and values are cut, in bytes.
inline constexpr std::size_t kMostBytes = 2048;

// "WARNING [Video Worker] poll without answer job=0192 detail=\"timed out\"". Values are quoted where a reader, or a
// program, could not tell where they end.
std::string TextLine(const LogLine& line);

// The members of a JSON object, without its braces: "level", "component", "message", then the fields.
std::string JsonMembers(const LogLine& line);

}  // namespace videojobs::logging

#endif  // VIDEOJOBS_SERVER_LOGGING_LOG_TEXT_H_
