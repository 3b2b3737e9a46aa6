#ifndef VIDEOJOBS_ADAPTERS_PLAIN_QUOTATION_H_
#define VIDEOJOBS_ADAPTERS_PLAIN_QUOTATION_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace videojobs::plain {

// `text` as it may stand between “ and ” in a prompt, in one line: it cannot end the quotation, since every kind of
// double quotation mark in it becomes an apostrophe; control and direction characters are gone, and white space is one
// space. `text` is UTF-8; bytes that are not are left out. Pure.
std::string Quotable(absl::string_view text);

// The beginning of `text`, at most `most_bytes` long with the ellipsis that says that it was cut: to whole sentences
// where they fill half of the room, else to whole words, else to whole characters. `text` is valid UTF-8. Pure.
std::string CutTo(absl::string_view text, std::size_t most_bytes);

}  // namespace videojobs::plain

#endif  // VIDEOJOBS_ADAPTERS_PLAIN_QUOTATION_H_
