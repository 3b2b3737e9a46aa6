#include "adapters/veo/names.h"

#include <cstddef>

#include "absl/strings/strip.h"
#include "adapters/google/names.h"

namespace videojobs::veo {

bool IsOperationName(absl::string_view name) {
  constexpr absl::string_view kMiddle = "/operations/";
  if (name.size() > google::kMaxOperationName || !absl::ConsumePrefix(&name, "models/")) return false;
  const std::size_t middle = name.find(kMiddle);
  if (middle == absl::string_view::npos) return false;
  return google::IsSegment(name.substr(0, middle)) && google::IsSegment(name.substr(middle + kMiddle.size()));
}

}  // namespace videojobs::veo
