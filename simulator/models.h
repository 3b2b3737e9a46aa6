// The models that the simulated Google offers, through which of its doors, what each can do and what it costs.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace videojobs::simulator {

// Which of Google's APIs a model answers to.
enum class Door { kGeminiVeo, kVertex, kInteractions, kText };

// The values are part of every operation's id: append, never reorder.
enum class Resolution { k720p, k1080p, k4k, k360p };
enum class Shape { kLandscape, kPortrait };

// Parsed from the words of the wire: "360p", "720p", "1080p", "4k"; "16:9", "9:16". Anything else is nothing.
std::optional<Resolution> ParseResolution(std::string_view text);
std::optional<Shape> ParseShape(std::string_view text);
std::string_view ToText(Resolution resolution);
std::string_view ToText(Shape shape);

// Limits and prices: https://ai.google.dev/gemini-api/docs/video, https://ai.google.dev/gemini-api/docs/pricing and
// https://cloud.google.com/vertex-ai/generative-ai/pricing#veo
struct Model {
  Door door;
  std::string_view id;
  std::string_view display_name;
  bool retired;  // Answered with 404 "is no longer available".
  bool lite;     // No 4k, no negative prompt, no reference images, no extension.
  // Micro-dollars for a second of video at 720p (and 360p), 1080p and 4k.
  int64_t price_720p;
  int64_t price_1080p;
  int64_t price_4k;

  int64_t PricePerSecond(Resolution resolution) const;
};

// All models, retired ones too. An index into this list is part of every operation's id: append, never reorder.
std::span<const Model> Models();

// The place of a model in Models(), or nothing: of any door, or of that door alone.
std::optional<int> FindModel(std::string_view id);
std::optional<int> FindModel(Door door, std::string_view id);

}  // namespace videojobs::simulator
