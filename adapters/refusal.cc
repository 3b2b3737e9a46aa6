#include "adapters/refusal.h"

#include <string>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

namespace videojobs {
namespace {

constexpr absl::string_view kPayloadUrl = "videojobs/refusal";

void AppendText(absl::string_view text, std::string& out) { absl::StrAppend(&out, text.size(), ":", text); }

// Takes back what AppendText wrote.
std::string TakeText(absl::string_view& in) {
  const std::size_t colon = in.find(':');
  std::size_t size = 0;
  for (const char digit : in.substr(0, colon)) size = size * 10 + static_cast<std::size_t>(digit - '0');
  const std::string text(in.substr(colon + 1, size));
  in.remove_prefix(colon + 1 + size);
  return text;
}

}  // namespace

absl::Status Refuse(absl::StatusCode code, absl::string_view message, const Refusal& refusal) {
  std::string payload;
  AppendText(refusal.reason, payload);
  AppendText(absl::StrCat(refusal.violations.size()), payload);
  for (const Violation& violation : refusal.violations) {
    AppendText(violation.field, payload);
    AppendText(violation.description, payload);
  }
  for (const auto& [key, value] : refusal.metadata) {
    AppendText(key, payload);
    AppendText(value, payload);
  }
  absl::Status status(code, message);
  status.SetPayload(kPayloadUrl, absl::Cord(payload));
  return status;
}

Refusal RefusalOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kPayloadUrl);
  if (!payload) return {};
  const std::string text(*payload);
  absl::string_view rest = text;
  Refusal refusal;
  refusal.reason = TakeText(rest);
  refusal.violations.resize(std::stoul(TakeText(rest)));
  for (Violation& violation : refusal.violations) {
    violation.field = TakeText(rest);
    violation.description = TakeText(rest);
  }
  while (!rest.empty()) {
    std::string key = TakeText(rest);
    refusal.metadata.emplace_back(std::move(key), TakeText(rest));
  }
  return refusal;
}

}  // namespace videojobs
