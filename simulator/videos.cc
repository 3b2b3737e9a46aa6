#include "simulator/videos.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "simulator/retiming.h"

extern "C" {
#define VIDEOJOBS_DECLARE_VIDEO(name) extern const char videojobs_##name[], videojobs_##name##_end[]
VIDEOJOBS_DECLARE_VIDEO(landscape_720p_4s);
VIDEOJOBS_DECLARE_VIDEO(landscape_720p_6s);
VIDEOJOBS_DECLARE_VIDEO(landscape_720p_8s);
VIDEOJOBS_DECLARE_VIDEO(landscape_1080p_8s);
VIDEOJOBS_DECLARE_VIDEO(landscape_4k_8s);
VIDEOJOBS_DECLARE_VIDEO(portrait_720p_4s);
VIDEOJOBS_DECLARE_VIDEO(portrait_720p_6s);
VIDEOJOBS_DECLARE_VIDEO(portrait_720p_8s);
VIDEOJOBS_DECLARE_VIDEO(portrait_1080p_8s);
VIDEOJOBS_DECLARE_VIDEO(portrait_4k_8s);
#undef VIDEOJOBS_DECLARE_VIDEO
}

namespace videojobs::simulator {
namespace {

struct EmbeddedVideo {
  Shape shape;
  Resolution resolution;
  int duration_seconds;
  const char* begin;
  const char* end;
};

#define VIDEOJOBS_VIDEO(name) videojobs_##name, videojobs_##name##_end
const std::array<EmbeddedVideo, 10> kVideos = {{
    {Shape::kLandscape, Resolution::k720p, 4, VIDEOJOBS_VIDEO(landscape_720p_4s)},
    {Shape::kLandscape, Resolution::k720p, 6, VIDEOJOBS_VIDEO(landscape_720p_6s)},
    {Shape::kLandscape, Resolution::k720p, 8, VIDEOJOBS_VIDEO(landscape_720p_8s)},
    {Shape::kLandscape, Resolution::k1080p, 8, VIDEOJOBS_VIDEO(landscape_1080p_8s)},
    {Shape::kLandscape, Resolution::k4k, 8, VIDEOJOBS_VIDEO(landscape_4k_8s)},
    {Shape::kPortrait, Resolution::k720p, 4, VIDEOJOBS_VIDEO(portrait_720p_4s)},
    {Shape::kPortrait, Resolution::k720p, 6, VIDEOJOBS_VIDEO(portrait_720p_6s)},
    {Shape::kPortrait, Resolution::k720p, 8, VIDEOJOBS_VIDEO(portrait_720p_8s)},
    {Shape::kPortrait, Resolution::k1080p, 8, VIDEOJOBS_VIDEO(portrait_1080p_8s)},
    {Shape::kPortrait, Resolution::k4k, 8, VIDEOJOBS_VIDEO(portrait_4k_8s)},
}};
#undef VIDEOJOBS_VIDEO

const EmbeddedVideo& PictureOf(const Operation& operation) {
  const Resolution resolution = operation.resolution == Resolution::k360p ? Resolution::k720p : operation.resolution;
  const auto distance = [&](const EmbeddedVideo& video) {
    const bool fits = video.shape == operation.shape && video.resolution == resolution;
    return fits ? std::abs(video.duration_seconds - operation.duration_seconds) : 1000;
  };
  return *std::min_element(kVideos.begin(), kVideos.end(),
                           [&](const EmbeddedVideo& a, const EmbeddedVideo& b) { return distance(a) < distance(b); });
}

// Differs from place to place, so that a block lost or repeated on the way is found by comparing.
char Filler(uint64_t offset) { return static_cast<char>((offset * 0x9E3779B97F4A7C15u) >> 56); }

std::string BigEndian32(uint64_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
          static_cast<char>(value)};
}

}  // namespace

Video::Video(const Operation& operation, int sample) {
  const EmbeddedVideo& embedded = PictureOf(operation);
  picture_ = {embedded.begin, static_cast<size_t>(embedded.end - embedded.begin)};
  if (embedded.duration_seconds != operation.duration_seconds || embedded.resolution != operation.resolution) {
    head_ = Retimed(picture_, operation.duration_seconds, operation.resolution == Resolution::k360p ? 2 : 1);
    picture_.remove_prefix(head_.size());
  }
  const std::string id = absl::StrCat(OperationId(operation), sample > 0 ? absl::StrCat("s", sample) : "");
  const uint64_t played = head_.size() + picture_.size();
  size_ = std::max(played + 8 + id.size(), static_cast<uint64_t>(operation.padded_mib) << 20);
  mark_ = BigEndian32(size_ - played) + "free" + id;
}

size_t Video::Read(uint64_t offset, char* buffer, size_t capacity) const {
  if (offset >= size_) return 0;
  const size_t count = static_cast<size_t>(std::min<uint64_t>(capacity, size_ - offset));
  size_t done = 0;
  uint64_t begin = 0;
  for (const std::string_view piece : {std::string_view(head_), picture_, std::string_view(mark_)}) {
    const uint64_t at = offset + done;
    if (done < count && at < begin + piece.size()) {
      done += piece.copy(buffer + done, count - done, static_cast<size_t>(at - begin));
    }
    begin += piece.size();
  }
  for (; done < count; ++done) buffer[done] = Filler(offset + done);
  return count;
}

std::string Video::Bytes() const {
  std::string bytes(static_cast<size_t>(size_), '\0');
  Read(0, bytes.data(), bytes.size());
  return bytes;
}

}  // namespace videojobs::simulator
