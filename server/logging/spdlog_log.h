#ifndef VIDEOJOBS_SERVER_LOGGING_SPDLOG_LOG_H_
#define VIDEOJOBS_SERVER_LOGGING_SPDLOG_LOG_H_

#include <memory>
#include <ostream>

#include "adapters/log.h"

namespace videojobs::logging {

struct LogOptions {
  bool json = false;                 // a JSON object per line; else text
  Severity least = Severity::kInfo;  // what is below is not written
};

// A log on standard error, written by spdlog: one line per event, with its UTC time in front
// (https://www.rfc-editor.org/rfc/rfc3339), and out before Write returns. Thread-safe.
std::unique_ptr<Log> OpenStandardErrorLog(const LogOptions& options);

// The same on a stream, which must outlive it.
std::unique_ptr<Log> OpenStreamLog(const LogOptions& options, std::ostream& stream);

}  // namespace videojobs::logging

#endif  // VIDEOJOBS_SERVER_LOGGING_SPDLOG_LOG_H_
