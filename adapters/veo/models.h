// What each Veo model of the Gemini API takes, what it costs and how long it usually takes: the only place that knows.
#ifndef VIDEOJOBS_ADAPTERS_VEO_MODELS_H_
#define VIDEOJOBS_ADAPTERS_VEO_MODELS_H_

#include <array>
#include <cstddef>
#include <cstdint>
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
  // Micro-dollars for a second of video, sound included, by kResolutions; 0: the model does not make that resolution.
  std::array<std::int64_t, kResolutions.size()> price_per_second;
  bool negative_prompt;
  // For progress estimates, by kResolutions. Google says 11 s to 6 min; single values are what users report.
  std::array<int, kResolutions.size()> usual_seconds;
};

// Prices: https://ai.google.dev/gemini-api/docs/pricing, as of April to October 2026. Lite refuses a negative prompt
// and 4k: https://ai.google.dev/gemini-api/docs/video, which also has the rule that 1080p and 4k come in 8 s only.
// Google is reported to have shut all three down on this API on 2026-10-22
// (https://docs.apiyi.com/en/live/2026-10/veo-3-1-preview-retired.md; unverified): starts are then refused with 404.
inline constexpr std::array<Model, 3> kModels = {{
    {"veo-3.1", "veo-3.1-generate-preview", {400'000, 400'000, 600'000}, true, {90, 120, 330}},
    {"veo-3.1-fast", "veo-3.1-fast-generate-preview", {100'000, 120'000, 300'000}, true, {60, 110, 330}},
    {"veo-3.1-lite", "veo-3.1-lite-generate-preview", {50'000, 80'000, 0}, false, {60, 110, 330}},
}};

// By short name or full id; null for a model that the table does not have. "models/" in front is allowed.
const Model* FindModel(absl::string_view name);

// The full id: of a short name the table's, else the name itself without "models/".
std::string ModelId(absl::string_view name);

// What this API would refuse, so that it is refused before anything is stored. Of a model that is not in the table only
// what would never be right: Google then judges the rest, at no cost.
std::vector<Violation> Check(const VideoOptions& options, const std::vector<Scene>& scenes);

// Micro-dollars for one successful start. What is not in the table costs what the dearest entry does.
std::int64_t PriceMicros(const VideoOptions& options, const Scene& scene);

absl::Duration UsualTime(const VideoOptions& options);

}  // namespace videojobs::veo

#endif  // VIDEOJOBS_ADAPTERS_VEO_MODELS_H_
