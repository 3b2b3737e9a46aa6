#ifndef VIDEOJOBS_SERVER_DOORS_SHORTEN_H_
#define VIDEOJOBS_SERVER_DOORS_SHORTEN_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace videojobs {

// `text`, at most `most` (>= 3) bytes of it: cut between two characters of UTF-8, with "…" in place of the rest.
std::string Shorten(absl::string_view text, std::size_t most);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_DOORS_SHORTEN_H_
