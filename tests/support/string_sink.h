#ifndef VIDEOJOBS_TESTS_SUPPORT_STRING_SINK_H_
#define VIDEOJOBS_TESTS_SUPPORT_STRING_SINK_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "adapters/byte_stream.h"

namespace videojobs {

// Keeps what it gets.
class StringSink : public ByteSink {
 public:
  absl::Status Write(absl::string_view bytes) override {
    text.append(bytes.data(), bytes.size());
    return absl::OkStatus();
  }
  std::string text;
};

// Takes nothing.
class FailingSink : public ByteSink {
 public:
  explicit FailingSink(absl::Status error) : error_(std::move(error)) {}
  absl::Status Write(absl::string_view) override { return error_; }

 private:
  const absl::Status error_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_TESTS_SUPPORT_STRING_SINK_H_
