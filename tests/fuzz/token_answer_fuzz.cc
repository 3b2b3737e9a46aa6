// What a token endpoint, or a machine's metadata server, answers: the first line is its HTTP status, the rest its body.
// A token is a header's value and lives for a while; no secret gets into words.

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "adapters/vertex/token_sources.h"
#include "tests/fuzz/start_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  const auto response = fuzz::TakeAnswer(fuzz::AsText(data, size));
  if (!response) return 0;
  const auto token = vertex::TokenIn(*response, fuzz::kHidden);
  if (token.ok()) {
    FUZZ_EXPECT(response->ok() && token->lives > absl::ZeroDuration() && !token->value.empty());
    for (const char c : token->value) FUZZ_EXPECT(absl::ascii_isgraph(static_cast<unsigned char>(c)));
  } else {
    FUZZ_EXPECT(absl::IsPermissionDenied(token.status()) || absl::IsUnavailable(token.status()));
    FUZZ_EXPECT(!absl::StrContains(token.status().message(), fuzz::kHidden.api_key));
    for (const unsigned char c : token.status().message()) FUZZ_EXPECT(!absl::ascii_iscntrl(c));
  }
  return 0;
}
