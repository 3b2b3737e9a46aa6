#include "server/doors/grpc_status.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "adapters/refusal.h"
#include "google/rpc/errors.pb.h"
#include "server/doors/shorten.h"

namespace videojobs {
namespace {

constexpr std::size_t kMostViolations = 10;
constexpr std::size_t kMostMetadata = 4;
constexpr std::size_t kLongestMessage = 400;
// The header carries the details in base64, a third longer.
constexpr std::size_t kMostDetailBytes = 3072;

std::string MessageFor(const absl::Status& status, const Refusal& refusal) {
  const std::size_t count = refusal.violations.size();
  const std::string more = count > kMostViolations
                               ? absl::StrCat(" (", kMostViolations, " of ", count, " wrong fields are in the details)")
                               : "";
  return Shorten(status.message(), kLongestMessage) + more;
}

// The details, with each text cut to `longest` bytes.
google::rpc::Status Describe(const absl::Status& status, const Refusal& refusal, std::size_t longest) {
  google::rpc::Status described;
  described.set_code(static_cast<int>(status.code()));
  described.set_message(MessageFor(status, refusal));

  google::rpc::ErrorInfo info;
  info.set_reason(refusal.reason);
  info.set_domain("videojobs");
  for (std::size_t i = 0; i < std::min(kMostMetadata, refusal.metadata.size()); ++i) {
    const auto& [key, value] = refusal.metadata[i];
    (*info.mutable_metadata())[key] = Shorten(value, longest);
  }
  described.add_details()->PackFrom(info);

  google::rpc::BadRequest bad;
  for (std::size_t i = 0; i < std::min(kMostViolations, refusal.violations.size()); ++i) {
    auto* violation = bad.add_field_violations();
    violation->set_field(Shorten(refusal.violations[i].field, longest));
    violation->set_description(Shorten(refusal.violations[i].description, longest));
  }
  if (bad.field_violations_size() > 0) described.add_details()->PackFrom(bad);
  return described;
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  const Refusal refusal = RefusalOf(status);
  google::rpc::Status described;
  for (const std::size_t longest : {1000, 240, 80}) {
    described = Describe(status, refusal, longest);
    if (described.ByteSizeLong() <= kMostDetailBytes) break;
  }
  return {static_cast<grpc::StatusCode>(status.code()), described.message(), described.SerializeAsString()};
}

}  // namespace videojobs
