#ifndef VIDEOJOBS_ADAPTERS_GOOGLE_DETAIL_H_
#define VIDEOJOBS_ADAPTERS_GOOGLE_DETAIL_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace videojobs::google {

// What must not be in words that are stored, logged and shown.
struct Hidden {
  std::string api_key;
  std::vector<std::string> prompts;
};

// `words` without the hidden texts: each run of them that is long enough to be no accident (the whole text, or 8
// characters of the key, 20 of a prompt) becomes "[hidden]". Texts under 8 characters stay: without them no sentence
// could be read. Google does repeat keys: "Consumer 'api_key:…' has been suspended"
// (https://github.com/continuedev/continue/issues/10902). Only the first 2,000 bytes are kept. Pure.
std::string Hide(absl::string_view words, const Hidden& hidden);

// `words`, already hidden, as one line of at most 300 bytes without control characters. What is not UTF-8 is repaired.
// Pure.
std::string OneLine(absl::string_view words);

}  // namespace videojobs::google

#endif  // VIDEOJOBS_ADAPTERS_GOOGLE_DETAIL_H_
