#include "adapters/http/failure.h"

#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace videojobs::http {
namespace {

constexpr absl::string_view kPayload = "videojobs.http/transport-failure";
constexpr absl::string_view kNothingSent = "nothing sent";
constexpr absl::string_view kMaybeSent = "maybe sent";

}  // namespace

absl::Status WithFailure(absl::Status status, TransportFailure failure) {
  status.SetPayload(kPayload, absl::Cord(failure == TransportFailure::kNothingSent ? kNothingSent : kMaybeSent));
  return status;
}

std::optional<TransportFailure> FailureOf(const absl::Status& status) {
  const absl::optional<absl::Cord> mark = status.GetPayload(kPayload);
  if (!mark.has_value()) return std::nullopt;
  return *mark == kNothingSent ? TransportFailure::kNothingSent : TransportFailure::kMaybeSent;
}

}  // namespace videojobs::http
