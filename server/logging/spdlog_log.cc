#include "server/logging/spdlog_log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <string>
#include <utility>

#include "server/logging/log_text.h"

namespace videojobs::logging {
namespace {

constexpr const char* kTextPattern = "%Y-%m-%dT%H:%M:%S.%eZ %v";
constexpr const char* kJsonPattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ",%v})";

spdlog::level::level_enum LevelOf(Severity severity) {
  switch (severity) {
    case Severity::kDebug:
      return spdlog::level::debug;
    case Severity::kInfo:
      return spdlog::level::info;
    case Severity::kWarning:
      return spdlog::level::warn;
    case Severity::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

class SpdlogLog : public Log {
 public:
  SpdlogLog(const LogOptions& options, spdlog::sink_ptr sink) : json_(options.json), logger_("", std::move(sink)) {
    logger_.set_level(LevelOf(options.least));
    logger_.flush_on(spdlog::level::trace);
    logger_.set_pattern(json_ ? kJsonPattern : kTextPattern, spdlog::pattern_time_type::utc);
    // A log that cannot be written must not end the work it tells about.
    logger_.set_error_handler([](const std::string&) {});
  }

  void Write(const LogLine& line) override {
    const auto level = LevelOf(line.severity);
    if (logger_.should_log(level)) logger_.log(level, json_ ? JsonMembers(line) : TextLine(line));
  }

 private:
  bool json_;
  spdlog::logger logger_;
};

}  // namespace

std::unique_ptr<Log> OpenStandardErrorLog(const LogOptions& options) {
  return std::make_unique<SpdlogLog>(options, std::make_shared<spdlog::sinks::stderr_sink_mt>());
}

std::unique_ptr<Log> OpenStreamLog(const LogOptions& options, std::ostream& stream) {
  return std::make_unique<SpdlogLog>(options, std::make_shared<spdlog::sinks::ostream_sink_mt>(stream));
}

}  // namespace videojobs::logging
