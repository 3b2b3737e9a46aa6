// A storyboard's answer: the first line is its HTTP status, the rest its body. What is taken keeps to the schema, and
// what is refused is said without a secret.

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "adapters/gemini/wire.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  absl::string_view text = fuzz::AsText(data, size);
  http::Response response;
  if (!absl::SimpleAtoi(fuzz::TakeLine(text), &response.status)) return 0;
  if (response.status < 200 || response.status > 599) return 0;
  response.body = std::string(text);
  const google::Hidden hidden{"AIzaSyA-secret-key-0001", {"A young plant turns its leaves."}};
  VideoOptions options;
  options.max_scenes = 2;
  const auto scenes = gemini::ScenesIn(response, options, hidden);
  if (!scenes.ok()) {
    FUZZ_EXPECT(!absl::StrContains(scenes.status().message(), hidden.api_key));
    return 0;
  }
  FUZZ_EXPECT(response.ok() && !scenes->empty() && scenes->size() <= 2);
  for (const Scene& scene : *scenes) {
    FUZZ_EXPECT(!absl::StripAsciiWhitespace(scene.prompt).empty() && scene.prompt.size() <= gemini::kMostPromptBytes);
    FUZZ_EXPECT(scene.duration_seconds == options.duration_seconds);
  }
  return 0;
}
