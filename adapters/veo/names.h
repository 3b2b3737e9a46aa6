// The names that Veo's operations and files have on the Gemini API. Pure.
#ifndef VIDEOJOBS_ADAPTERS_VEO_NAMES_H_
#define VIDEOJOBS_ADAPTERS_VEO_NAMES_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace videojobs::veo {

// Longer names are refused, because they are stored and become part of a URL. Google's have some 60 characters.
inline constexpr std::size_t kMaxOperationName = 512;

// "models/{model}/operations/{id}" of letters, digits, '.', '_' and '-': safe as a URL's path as it is.
// https://ai.google.dev/api/models#v1beta.models.predictLongRunning
bool IsOperationName(absl::string_view name);

// A model's id of the same characters, up to 100 of them: safe as one segment of a path.
bool IsModelId(absl::string_view id);

// The id of a file in the path of a result's URI, e.g. of "/v1beta/files/abc123:download"; nothing where there is none.
std::optional<std::string> FileIdIn(absl::string_view path);

}  // namespace videojobs::veo

#endif  // VIDEOJOBS_ADAPTERS_VEO_NAMES_H_
