#ifndef VIDEOJOBS_SERVER_ENGINE_TEXT_CHECK_H_
#define VIDEOJOBS_SERVER_ENGINE_TEXT_CHECK_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace videojobs {

// How many characters (code points) `text` has; none where it is not valid UTF-8 (RFC 3629: no overlong forms, no
// surrogates, nothing above U+10FFFF).
std::optional<int> CountCharacters(absl::string_view text);

// What is wrong with a text that must have `least` to `most` characters of UTF-8 without NUL, in words that say what is
// right; empty where nothing is.
std::string TextProblem(absl::string_view text, int least, int most);

// What somebody else said, fit to be stored, logged and sent: one line of valid UTF-8 of at most 300 bytes, with U+FFFD
// for what is not UTF-8 and a space for each control character.
std::string AsLine(absl::string_view text);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_ENGINE_TEXT_CHECK_H_
