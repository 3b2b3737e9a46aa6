// What each Veo model of the Gemini API takes and how long it usually takes: the only place that knows. prices.h says
// what it costs.
#ifndef VIDEOJOBS_ADAPTERS_VEO_MODELS_H_
#define VIDEOJOBS_ADAPTERS_VEO_MODELS_H_

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "adapters/job.h"
#include "adapters/refusal.h"

namespace videojobs::veo {

inline constexpr std::array<absl::string_view, 3> kResolutions = {"720p", "1080p", "4k"};
inline constexpr std::array<absl::string_view, 2> kAspectRatios = {"16:9", "9:16"};
inline constexpr std::array<int, 3> kDurations = {4, 6, 8};

struct Model {
  absl::string_view short_name;
  absl::string_view id;
  std::array<bool, kResolutions.size()> makes;  // by kResolutions
  bool negative_prompt;
  // For progress estimates, by kResolutions. Google says 11 s to 6 min; single values are what users report.
  std::array<int, kResolutions.size()> usual_seconds;
};

// Lite refuses a negative prompt and 4k: https://ai.google.dev/gemini-api/docs/video, which also has the rule that
// 1080p and 4k come in 8 s only. Google is reported to have shut all three down on this API on 2026-10-22
// (https://docs.apiyi.com/en/live/2026-10/veo-3-1-preview-retired.md; unverified): starts are then refused with 404.
inline constexpr std::array<Model, 3> kModels = {{
    {"veo-3.1", "veo-3.1-generate-preview", {true, true, true}, true, {90, 120, 330}},
    {"veo-3.1-fast", "veo-3.1-fast-generate-preview", {true, true, true}, true, {60, 110, 330}},
    {"veo-3.1-lite", "veo-3.1-lite-generate-preview", {true, true, false}, false, {60, 110, 330}},
}};

// By short name or full id; null for a model that the table does not have. "models/" in front is allowed.
const Model* FindModel(absl::string_view name);

// The full id: of a short name the table's, else the name itself without "models/".
std::string ModelId(absl::string_view name);

// What this API would refuse, so that it is refused before anything is stored. Of a model that is not in the table only
// what would never be right: Google then judges the rest, at no cost.
std::vector<Violation> Check(const VideoOptions& options, const std::vector<Scene>& scenes);

absl::Duration UsualTime(const VideoOptions& options);

}  // namespace videojobs::veo

#endif  // VIDEOJOBS_ADAPTERS_VEO_MODELS_H_
