// What each of Google's video models takes, costs and usually needs, door by door: the only place that knows. Pure.
#ifndef VIDEOJOBS_ADAPTERS_GOOGLE_MODELS_H_
#define VIDEOJOBS_ADAPTERS_GOOGLE_MODELS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "adapters/job.h"
#include "adapters/price_table.h"
#include "adapters/refusal.h"

namespace videojobs::google {

// The doors, as VideoGenerator::provider() names them.
inline constexpr absl::string_view kGemini = "gemini";
inline constexpr absl::string_view kVertex = "vertex";
inline constexpr absl::string_view kInteractions = "interactions";

// One resolution that a model makes.
struct Quality {
  absl::string_view resolution;
  std::int64_t micros_per_second;  // with sound; 0: no price is public, so it counts as the dearest one known
  int usual_seconds;               // of waiting, for progress estimates only
  bool longest_only = false;       // in the model's longest length only
};

struct Model {
  absl::string_view provider;
  absl::string_view short_name;
  absl::string_view id;
  absl::Span<const int> seconds;  // lengths of a clip, ascending
  absl::Span<const Quality> qualities;
  absl::Span<const absl::string_view> persons;  // of person_generation; empty: it takes none
  bool negative_prompt;
  bool seed;
  bool silence;             // takes generate_audio = false; else sound is always on
  absl::string_view as_of;  // of the prices
  absl::string_view price_source;
  absl::string_view source;  // of the rest; public
  // Since when Google is reported to serve it no more; empty: it is served.
  absl::string_view gone_since{};
};

absl::Span<const Model> Models();

// By short name or full id, with or without "models/"; null for one that this door's rows do not have.
const Model* FindModel(absl::string_view provider, absl::string_view name);

// The full id: of a short name the table's, else the name itself without "models/".
std::string ModelId(absl::string_view provider, absl::string_view name);

// Every full id that `name` stands for: of a short name each door's own, else the name itself without "models/".
std::vector<std::string> ModelIdsOf(absl::string_view name);

// What this door would refuse, so that it is refused before anything is stored; fields as VideoGenerator::Check. A
// model of another door is named as such. Of a model that no row has only what would never be right: Google then judges
// the rest, at no cost.
std::vector<Violation> Check(absl::string_view provider, const VideoOptions& options, const std::vector<Scene>& scenes);

absl::Duration UsualTime(absl::string_view provider, const VideoOptions& options);

// What Google asks by its public lists: one price for each model and resolution that has one.
PriceTable ListPrices();

// What an open door offers in place of `refused`, a full id: its models that are served, as one sentence: "Open here:
// gemini-omni-1.1-flash (VIDEO_PROVIDER=interactions, VEO_MODEL=omni)." Empty: nothing.
std::string Alternatives(absl::string_view provider, absl::string_view refused = "");

// The same of a door that is not open.
std::string OfferOf(absl::string_view provider);

// Which credentials open a door, and where they are set, as the end of a sentence: "set GOOGLE_GENAI_API_KEY to …".
std::string HowToOpen(absl::string_view provider);

}  // namespace videojobs::google

#endif  // VIDEOJOBS_ADAPTERS_GOOGLE_MODELS_H_
