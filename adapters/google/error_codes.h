#ifndef VIDEOJOBS_ADAPTERS_GOOGLE_ERROR_CODES_H_
#define VIDEOJOBS_ADAPTERS_GOOGLE_ERROR_CODES_H_

#include "absl/strings/string_view.h"

namespace videojobs::google {

// Whose matter a code of the Interactions API is.
enum class Blame {
  kRequest,  // the request, about which the words may still name the safety rules
  kOther,    // the account or Google's own trouble, whatever the words
  kContent,  // the safety and content rules
};

struct ErrorCode {
  absl::string_view name;
  int http_status;
  Blame blame;
};

// The documented code of that name, as an answer of the Interactions API or an interaction's own error has it; null:
// there is none. Pure.
const ErrorCode* FindErrorCode(absl::string_view name);

}  // namespace videojobs::google

#endif  // VIDEOJOBS_ADAPTERS_GOOGLE_ERROR_CODES_H_
