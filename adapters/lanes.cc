#include "adapters/lanes.h"

#include <array>
#include <cstddef>

namespace videojobs {
namespace {

// In the order of LaneReason.
constexpr std::array<std::string_view, 8> kNames = {
    "", "QUOTA", "OVERLOADED", "BAD_KEY", "BILLING", "MODEL_UNAVAILABLE", "SPENDING_CAP", "SWITCHED_OFF"};

}  // namespace

std::string_view Name(LaneReason reason) { return kNames[static_cast<std::size_t>(reason)]; }

LaneReason LaneReasonNamed(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<LaneReason>(i);
  }
  return LaneReason::kNone;
}

}  // namespace videojobs
