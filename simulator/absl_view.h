#ifndef VIDEOJOBS_SIMULATOR_ABSL_VIEW_H_
#define VIDEOJOBS_SIMULATOR_ABSL_VIEW_H_

#include <string_view>

#include "absl/strings/string_view.h"

namespace videojobs::simulator {

// Debian builds Abseil with a string_view of its own, and its functions take no other.
inline absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace videojobs::simulator

#endif  // VIDEOJOBS_SIMULATOR_ABSL_VIEW_H_
