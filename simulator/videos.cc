#include "simulator/videos.h"

#include <algorithm>
#include <array>

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

std::string_view PictureOf(const Operation& operation) {
  const auto found = std::find_if(kVideos.begin(), kVideos.end(), [&](const EmbeddedVideo& video) {
    return video.shape == operation.shape && video.resolution == operation.resolution &&
           video.duration_seconds == operation.duration_seconds;
  });
  if (found == kVideos.end()) return {};
  return {found->begin, static_cast<size_t>(found->end - found->begin)};
}

// Differs from place to place, so that a block lost or repeated on the way is found by comparing.
char Filler(uint64_t offset) { return static_cast<char>((offset * 0x9E3779B97F4A7C15u) >> 56); }

std::string BigEndian32(uint64_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
          static_cast<char>(value)};
}

}  // namespace

Video::Video(const Operation& operation) : picture_(PictureOf(operation)) {
  const std::string id = OperationId(operation);
  const uint64_t smallest = picture_.size() + 8 + id.size();
  size_ = std::max(smallest, static_cast<uint64_t>(operation.padded_mib) << 20);
  mark_ = BigEndian32(size_ - picture_.size()) + "free" + id;
}

size_t Video::Read(uint64_t offset, char* buffer, size_t capacity) const {
  if (offset >= size_) return 0;
  const size_t count = static_cast<size_t>(std::min<uint64_t>(capacity, size_ - offset));
  size_t done = 0;
  if (offset < picture_.size()) done = picture_.copy(buffer, count, static_cast<size_t>(offset));
  const uint64_t at = offset + done - std::min<uint64_t>(offset + done, picture_.size());
  if (done < count && at < mark_.size()) {
    done += mark_.copy(buffer + done, count - done, static_cast<size_t>(at));
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
