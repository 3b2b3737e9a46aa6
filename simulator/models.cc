#include "simulator/models.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace videojobs::simulator {
namespace {

using enum Door;

// $17.50 for a million tokens of video, 5,792 of them a second: https://ai.google.dev/gemini-api/docs/pricing
constexpr int64_t kOmniSecond = 101'360;

constexpr auto kModels = std::to_array<Model>({
    {kGeminiVeo, "veo-3.1-generate-preview", "Veo 3.1", false, false, 400'000, 400'000, 600'000},
    {kGeminiVeo, "veo-3.1-fast-generate-preview", "Veo 3.1 fast", false, false, 100'000, 120'000, 300'000},
    {kGeminiVeo, "veo-3.1-lite-generate-preview", "Veo 3.1 lite", false, true, 50'000, 80'000, 0},
    {kGeminiVeo, "veo-3.0-generate-001", "Veo 3", true, false, 0, 0, 0},
    {kGeminiVeo, "veo-3.0-fast-generate-001", "Veo 3 fast", true, false, 0, 0, 0},
    {kGeminiVeo, "veo-2.0-generate-001", "Veo 2", true, false, 0, 0, 0},
    {kVertex, "veo-3.1-generate-001", "Veo 3.1", false, false, 400'000, 400'000, 600'000},
    {kVertex, "veo-3.1-fast-generate-001", "Veo 3.1 fast", false, false, 100'000, 120'000, 300'000},
    {kVertex, "veo-3.1-lite-generate-001", "Veo 3.1 lite", false, true, 50'000, 80'000, 0},
    {kInteractions, "gemini-omni-1.1-flash", "Gemini Omni 1.1 Flash", false, false, kOmniSecond, kOmniSecond,
     kOmniSecond},
    {kInteractions, "gemini-omni-flash-preview", "Gemini Omni Flash Preview", true, false, 0, 0, 0},
    {kText, "gemini-3.8-flash", "Gemini 3.8 Flash", false, false, 0, 0, 0},
    {kText, "gemini-3.7-flash", "Gemini 3.7 Flash", false, false, 0, 0, 0},
    {kText, "gemini-3.6-flash", "Gemini 3.6 Flash", false, false, 0, 0, 0},
    {kText, "gemini-3.5-flash", "Gemini 3.5 Flash", false, false, 0, 0, 0},
    {kText, "gemini-3.5-flash-lite", "Gemini 3.5 Flash-Lite", false, false, 0, 0, 0},
    {kText, "gemini-3.1-flash-lite", "Gemini 3.1 Flash-Lite", false, false, 0, 0, 0},
    {kText, "gemini-3.1-pro-preview", "Gemini 3.1 Pro Preview", false, false, 0, 0, 0},
});

constexpr std::array<std::string_view, 4> kResolutions = {"720p", "1080p", "4k", "360p"};
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
    case Resolution::k360p:
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

std::optional<int> FindModel(Door door, std::string_view id) {
  const std::optional<int> model = FindModel(id);
  if (!model.has_value() || kModels[static_cast<size_t>(*model)].door != door) return std::nullopt;
  return model;
}

}  // namespace videojobs::simulator
