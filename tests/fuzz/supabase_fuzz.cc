// Supabase Storage's answers: the first line is the HTTP status, the rest the body.

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "adapters/supabase/errors.h"
#include "adapters/supabase/wire.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  absl::string_view text = fuzz::AsText(data, size);
  http::Response answer;
  if (!absl::SimpleAtoi(fuzz::TakeLine(text), &answer.status)) return 0;
  if (answer.status < 200 || answer.status > 599) return 0;
  answer.body = std::string(text);

  const supabase::Endpoint endpoint{"https://abc.supabase.co/storage/v1", "service-role-key-0001", "escalation-videos"};
  if (answer.ok()) {
    const auto length = supabase::SizeFromInfo(answer.body);
    FUZZ_EXPECT(!length.ok() || *length >= 0);
    const auto url = supabase::UrlFromSigned(endpoint, answer.body);
    FUZZ_EXPECT(!url.ok() || absl::StartsWith(*url, "https://abc.supabase.co/storage/v1/"));
    supabase::IsPublicFromBucket(answer.body).IgnoreError();
  } else {
    const absl::Status status = supabase::StatusFromAnswer(answer, endpoint);
    FUZZ_EXPECT(!status.ok() && !absl::StrContains(status.message(), endpoint.key));
  }
  return 0;
}
