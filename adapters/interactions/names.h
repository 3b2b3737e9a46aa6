// Interactions as operations. Pure.
#ifndef VIDEOJOBS_ADAPTERS_INTERACTIONS_NAMES_H_
#define VIDEOJOBS_ADAPTERS_INTERACTIONS_NAMES_H_

#include <string>

#include "absl/strings/string_view.h"

namespace videojobs::interactions {

// The name by which an interaction is kept: "interactions/{id}", which is also its path.
std::string OperationName(absl::string_view id);

// Of an id of letters, digits and "-._~=", as Google's base64-like ids are ("v1_ChdpQ3M2…"): safe in a URL's path as it
// is.
bool IsOperationName(absl::string_view name);

}  // namespace videojobs::interactions

#endif  // VIDEOJOBS_ADAPTERS_INTERACTIONS_NAMES_H_
