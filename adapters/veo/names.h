// The names that Veo's operations have on the Gemini API. Pure.
#ifndef VIDEOJOBS_ADAPTERS_VEO_NAMES_H_
#define VIDEOJOBS_ADAPTERS_VEO_NAMES_H_

#include <string>

#include "absl/strings/string_view.h"

namespace videojobs::veo {

// "models/{model}/operations/{id}" of two google::IsSegment: safe as a URL's path as it is.
// https://ai.google.dev/api/models#v1beta.models.predictLongRunning
bool IsOperationName(absl::string_view name);
// The {model} of such a name; empty: it is none.
std::string ModelOf(absl::string_view name);

}  // namespace videojobs::veo

#endif  // VIDEOJOBS_ADAPTERS_VEO_NAMES_H_
