// Names that go into the paths of Google's APIs. Pure.
#ifndef VIDEOJOBS_ADAPTERS_GOOGLE_NAMES_H_
#define VIDEOJOBS_ADAPTERS_GOOGLE_NAMES_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace videojobs::google {

// Longer names of operations are refused, because they are stored and become part of a URL. Google's have some 60
// to 160 characters.
inline constexpr std::size_t kMaxOperationName = 512;

// Letters, digits, '.', '_' and '-', beginning with a letter or digit: safe as one segment of a path as it is, and
// neither "." nor "..".
bool IsSegment(absl::string_view text);

// A segment of at most 100 characters.
bool IsModelId(absl::string_view id);

}  // namespace videojobs::google

#endif  // VIDEOJOBS_ADAPTERS_GOOGLE_NAMES_H_
