// A whole environment, one NAME=value a line: settings that are accepted are usable, a refusal says no secret.

#include <map>
#include <string>

#include "absl/strings/match.h"
#include "server/settings.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  absl::string_view text = fuzz::AsText(data, size);
  std::map<std::string, std::string> env;
  while (!text.empty()) {
    const absl::string_view line = fuzz::TakeLine(text);
    const auto equals = line.find('=');
    if (equals != absl::string_view::npos)
      env[std::string(line.substr(0, equals))] = std::string(line.substr(equals + 1));
  }
  env["GOOGLE_GENAI_API_KEY"] = "AIzaSyA-secret-key-0001";
  const auto settings = ReadSettings(env);
  if (!settings.ok()) {
    FUZZ_EXPECT(!settings.status().message().empty());
    FUZZ_EXPECT(!absl::StrContains(settings.status().message(), env["GOOGLE_GENAI_API_KEY"]));
    return 0;
  }
  FUZZ_EXPECT(settings->concurrency > 0 && settings->poll_interval >= absl::ZeroDuration());
  FUZZ_EXPECT(settings->lease > absl::ZeroDuration() && settings->start_deadline > absl::ZeroDuration());
  FUZZ_EXPECT(!settings->total_cap_micros || *settings->total_cap_micros >= 0);
  FUZZ_EXPECT(!settings->listen.empty());
  return 0;
}
