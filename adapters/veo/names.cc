#include "adapters/veo/names.h"

#include <cstddef>

#include "absl/strings/strip.h"
#include "adapters/google/names.h"

namespace videojobs::veo {

std::string ModelOf(absl::string_view name) {
  constexpr absl::string_view kMiddle = "/operations/";
  if (name.size() > google::kMaxOperationName || !absl::ConsumePrefix(&name, "models/")) return "";
  const std::size_t middle = name.find(kMiddle);
  if (middle == absl::string_view::npos || !google::IsSegment(name.substr(middle + kMiddle.size()))) return "";
  const absl::string_view model = name.substr(0, middle);
  return google::IsSegment(model) ? std::string(model) : "";
}

bool IsOperationName(absl::string_view name) { return !ModelOf(name).empty(); }

}  // namespace videojobs::veo
