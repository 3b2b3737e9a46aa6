#ifndef VIDEOJOBS_SERVER_PRICE_FILE_H_
#define VIDEOJOBS_SERVER_PRICE_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "adapters/price_table.h"

namespace videojobs {

// The prices that a file says, one a line:
//   MODEL RESOLUTION DOLLARS_PER_SECOND DATE SOURCE
//   veo-3.1-generate-preview 720p 0.40 2026-10-22 https://ai.google.dev/gemini-api/docs/pricing
// Models are named as the file does it, by a full id or a short name; resolutions are in lower case. Empty lines and
// what stands behind a # at a line's begin are passed over. INVALID_ARGUMENT: "is wrong in line 3: …", with what is
// wrong and what is right. Pure.
absl::StatusOr<std::vector<Price>> ParsePrices(absl::string_view text);

// The same of a file. NOT_FOUND: it cannot be read.
absl::StatusOr<std::vector<Price>> ReadPrices(const std::string& path);

}  // namespace videojobs

#endif  // VIDEOJOBS_SERVER_PRICE_FILE_H_
