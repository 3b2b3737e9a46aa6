#include "server/doors/page_token.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/engine/creating_checks.h"
#include "server/engine/uuid.h"

namespace videojobs {
namespace {

// FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/: the same in every process, unlike absl::Hash.
std::uint64_t Hash(absl::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

std::string Moment(const std::optional<absl::Time>& time) {
  return time ? absl::StrCat(absl::ToUnixNanos(*time)) : "-";
}

std::uint64_t HashOf(const JobFilter& filter) {
  std::vector<JobState> states = filter.states;
  std::sort(states.begin(), states.end());
  states.erase(std::unique(states.begin(), states.end()), states.end());
  std::string said =
      absl::StrCat(Moment(filter.created_after), " ", Moment(filter.created_before), " ", filter.escalation_id);
  for (const JobState state : states) absl::StrAppend(&said, " ", static_cast<int>(state));
  return Hash(said);
}

std::optional<PageEnd> Parse(absl::string_view token, std::uint64_t filter_hash) {
  std::string text;
  if (!absl::WebSafeBase64Unescape(token, &text)) return std::nullopt;
  const std::vector<std::string> parts = absl::StrSplit(text, ' ');
  std::int64_t nanos = 0;
  if (parts.size() != 3 || parts[0] != absl::StrCat(absl::Hex(filter_hash)) || !absl::SimpleAtoi(parts[1], &nanos)) {
    return std::nullopt;
  }
  auto id = NormalUuid(parts[2]);
  if (!id) return std::nullopt;
  return PageEnd{absl::FromUnixNanos(nanos), *std::move(id)};
}

}  // namespace

std::string ToPageToken(const PageEnd& end, const JobFilter& filter) {
  return absl::WebSafeBase64Escape(
      absl::StrCat(absl::Hex(HashOf(filter)), " ", absl::ToUnixNanos(end.created_at), " ", end.job_id));
}

absl::StatusOr<PageEnd> FromPageToken(absl::string_view token, const JobFilter& filter) {
  auto end = Parse(token, HashOf(filter));
  if (!end) {
    return RefuseRequest({{"page_token",
                           "is not one that this filter's last answer gave; send its next_page_token with the same "
                           "filter, or nothing for the first page"}});
  }
  return *std::move(end);
}

}  // namespace videojobs
