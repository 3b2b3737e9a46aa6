#include "simulator/models.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace videojobs::simulator {
namespace {

constexpr std::array<Model, 6> kModels = {{
    {"veo-3.1-generate-preview", "Veo 3.1", false, false, 400'000, 400'000, 600'000},
    {"veo-3.1-fast-generate-preview", "Veo 3.1 fast", false, false, 100'000, 120'000, 300'000},
    {"veo-3.1-lite-generate-preview", "Veo 3.1 lite", false, true, 50'000, 80'000, 0},
    {"veo-3.0-generate-001", "Veo 3", true, false, 0, 0, 0},
    {"veo-3.0-fast-generate-001", "Veo 3 fast", true, false, 0, 0, 0},
    {"veo-2.0-generate-001", "Veo 2", true, false, 0, 0, 0},
}};

constexpr std::array<std::string_view, 3> kResolutions = {"720p", "1080p", "4k"};
constexpr std::array<std::string_view, 2> kShapes = {"16:9", "9:16"};

}  // namespace

std::optional<Resolution> ParseResolution(std::string_view text) {
  const auto found = std::find(kResolutions.begin(), kResolutions.end(), text);
  if (found == kResolutions.end()) return std::nullopt;
  return static_cast<Resolution>(found - kResolutions.begin());
}

std::optional<Shape> ParseShape(std::string_view text) {
  const auto found = std::find(kShapes.begin(), kShapes.end(), text);
  if (found == kShapes.end()) return std::nullopt;
  return static_cast<Shape>(found - kShapes.begin());
}

std::string_view ToText(Resolution resolution) { return kResolutions[static_cast<size_t>(resolution)]; }

std::string_view ToText(Shape shape) { return kShapes[static_cast<size_t>(shape)]; }

int64_t Model::PricePerSecond(Resolution resolution) const {
  switch (resolution) {
    case Resolution::k720p:
      return price_720p;
    case Resolution::k1080p:
      return price_1080p;
    case Resolution::k4k:
      return price_4k;
  }
  return 0;
}

std::span<const Model> Models() { return kModels; }

std::optional<int> FindModel(std::string_view id) {
  const auto found = std::find_if(kModels.begin(), kModels.end(), [&](const Model& model) { return model.id == id; });
  if (found == kModels.end()) return std::nullopt;
  return static_cast<int>(found - kModels.begin());
}

}  // namespace videojobs::simulator
