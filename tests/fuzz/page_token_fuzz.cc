// A page token from a caller: what is accepted is one that we gave, for this very filter.

#include "absl/strings/escaping.h"
#include "server/doors/page_token.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace videojobs;
  JobFilter filter;
  filter.escalation_id = "e";
  const absl::string_view text = fuzz::AsText(data, size);
  const auto end = FromPageToken(text, filter);
  if (!end.ok()) {
    FUZZ_EXPECT(absl::IsInvalidArgument(end.status()));
    // The same bytes as a place of our own making: every place comes back as it was.
    const PageEnd place{absl::FromUnixNanos(static_cast<std::int64_t>(size) * 1'000'003), std::string(text)};
    const auto again = FromPageToken(ToPageToken(place, filter), filter);
    FUZZ_EXPECT(!again.ok() || (again->created_at == place.created_at && again->job_id == place.job_id));
    return 0;
  }
  const auto again = FromPageToken(ToPageToken(*end, filter), filter);
  FUZZ_EXPECT(again.ok() && again->created_at == end->created_at && again->job_id == end->job_id);
  FUZZ_EXPECT(!FromPageToken(text, {}).ok());
  return 0;
}
