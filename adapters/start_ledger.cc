#include "adapters/start_ledger.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace videojobs {
namespace {

std::string Dollars(std::int64_t micros) { return absl::StrFormat("$%.2f", static_cast<double>(micros) / 1e6); }

}  // namespace

std::string WhyOverCap(absl::string_view which, std::int64_t cap, std::int64_t spent, std::int64_t price) {
  return absl::StrCat("the ", which, " spending limit of ", Dollars(cap), " would be exceeded: ", Dollars(spent),
                      " spent or reserved, and this start costs ", Dollars(price));
}

std::string ClipDetail(const StartOutcome& outcome, ClipState to) {
  if (outcome.kind != OutcomeKind::kRefused || to != ClipState::kUnknown) return outcome.detail;
  return absl::StrCat("the start before may have been charged; the latest was refused: ", outcome.detail);
}

}  // namespace videojobs
